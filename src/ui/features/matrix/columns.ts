import { ageText, durationText } from '../../../domain/duration.ts';
import type { Column } from '../../components/table.ts';
import { columnHead } from '../../frame/environment.ts';
import { howMany, least } from '../../panes/extremes.ts';
import { levelCell } from '../../panes/level-cell.ts';
import { widthOf } from '../../text/width.ts';
import type { View } from '../../view.ts';
import { environmentsOf } from '../health/rows.ts';
import type { MatrixCell } from './cell.ts';
import { leadFor, matrixCell, sinceText, sparkCell, wholeCell } from './cells.ts';
import { type MatrixRow, matrixRows, measuredRows } from './rows.ts';
import { boundText } from './values.ts';
import { chosenEnvironment, showsLimits, windowOf } from './window.ts';

const boundOf = (cell: MatrixCell, level: 'warn' | 'crit'): string => {
  const bound = cell.is === 'seen' ? cell.spec.threshold[level] : undefined;
  return cell.is !== 'seen' || bound === undefined ? '–' : boundText(bound, cell.signal.unit);
};

/** The limit that it is beyond, or the next one that it has. */
const nextLimit = (cell: MatrixCell): string => {
  if (cell.is !== 'seen') return '–';
  const { warn, crit } = cell.spec.threshold;
  const limit = cell.signal.level === 'crit' ? (crit ?? warn) : (warn ?? crit);
  return limit === undefined ? '–' : boundText(limit, cell.signal.unit);
};

/** One limit of each signal of the open environment. */
const limitColumn = ({ pen }: View): Column<MatrixRow> => ({
  head: 'LIMIT',
  width: 11,
  align: 'right',
  cell: (row) => pen.run(nextLimit(row.own)),
});

/** Both limits that signals have in an environment. */
const limitColumns = ({ pen }: View, env: string): readonly Column<MatrixRow>[] =>
  (['warn', 'crit'] as const).map((level) => ({
    head: level.toUpperCase(),
    headRole: level,
    width: 10,
    align: 'right',
    cell: (row) => pen.run(boundOf(row.in(env), level)),
  }));

const longestName = (view: View): number =>
  Math.max(0, ...measuredRows(view).map((row) => widthOf(row.titled)));

const nameColumn = (view: View, width: number, marked: boolean): Column<MatrixRow> => {
  const { pen } = view;
  return {
    head: '',
    width,
    keepsEnd: () => true,
    cell: (row) => [
      ...(marked
        ? [row.own.is === 'not-set' ? pen.run('–', 'faint') : pen.glyph(row.level, row.level), pen.run(' ')]
        : []),
      pen.run(row.titled, row.level === 'ok' ? 'plain' : 'bold'),
    ],
    folded: (rows) => [
      ...(marked ? [pen.glyph('ok', 'ok'), pen.run(' ')] : []),
      pen.run(howMany(rows.length, matrixRows(view).length, 'signal')),
    ],
  };
};

const sinceColumn = (view: View): Column<MatrixRow> => ({
  head: 'SINCE',
  width: 8,
  align: 'right',
  cell: (row) => view.pen.run(sinceText(view, row.own) || '–'),
  folded: (rows) => {
    const newest = least(
      rows.map(({ own }) =>
        own.is === 'seen' && own.signal.verdict ? view.now - own.signal.verdict.since : undefined,
      ),
    );
    return view.pen.run(newest === undefined ? '' : `≥${ageText(newest)}`);
  },
});

const sparkColumn = (view: View, cells: number): Column<MatrixRow> => ({
  head: `last ${durationText(windowOf(view))}`,
  width: cells + 2,
  grow: 1,
  cell: (row) => sparkCell(view, row.own, cells),
});

const ownCells = 20;
const otherCells = 14;
const limitCells = 20;
/** A sparkline of its own has at least (few beside two columns of limits), and at most, so many steps. */
const leastSteps = 16;
const fewSteps = 8;
const mostSteps = 60;

/** The limit, and since when. */
const limitAndSince = 11 + 8;
/** Names are cut to this, unless there is more room than the longest sparkline needs. */
const nameCells = { own: 36, brief: 30 };

