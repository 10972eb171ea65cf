import type { AnyFact, FactKind } from '../../../domain/facts/facts.ts';
import type { Row } from '../../../domain/facts/snapshot.ts';
import { kindOf } from '../../../kinds/registry/registry.ts';
import type { Column } from '../../kit/components/table.ts';
import { countWithFolded, type PaneRow } from '../contract/pane-row.ts';
import type { RenderContext } from '../contract/render-context.ts';
import { memoizePerObject } from '../state/memoize.ts';
import { fieldText, type KindField } from './field-text.ts';
import type { PaneSpec } from './pane-spec.ts';

/** Width of the column of the source, in cells. */
const sourceWidth = 10;

/**
 * The columns of wide mode that the fields of a kind declare (`inColumn`), in their order, and that of the source.
 * `factOf`: the row of the store; undefined for a row that stands for several, whose cells are blank.
 */
export const fieldColumns = <R>(
  { pen }: RenderContext,
  kind: FactKind,
  factOf: (row: R) => Pick<Row, 'fact' | 'level' | 'stale'> | undefined,
): readonly Column<R>[] => {
  const { allFields } = kindOf(kind);
  const columnOf = (field: KindField, head: string, width: number, grows?: true): Column<R> => ({
    head,
    width,
    wide: true,
    ...(field.type === 'number' ? { align: 'decimal' } : {}),
    ...(grows === true ? { grow: 1, keepsEnd: () => true } : {}),
    cell: (row) => {
      const of = factOf(row);
      if (of === undefined) return pen.run('');
      return pen.run(fieldText(field, of.fact, of.level), of.stale ? 'stale' : 'faint');
    },
  });
  return [
    ...Object.values(allFields).flatMap((field) =>
      field.column === undefined
        ? []
        : [columnOf(field, field.column.head, field.column.width, field.column.grows)],
    ),
    ...(allFields.source === undefined ? [] : [columnOf(allFields.source, 'SOURCE', sourceWidth)]),
  ];
};

/** The rows of the store by their fact. */
const byFact = memoizePerObject<ReadonlyMap<AnyFact, Row>>();

/** The row of the store that a row of a pane shows; undefined for one that stands for several. */
const storeRow = ({ own }: RenderContext, kind: FactKind, row: PaneRow): Row | undefined => {
  const rows: readonly Row[] | undefined = own?.snapshot.kinds[kind].rows;
  if (rows === undefined || row.subject?.kind !== kind || countWithFolded([row]) !== 1) return undefined;
  return byFact(rows, [], () => new Map(rows.map((each) => [each.fact, each]))).get(row.subject.fact);
};

/**
 * The pane with the columns that the fields of its kind declare: its own table may place them with `fieldColumns`, the others are the last
 * ones. So a column is declared once, with its field.
 */
export const withFieldColumns = <R extends PaneRow>(spec: PaneSpec<R>): PaneSpec<R> => {
  const { kind } = spec;
  if (kind === undefined || kind === 'samples' || kind === 'notes') return spec;
  return {
    ...spec,
    table: (view, form, width) => {
      const columns = spec.table(view, form, width);
      const declared = Object.values(kindOf(kind).allFields).flatMap(({ column }) => column?.head ?? []);
      const missing = declared.filter((head) => !columns.some((column) => column.head === head));
      if (form !== 'full' || missing.length === 0) return columns;
      const all = fieldColumns<R>(view, kind, (row) => storeRow(view, kind, row));
      return [...columns, ...all.filter(({ head }) => missing.includes(head))];
    },
  };
};
