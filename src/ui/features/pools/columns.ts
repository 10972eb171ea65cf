import { formatStateAge } from '../../../domain/facts/state-start.ts';
import { pluralize } from '../../../domain/text/count-text.ts';
import { formatCount, formatPercent } from '../../../domain/text/format.ts';
import type { Pool } from '../../../kinds/pools/fact.ts';
import { isOverLimit } from '../../../kinds/pools/servers.ts';
import { inUse, utilOf } from '../../../kinds/pools/use.ts';
import { stateWord } from '../../../kinds/registry/registry.ts';
import { renderGauge } from '../../kit/components/gauge.ts';
import type { Column } from '../../kit/components/table.ts';
import type { StyledLine } from '../../kit/text/line.ts';
import type { TextPen } from '../../kit/text/pen.ts';
import { widthOf } from '../../kit/text/width.ts';
import type { RenderContext } from '../../shell/contract/render-context.ts';
import { fieldColumns } from '../../shell/panes/field-columns.ts';
import { renderStale, renderState } from '../../shell/panes/problem.ts';
import { moreText } from '../../shell/panes/ranking.ts';
import { treeIndent } from '../../shell/panes/tree.ts';
import type { PoolRow } from './rows.ts';
import { ungroupedPoolRows } from './rows.ts';

/** The share in use: of a pool its own connections, of the pools of a server the server's connections they use. */
const shareOf = ({ fact, use }: PoolRow): number | undefined => {
  if (use === undefined) return utilOf(fact);
  const { max } = use.server;
  return max === undefined || max <= 0 || use.active === undefined ? undefined : use.active / max;
};

/** Renders the usage bar in the color of the level. */
const bar = (pen: TextPen, row: PoolRow, cells: number): StyledLine =>
  renderGauge(pen, shareOf(row), cells, row.level);

/** The state: 'exhausted', 'near max', 'OK'. States are in lower case, levels in capitals. */
export const poolVerdictText = ({ fact, use, members }: PoolRow): string => {
  if (members !== undefined) return pluralize(members.length, 'pool');
  if (use !== undefined) return isOverLimit(use) ? 'over limit' : 'OK';
  const word = stateWord('pools', fact);
  return word === 'ok' || word === 'unknown' ? word.toUpperCase() : word;
};

const verdict = (view: RenderContext, row: PoolRow): StyledLine =>
  row.stale
    ? renderStale(view.pen, poolVerdictText(row))
    : renderState(view, row.level, poolVerdictText(row));

/** '160/97': total pool size and connection limit of the server. */
const maxText = ({ fact, use }: PoolRow): string =>
  use === undefined ? formatCount(fact.max) : `${formatCount(use.max)}/${formatCount(use.server.max)}`;

/** Width of the MAX column: fits the longest value, for example '1,600/1,000', with a leading space. */
const maxWidth = (view: RenderContext): number =>
  Math.max(7, ...ungroupedPoolRows(view).map((row) => (row.use === undefined ? 0 : maxText(row).length + 2)));

const right = (
  pen: TextPen,
  head: string,
  width: number,
  text: (row: PoolRow) => string,
  more: Partial<Column<PoolRow>> = {},
): Column<PoolRow> => ({
  head,
  width,
  align: 'right',
  cell: (row) => pen.run(text(row), row.stale ? 'stale' : 'plain'),
  ...more,
});

const number =
  (of: (fact: Pool) => number | undefined) =>
  ({ fact }: PoolRow): string =>
    formatCount(of(fact));

const percentOf = (row: PoolRow): number | undefined => {
  const share = shareOf(row);
  return share === undefined ? undefined : 100 * share;
};

const nameColumn = (view: RenderContext): Column<PoolRow> => ({
  head: 'POOL',
  required: true,
  width: 16,
  grow: 1,
  cell: ({ treePosition, name }): StyledLine => [
    ...(treePosition?.depth === 0 && treePosition.state === undefined
      ? []
      : treeIndent(view.pen, treePosition)),
    view.pen.run(name),
  ],
  renderFolded: (rows) => view.pen.run(moreText(rows.length, ungroupedPoolRows(view).length, 'pool')),
});