/** What a name may take where everything beside it has all that it can use; names that are cut tell series apart no more. */
const roomForName = (width: number, values: number, usual: number): number =>
  Math.max(usual, width - values - limitAndSince - mostSteps - 2);

/** The open environment alone: level and value, how it came to that, its limits. */
export const ownColumns = (view: View, width: number): readonly Column<MatrixRow>[] => {
  const own = view.cockpit.open?.env ?? '';
  const limits = showsLimits(view) && view.ui.place !== 'overview';
  const name = Math.max(
    18,
    Math.min(
      longestName(view) + 3,
      roomForName(width, ownCells + (limits ? limitCells : 0), nameCells.own),
      width - 60,
    ),
  );
  const rest = width - name - ownCells - (limits ? limitCells : 11) - 8;
  return [
    nameColumn(view, name, true),
    {
      head: columnHead(view, own),
      width: ownCells,
      cell: (row) => matrixCell(view, row.own, 'roomy'),
      folded: () => levelCell(view.pen, 'ok'),
    },
    sparkColumn(view, Math.max(limits ? fewSteps : leastSteps, Math.min(mostSteps, rest - 2))),
    ...(limits ? limitColumns(view, own) : [limitColumn(view)]),
    sinceColumn(view),
  ];
};

/** The environments for which there is room: the open one always, the others in the profile's order. */
const thatFit = (view: View, count: number): readonly string[] => {
  const own = view.cockpit.open?.env ?? '';
  const others = environmentsOf(view).filter((env) => env !== own);
  const shown = new Set([own, ...others.slice(0, Math.max(0, count - 1))]);
  return environmentsOf(view).filter((env) => shown.has(env));
};

/** Among other panes: what each environment says, and how the open one came to that. */
export const briefColumns = (view: View, width: number): readonly Column<MatrixRow>[] => {
  const own = view.cockpit.open?.env ?? '';
  const named = (cells: number): number => Math.max(16, Math.min(longestName(view) + 3, cells));
  const fit =
    Math.floor((width - named(nameCells.brief) - limitAndSince - leastSteps - 2 - ownCells) / otherCells) + 1;
  const environments = thatFit(view, fit);
  const values = ownCells + (environments.length - 1) * otherCells;
  const name = named(roomForName(width, values, nameCells.brief));
  const rest = width - name - limitAndSince - values;
  return [
    nameColumn(view, name, true),
    ...environments.map(
      (env): Column<MatrixRow> => ({
        head: columnHead(view, env),
        headRole: env === own ? 'bold' : 'faint',
        width: env === own ? ownCells : otherCells,
        cell: (row) => matrixCell(view, row.in(env), env === own ? 'roomy' : 'brief'),
        folded: () => (env === own ? levelCell(view.pen, 'ok') : []),
      }),
    ),
    sparkColumn(view, Math.max(leastSteps, Math.min(mostSteps, rest - 2))),
    limitColumn(view),
    sinceColumn(view),
  ];
};

/** Level and value of another environment, at least; from so many cells on it lends some to the open one. */
const leastOther = 13;
const roomyOther = 24;
const lent = 2;

/** Metrics × environments, each with its sparkline and since when. A chosen column's head is set off. */
export const acrossColumns = (view: View, width: number): readonly Column<MatrixRow>[] => {
  const environments = environmentsOf(view);
  const own = view.cockpit.open?.env ?? '';
  const chosen = chosenEnvironment(view, environments);
  const limits = showsLimits(view) ? limitCells : 0;
  const name = Math.max(12, Math.min(longestName(view) + 1, Math.floor(width / 4)));
  const cells = width - name - limits;
  const even = Math.floor(cells / environments.length);
  const other = Math.max(leastOther, even < roomyOther ? even : even - lent);
  return [
    nameColumn(view, name, false),
    ...environments.map((env): Column<MatrixRow> => {
      const lead = leadFor(
        view,
        measuredRows(view).map((row) => row.in(env)),
      );
      const each = env === own ? cells - other * (environments.length - 1) : other;
      return {
        head: columnHead(view, env),
        headRole: env === chosen && chosen !== own ? 'focus' : env === own ? 'bold' : 'faint',
        width: each,
        cell: (row) => wholeCell(view, row.in(env), each - 1, lead),
      };
    }),
    ...(showsLimits(view) ? limitColumns(view, chosen) : []),
  ];
};
