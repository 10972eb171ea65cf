import type { Millis } from '../../../domain/base/fault.ts';
import type { Row } from '../../../domain/facts/snapshot.ts';
import { formatStateAge } from '../../../domain/facts/state-start.ts';
import { formatAge } from '../../../domain/text/duration.ts';
import { absentText, formatCount, formatPercent } from '../../../domain/text/format.ts';
import type { Breaker, BreakerState } from '../../../kinds/breakers/fact.ts';
import type { Column } from '../../kit/components/table.ts';
import type { StyledLine, StyledRun } from '../../kit/text/line.ts';
import type { TextPen } from '../../kit/text/pen.ts';
import type { GlyphName } from '../../kit/theme/glyphs.ts';
import type { TextRole } from '../../kit/theme/roles.ts';
import type { PaneRow } from '../../shell/contract/pane-row.ts';
import type { RenderContext } from '../../shell/contract/render-context.ts';
import { fieldColumns } from '../../shell/panes/field-columns.ts';
import { createGroupedRows, createGroupRow, type RowGrouping } from '../../shell/panes/grouped-rows.ts';
import type { NoteRequest } from '../../shell/panes/note-lines.ts';
import type { PaneOrder } from '../../shell/panes/order.ts';
import { wordRole } from '../../shell/panes/problem.ts';
import {
  ageSince,
  compareByLabel,
  compareWorstFirst,
  maxDefined,
  moreText,
  shortestAge,
} from '../../shell/panes/ranking.ts';
import { treeIndent } from '../../shell/panes/tree.ts';
import { memoizeReads } from '../../shell/state/tracked-reads.ts';

/** A circuit breaker of one instance, or a group. */
export interface BreakerRow extends PaneRow {
  readonly fact: Breaker;
  readonly row: Row<'breakers'>;
  readonly instance: string;
  /** For a group: its breakers. `fact` and `row` are those of the worst one. */
  readonly members?: readonly BreakerRow[];
}

/** The name of the instance, or of the service if it was read as a whole. */
const instanceOf = ({
  service,
  instance,
}: {
  readonly service: string;
  readonly instance: string;
}): string => (instance === '' ? service : instance);

/** 'HALF-OPEN' */
export const breakerStateText = (fact: Breaker): string => fact.state.toUpperCase();

/** 'half-open in 12s'; '' when the time is unknown or has passed. */
export const halfOpenText = ({ halfOpenAt }: Breaker, now: Millis): string =>
  halfOpenAt === undefined || halfOpenAt <= now ? '' : `half-open in ${formatAge(halfOpenAt - now)}`;

/** All breakers of the open environment without grouping, worst first. */
export const ungroupedBreakerRows = memoizeReads((view): readonly BreakerRow[] =>
  (view.own?.snapshot.kinds.breakers.rows ?? [])
    .map((row): BreakerRow => {
      const { fact } = row;
      const instance = instanceOf(fact);
      return {
        key: row.key,
        level: row.level,
        label: `${instance} · ${fact.name}`,
        text: `${instance} ${fact.name} ${fact.state}`,
        subject: { kind: 'breakers', fact },
        fact,
        row,
        instance,
      };
    })
    .toSorted(compareWorstFirst),
);

export const breakerGroupings: readonly RowGrouping<BreakerRow>[] = [
  { name: 'service', of: ({ fact }) => fact.service },
  { name: 'instance', of: ({ instance }) => instance },
  { name: 'name', of: ({ fact }) => fact.name },
];

/** Creates the row of a group. The rows are sorted worst first, so the first member is the worst. */
const groupOf = (grouping: string, name: string, members: readonly BreakerRow[]): BreakerRow[] =>
  members.slice(0, 1).map((worst) => ({
    ...createGroupRow(grouping, name, members),
    fact: worst.fact,
    row: worst.row,
    instance: name,
    members,
  }));

/** Orders of breakers, or of groups by their worst breaker. */
export const breakerOrders: readonly PaneOrder<BreakerRow>[] = [
  { name: 'by name', column: 'INSTANCE', compare: compareByLabel },
  { name: 'by failure rate', column: 'FAIL', value: ({ fact }) => fact.failureRate, largestFirst: true },
  { name: 'by slow rate', column: 'SLOW', value: ({ fact }) => fact.slowCallRate, largestFirst: true },
  {
    name: 'by not-permitted calls',
    column: 'REJECTED',
    value: ({ fact }) => fact.notPermittedCalls,
    largestFirst: true,
  },
  { name: 'newest first', column: 'SINCE', value: ({ row }) => ageSince(row) },
];

/** All breakers, or the groups selected with `b`. */
export const selectBreakerRows = createGroupedRows<BreakerRow>({
  id: 'breakers',
  groupings: () => breakerGroupings,
  plain: ungroupedBreakerRows,
  group: groupOf,
});

/** States in which a breaker is switched off on purpose. */
const off: readonly BreakerState[] = ['disabled', 'metrics-only'];

/** The marker of a row: stale, switched off, or its level. */
export const breakerMarker = ({
  fact,
  level,
  row,
}: BreakerRow): { readonly glyph: GlyphName; readonly role: TextRole } => {
  if (row.stale) return { glyph: 'stale', role: 'stale' };
  return off.includes(fact.state) && level !== 'crit'
    ? { glyph: 'off', role: level }
    : { glyph: level, role: level };
};