/** All columns: for the full pane and a wide overview. */
export const poolColumns = (view: RenderContext): readonly Column<PoolRow>[] => {
  const { pen, now } = view;
  return [
    {
      head: '',
      name: 'STATE',
      required: true,
      width: 14,
      cell: (row) => verdict(view, row),
      renderFolded: () => pen.glyph('ok', 'ok'),
    },
    nameColumn(view),
    {
      head: 'KIND',
      width: 10,
      hideBelow: 90,
      cell: (row) => pen.run(row.members === undefined ? row.fact.kind : ''),
    },
    right(
      pen,
      'IN USE',
      7,
      number(({ active }) => active),
    ),
    right(
      pen,
      'IDLE',
      7,
      number(({ idle }) => idle),
      { hideBelow: 90 },
    ),
    right(pen, 'MAX', maxWidth(view), maxText),
    right(
      pen,
      'WAITING',
      7,
      number(({ pending }) => pending),
    ),
    { head: 'USE', width: 12, cell: (row) => bar(pen, row, 10), hideBelow: 72 },
    right(pen, 'SINCE', 8, (row) => formatStateAge(row, now)),
    right(pen, 'USED', 8, (row) => formatPercent(percentOf(row), 0), { wide: true, align: 'decimal' }),
    right(
      pen,
      'TAKEN',
      8,
      number(({ taken }) => taken),
      { wide: true },
    ),
    ...fieldColumns<PoolRow>(view, 'pools', ({ row }) => row),
  ];
};

/** Minimum width of a table with all columns of numbers. */
export const poolTableFrom = 72;

/** Cells of the level, of '20/20' and of the waiting threads; of a name that tells pools apart; of a gauge that says something. */
const besideName = 18;
const nameCells = { least: 10, most: 14 };
const gaugeCells = { least: 4, most: 10 };
/** Cells of the waiting threads, and of those with their word. */
const waitingCells = { short: 8, long: 11 };

/** '2/10': connections in use and their maximum; of a server the most that its pools can open. */
const useText = (row: PoolRow): string =>
  row.use === undefined ? `${formatCount(inUse(row.fact))}/${formatCount(row.fact.max)}` : maxText(row);

const instanceOf = ({ name }: PoolRow): string => name.split(' · ')[0] ?? name;

/** Names of a pool, the shortest first: pools and ports are called much the same everywhere. */
const poolNames: readonly ((row: PoolRow) => string)[] = [
  (row) => instanceOf(row).replace(/:\d+$/, ''),
  instanceOf,
];

/** The shortest name that tells the pools apart. */
const shortPoolName = (view: RenderContext): ((row: PoolRow) => string) => {
  const rows = ungroupedPoolRows(view);
  return poolNames.find((of) => new Set(rows.map(of)).size === rows.length) ?? (({ name }) => name);
};

/** Columns of a box in the overview: the level, the pool, its use as a gauge and as numbers, and the waiting threads. */
export const poolOverviewColumns = (view: RenderContext, width: number): readonly Column<PoolRow>[] => {
  const { pen } = view;
  const nameOf = shortPoolName(view);
  const longest = Math.max(...ungroupedPoolRows(view).map((row) => widthOf(nameOf(row))), 0);
  const named = Math.max(nameCells.least, Math.min(nameCells.most, longest + 1));
  const room = width - besideName - named - 1;
  const gauge = Math.min(gaugeCells.most, room);
  // A box has its heads only where that hides no pool.
  const saysWaiting = room >= gaugeCells.most + waitingCells.long - waitingCells.short;
  const name = nameColumn(view);
  return [
    {
      head: '',
      name: 'LEVEL',
      required: true,
      width: 2,
      cell: (row) => (row.stale ? pen.glyph('stale', 'stale') : pen.glyph(row.level, row.level)),
      renderFolded: () => pen.glyph('ok', 'ok'),
    },
    {
      ...name,
      width: named,
      keepsEnd: () => true,
      cell: (row) => (row.members === undefined ? pen.run(nameOf(row)) : name.cell(row)),
    },
    ...(gauge < gaugeCells.least
      ? []
      : [
          {
            head: 'IN USE',
            name: 'GAUGE',
            width: gauge + 1,
            cell: (row: PoolRow) => (row.members === undefined ? bar(pen, row, gauge) : []),
          },
        ]),
    right(pen, gauge < gaugeCells.least ? 'IN USE' : '', 8, useText, { name: 'IN USE', required: true }),
    right(
      pen,
      saysWaiting ? '' : 'WAITING',
      saysWaiting ? waitingCells.long : waitingCells.short,
      ({ fact: { pending } }) =>
        `${formatCount(pending)}${saysWaiting && pending !== undefined ? ' waiting' : ''}`,
      { name: 'WAITING' },
    ),
  ];
};
