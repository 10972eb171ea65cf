import { defined } from '../../../domain/base/defined.ts';
import type { AnyFact, FactKind } from '../../../domain/facts/facts.ts';
import type { Row } from '../../../domain/facts/snapshot.ts';
import { formatStateAge } from '../../../domain/facts/state-start.ts';
import { formatAge } from '../../../domain/text/duration.ts';
import { absentText } from '../../../domain/text/format.ts';
import { type KindDefinition, stateText } from '../../../kinds/define/define-kind.ts';
import { registeredPane } from '../../../kinds/define/pane-registry.ts';
import type { Column } from '../../kit/components/table.ts';
import type { StyledLine } from '../../kit/text/line.ts';
import type { Pane } from '../contract/pane.ts';
import type { PaneRow, RowSubject } from '../contract/pane-row.ts';
import type { RenderContext } from '../contract/render-context.ts';
import { defineKindPane } from './define-pane.ts';
import { fieldText, type KindField } from './field-text.ts';
import { describeProblem, renderLevel, renderStale } from './problem.ts';
import { ageSince, compareByLabel, compareWorstFirst } from './ranking.ts';

/** A fact of a kind without a specific pane. */
interface KindRow extends PaneRow {
  readonly row: Row;
  readonly fact: AnyFact;
}

const textOf = (field: KindField, { fact, level }: KindRow): string => fieldText(field, fact, level);

/** Maximum number of numeric columns; wide mode and the details show every field. */
const maxNumericColumns = 4;

const isShown = ({ type, identity }: KindField, wantedPart: KindField['type']): boolean =>
  type === wantedPart && identity !== true;

/** Columns from the fields of a kind: level and state, name, numbers, text, start time. */
const columnsOf = (
  { pen, now }: RenderContext,
  kind: KindDefinition<AnyFact>,
  head: string,
): readonly Column<KindRow>[] => {
  const fields = Object.entries(kind.fields);
  const numbers = fields.filter(([, field]) => isShown(field, 'number'));
  const texts = fields.filter(([, field]) => isShown(field, 'text'));
  const own = registeredPane(kind.name)?.columns;
  return [
    {
      head: '',
      name: 'STATE',
      required: true,
      width: 16,
      cell: ({ row, fact }) => {
        const word = stateText(kind.state(fact));
        return row.stale ? renderStale(pen, word) : renderLevel(pen, row.level, word);
      },
      renderFolded: () => renderLevel(pen, 'ok'),
    },
    {
      head: head.toUpperCase(),
      name: 'NAME',
      required: true,
      width: 18,
      grow: 3,
      cell: ({ label, level }) => pen.run(label, level === 'ok' ? 'plain' : 'bold'),
      renderFolded: (rows) => pen.run(`${rows.length} ${kind.name}`),
    },
    ...(own ?? []).map(
      ({ head: title, width, align, hideBelow, wide, text }): Column<KindRow> => ({
        head: title,
        width,
        ...defined({ align, hideBelow, wide }),
        cell: ({ fact, row }) => pen.run(text(fact) || absentText, row.stale ? 'stale' : 'plain'),
      }),
    ),
    ...(own === undefined ? numbers : []).map(
      ([name, field], index): Column<KindRow> => ({
        head: field.column?.head ?? name.toUpperCase(),
        width: field.column?.width ?? Math.max(9, name.length + 1),
        align: 'decimal',
        wide: index >= maxNumericColumns,
        cell: (row) => pen.run(textOf(field, row), row.row.stale ? 'stale' : 'plain'),
      }),
    ),
    ...(own === undefined ? texts : []).map(
      ([name, field], index): Column<KindRow> => ({
        head: field.column?.head ?? name.toUpperCase(),
        width: field.column?.width ?? 12,
        grow: 2,
        hideBelow: 90,
        wide: index > 0,
        cell: (row) => pen.run(textOf(field, row)),
      }),
    ),
    {
      head: 'SINCE',
      width: 8,
      align: 'right',
      cell: ({ row }) => pen.run(formatStateAge(row, now)),
    },
  ];
};

const detailsOf = (
  { pen, now }: RenderContext,
  kind: KindDefinition<AnyFact>,
  row: KindRow,
  opened: boolean,
): readonly StyledLine[] => {
  const { fact, label } = row;
  const head: StyledLine = [
    pen.run(` ${label}`, 'bold'),
    pen.run(`  ${fact.source}, ${formatAge(now - fact.at)} ago`, 'faint'),
  ];
  if (!opened) return [head];
  const own = registeredPane(kind.name)?.details;
  if (own !== undefined) return [head, ...own(fact).map((text): StyledLine => [pen.run(`   ${text}`)])];
  return [
    head,
    ...Object.entries(kind.fields).map(
      ([name, field]): StyledLine => [pen.run(`   ${name} `, 'faint'), pen.run(textOf(field, row))],
    ),
  ];
};

/** Creates the pane of a kind without a specific pane; its columns are the kind's fields. */
export const createKindPane = (kind: KindDefinition<AnyFact>, name: FactKind): Pane => {
  const title = registeredPane(name)?.title ?? `${name.charAt(0).toUpperCase()}${name.slice(1)}`;
  const rowsOf = ({ own }: RenderContext): readonly Row[] => own?.snapshot.kinds[name].rows ?? [];
  return defineKindPane<KindRow>({
    id: name,
    title,
    noun: name,
    kind: name,
    optional: true,
    keys: [],
    rows: (view) =>
      rowsOf(view)
        .map((row): KindRow => {
          const { fact } = row;
          const label = kind.label(fact);
          return {
            key: row.key,
            level: row.level,
            label,
            text: `${label} ${kind.state(fact)}`,
            // The rows of a view are of its kind.
            subject: { kind: name, fact } as RowSubject,
            row,
            fact,
          };
        })
        .toSorted(compareWorstFirst),
    problem: describeProblem<KindRow>(({ fact, level }) => [
      kind.state(fact),
      ...Object.entries(kind.fields).map(([name, field]) =>
        isShown(field, 'number') && field.of(fact, level) !== undefined
          ? `${name} ${fieldText(field, fact, level)}`
          : undefined,
      ),
    ]),
    orders: [
      { name: 'by name', compare: compareByLabel },
      { name: 'newest first', column: 'SINCE', value: ({ row }) => ageSince(row) },
    ],
    table: (view) => columnsOf(view, kind, title),
    details: (view, row, opened) => detailsOf(view, kind, row, opened),
  });
};