/** The state of a group: 'OPEN 2/5', the number of members in the worst state. */
export const groupStateText = (members: readonly BreakerRow[]): string => {
  const [worst] = members;
  const same = members.filter(({ fact }) => fact.state === worst?.fact.state).length;
  const word = worst === undefined ? '' : breakerStateText(worst.fact);
  return same === members.length ? `${same} ${word}` : `${word} ${same}/${members.length}`;
};

/** Lets group rows use the cells of folded rows. */
const ofGroups = (columns: readonly Column<BreakerRow>[]): readonly Column<BreakerRow>[] =>
  columns.map((column, index) =>
    index < 2
      ? column
      : {
          ...column,
          cell: (row) =>
            row.members === undefined ? column.cell(row) : (column.renderFolded?.(row.members) ?? []),
        },
  );

const stateColumn = ({ pen }: RenderContext): Column<BreakerRow> => ({
  head: '',
  name: 'STATE',
  required: true,
  width: 14,
  cell: (row): StyledLine => {
    const { glyph, role } = breakerMarker(row);
    const word = row.members === undefined ? breakerStateText(row.fact) : groupStateText(row.members);
    return [pen.glyph(glyph, role), pen.run(` ${word}`, wordRole(role))];
  },
  renderFolded: () => [pen.glyph('ok', 'ok'), pen.run(' CLOSED')],
});

export const foldedCount = (view: RenderContext, rows: readonly BreakerRow[]): StyledRun =>
  view.pen.run(moreText(rows.length, ungroupedBreakerRows(view).length, 'breaker'));

const rate = (
  { pen }: RenderContext,
  head: string,
  decimals: number,
  of: (fact: Breaker) => number | undefined,
): Column<BreakerRow> => ({
  head,
  width: 9,
  align: 'decimal',
  cell: ({ fact, row }) => pen.run(formatPercent(of(fact), decimals), row.stale ? 'stale' : 'plain'),
  renderFolded: (rows) => {
    const highest = maxDefined(rows.map(({ fact }) => of(fact)));
    return pen.run(highest === undefined ? '–' : `≤${formatPercent(highest, decimals)}`);
  },
});

export const sinceColumn = ({ pen, now }: RenderContext): Column<BreakerRow> => ({
  head: 'SINCE',
  width: 8,
  align: 'right',
  cell: ({ row }) => pen.run(formatStateAge(row, now)),
  renderFolded: (rows) =>
    pen.run(
      shortestAge(
        rows.map(({ row }) => row),
        now,
      ) ?? absentText,
    ),
});

/** The failed calls and those in the window: '82 of 100'. */
export const calls = ({
  bufferedCalls,
  failedCalls,
}: {
  readonly [K in 'bufferedCalls' | 'failedCalls']?: number | undefined;
}): string =>
  bufferedCalls === undefined && failedCalls === undefined
    ? '–'
    : `${formatCount(failedCalls)} of ${formatCount(bufferedCalls)}`;

/** The tree indentation; empty if rows are not grouped. */
export const indentation = (pen: TextPen, { treePosition: branch }: BreakerRow): StyledLine =>
  branch?.depth === 0 && branch.state === undefined ? [] : treeIndent(pen, branch);

/** All columns: for the full pane and a wide overview. */
export const breakerColumns = (view: RenderContext): readonly Column<BreakerRow>[] => {
  const { pen, now } = view;
  return ofGroups([
    stateColumn(view),
    {
      head: 'INSTANCE',
      required: true,
      width: 13,
      grow: 1,
      cell: (row): StyledLine => [
        ...indentation(pen, row),
        pen.run(row.instance, row.members === undefined ? 'plain' : 'bold'),
      ],
      renderFolded: (rows) => foldedCount(view, rows),
    },
    {
      head: 'BREAKER',
      required: true,
      width: 15,
      grow: 2,
      cell: ({ fact, members, row }): StyledLine => {
        const countdown = members !== undefined || row.stale ? '' : halfOpenText(fact, now);
        return [pen.run(fact.name), ...(countdown === '' ? [] : [pen.run(`  ${countdown}`, 'faint')])];
      },
    },
    rate(view, 'FAIL', 1, (fact) => fact.failureRate),
    rate(view, 'SLOW', 1, (fact) => fact.slowCallRate),
    {
      head: 'FAILED',
      width: 12,
      align: 'right',
      hideBelow: 79,
      cell: ({ fact, row }) => pen.run(calls(fact), row.stale ? 'stale' : 'plain'),
    },
    {
      head: 'REJECTED',
      width: 10,
      align: 'right',
      hideBelow: 90,
      cell: ({ fact, row }) => pen.run(formatCount(fact.notPermittedCalls), row.stale ? 'stale' : 'plain'),
    },
    sinceColumn(view),
    { ...rate(view, 'MAX FAIL', 0, (fact) => fact.failureRateThreshold), width: 10, wide: true },
    { ...rate(view, 'MAX SLOW', 0, (fact) => fact.slowCallRateThreshold), width: 10, wide: true },
    ...fieldColumns<BreakerRow>(view, 'breakers', ({ members, row }) =>
      members === undefined ? row : undefined,
    ),
  ]);
};

/** Requests the recent failed calls, which the source reads on demand. */
export const breakerAsks = (_: RenderContext, { fact, members }: BreakerRow): readonly NoteRequest[] =>
  members === undefined ? [{ source: fact.source, name: 'events', instance: fact.instance }] : [];
