import { formatDuration } from '../../../domain/text/duration.ts';
import type { FigureWidths } from '../../kit/components/figures.ts';
import type { Column } from '../../kit/components/table.ts';
import type { StyledLine, StyledRun } from '../../kit/text/line.ts';
import type { TextPen } from '../../kit/text/pen.ts';
import { widthOf } from '../../kit/text/width.ts';
import type { RenderContext } from '../../shell/contract/render-context.ts';
import { hasPanelSides } from '../../shell/layout/screen-size.ts';
import { moreText, shortestAge } from '../../shell/panes/ranking.ts';
import { columnEnvironments, environmentHeading } from '../../shell/state/environment-label.ts';
import { matrixWindowMs } from '../signals/chart-window.ts';
import type { MatrixCell } from '../signals/rows.ts';
import {
  areLimitsShown,
  columnSizingRows,
  type MatrixRow,
  selectedEnvironment,
  selectMatrixRows,
} from '../signals/rows.ts';
import { formatBound } from '../signals/values.ts';
import {
  briefValueCell,
  briefValueCells,
  foldedCell,
  fullMatrixCell,
  leadWidth,
  levelSinceText,
  matrixCell,
  sparkCell,
  valueCell,
  valueFigures,
  valueWidths,
} from './cells.ts';

const boundOf = (cell: MatrixCell, level: 'warn' | 'crit'): string => {
  const bound = cell.is === 'seen' ? cell.spec.threshold[level] : undefined;
  return cell.is !== 'seen' || bound === undefined ? '–' : formatBound(bound, cell.signal.unit);
};

/** The violated limit, otherwise the next limit. */
const nextLimit = (cell: MatrixCell): string => {
  if (cell.is !== 'seen') return '–';
  const { warn, crit } = cell.spec.threshold;
  const limit = cell.signal.level === 'crit' ? (crit ?? warn) : (warn ?? crit);
  return limit === undefined ? '–' : formatBound(limit, cell.signal.unit);
};

/** Minimum width of the LIMIT column: its head and two blanks before it. */
const minNextLimitCells = 7;

/** The width of the LIMIT column: that of the longest limit of `rows`, with two blanks before it. The trend gets the rest. */
const nextLimitCells = ({ pen }: RenderContext, rows: readonly MatrixRow[]): number =>
  Math.max(minNextLimitCells, ...rows.map((row) => widthOf(pen.run(nextLimit(row.own)).text) + 2));

/** The rows whose limits have room beside other boxes: those of problems, because the others are folded. */
const besideRows = (rows: readonly MatrixRow[]): readonly MatrixRow[] => {
  const problems = rows.filter(({ level }) => level !== 'ok');
  return problems.length === 0 ? rows : problems;
};

/** The column of the open environment: its width, its head and its cells. */
interface OwnColumn {
  readonly how: 'roomy' | 'value';
  readonly cells: number;
  readonly head: string;
  cell(cell: MatrixCell): StyledLine;
}

/**
 * In a table of `width` cells. A narrow one has values without words, whose units are a column of their own: the mark of the row is
 * its level.
 */
const ownColumn = (view: RenderContext, width: number): OwnColumn => {
  const cells = columnSizingRows(view).map((row) => row.own);
  if (width < valuesOnlyBelow) {
    const widths = valueWidths(cells);
    return {
      how: 'value',
      cells: Math.min(maxOwnCells, widths.number + (widths.unit === 0 ? 0 : widths.unit + 1) + 1),
      head: 'NOW'.padStart(widths.number),
      cell: (cell) => valueCell(view, cell, widths),
    };
  }
  const figures = valueFigures(cells, maxOwnCells - 1);
  return {
    how: 'roomy',
    cells: Math.max(ownCells, leadWidth(view, cells, figures) + 1),
    head: 'NOW',
    cell: (cell) => matrixCell(view, cell, 'roomy', figures),
  };
};

/** The LIMIT column: one limit per signal of the open environment. */
const limitColumn = ({ pen }: RenderContext, width: number): Column<MatrixRow> => ({
  head: 'LIMIT',
  width,
  align: 'right',
  cell: (row) => pen.run(nextLimit(row.own)),
});

/** The WARN and CRIT columns of an environment. */
const limitColumns = ({ pen }: RenderContext, env: string): readonly Column<MatrixRow>[] =>
  (['warn', 'crit'] as const).map((level) => ({
    head: level.toUpperCase(),
    headRole: level,
    width: 10,
    align: 'right',
    cell: (row) => pen.run(boundOf(row.cellFor(env), level)),
  }));

/** The name of a row: with its unit, unless the values have theirs. */
const nameOf = (row: MatrixRow, hasUnit: boolean): string => (hasUnit ? row.title : row.label);

const longestName = (view: RenderContext, hasUnit: boolean): number =>
  Math.max(0, ...columnSizingRows(view).map((row) => widthOf(nameOf(row, hasUnit))));

/** The mark of a row: its level, or that it has no verdict. */
const rowMark = (pen: TextPen, row: MatrixRow): StyledRun => {
  if (row.isWithoutData === true) return pen.run('–', 'faint');
  if (row.isAwaited === true) return pen.glyph('loading', 'loading');
  if (row.isWithoutLimits === true) return pen.glyph('off', 'stale');
  // Beyond its limit, but not yet for long enough: no longer OK.
  const isPending =
    row.own.is === 'seen' && row.level === 'ok' && row.own.signal.verdict?.pending !== undefined;
  const level = isPending ? 'warn' : row.level;
  return pen.glyph(level, level);
};

const foldedMark = (pen: TextPen, rows: readonly MatrixRow[]): StyledRun => {
  const judged = rows.some((row) => row.isWithoutData !== true && row.isWithoutLimits !== true);
  const [first] = rows;
  return judged || first === undefined ? pen.glyph('ok', 'ok') : rowMark(pen, first);
};

/** '14 more ok, 1 info': signals without limits are not checked. */
const foldedText = (view: RenderContext, rows: readonly MatrixRow[]): string => {
  const all = selectMatrixRows(view).length;
  const unchecked = rows.filter((row) => row.isWithoutLimits === true || row.isWithoutData === true).length;
  if (unchecked === 0 || rows.length === all) return moreText(rows.length, all, 'signal');
  return unchecked === rows.length
    ? `${rows.length} more`
    : `${moreText(rows.length - unchecked, all, 'signal')}, ${unchecked} info`;
};

const nameColumn = (
  view: RenderContext,
  width: number,
  { marked, hasUnit }: { readonly marked: boolean; readonly hasUnit: boolean },
): Column<MatrixRow> => {
  const { pen } = view;
  return {
    head: marked ? '  SIGNAL' : 'SIGNAL',
    name: 'SIGNAL',
    required: true,
    width,
    keepsEnd: () => true,
    cell: (row) => [...(marked ? [rowMark(pen, row), pen.run(' ')] : []), pen.run(nameOf(row, hasUnit))],
    renderFolded: (rows) => [
      ...(marked ? [foldedMark(pen, rows), pen.run(' ')] : []),
      pen.run(foldedText(view, rows)),
    ],
  };
};

const sinceColumn = (view: RenderContext): Column<MatrixRow> => ({
  head: 'SINCE',
  width: sinceColumnCells(view),
  align: 'right',
  cell: (row) => view.pen.run(levelSinceText(view, row.own) || '–'),
  renderFolded: (rows) => {
    const verdicts = rows.flatMap(({ own }) => (own.is === 'seen' ? (own.signal.verdict ?? []) : []));
    return view.pen.run(shortestAge(verdicts, view.now) ?? '');
  },
});

const sparkColumn = (view: RenderContext, cells: number): Column<MatrixRow> => ({
  head: `LAST ${formatDuration(matrixWindowMs(view)).toUpperCase()}`,
  name: 'TREND',
  width: cells + 2,
  grow: 1,
  cell: (row) => sparkCell(view, row.own, cells),
});

/** Width of the open environment; more if its numbers need it to line up. */
const ownCells = 20;
const maxOwnCells = 26;
const otherCells = 14;
const limitCells = 20;
/** Minimum sparkline width, in steps; `fewSteps` applies beside two limit columns. */
const minSteps = 16;
const fewSteps = 8;
/** The same in a box beside another one. */
const leastSteps = 7;
/** Sparkline width, in steps, from which names come first. */
const enoughSteps = 60;
/** The same in a box beside another one, where cut names look alike. */
const enoughBeside = 18;

/** In a box beside another one, values have no level words. */
const valuesOnlyBelow = 100;
/** Width of a value of another environment without its level. */
const otherValueCells = 8;

/** Width of the SINCE column: '≥' is two letters in ASCII. */
const sinceColumnCells = ({ pen }: RenderContext): number => (pen.ascii ? 9 : 8);
/** Maximum width of names, unless the sparkline leaves more. */
const nameCells = { own: 36, brief: 36, beside: 26, least: 20 };

/** The width left for names after all other columns have enough. Truncated names can make series indistinguishable. */
const roomForName = (
  width: number,
  values: number,
  others: number,
  usual: number,
  enough = enoughSteps,
): number => Math.max(usual, width - values - others - enough - 2);

/** Columns of the open environment alone: level and value, sparkline, limits, age. */
export const singleEnvironmentColumns = (
  view: RenderContext,
  width: number,
): readonly Column<MatrixRow>[] => {
  const own = view.cockpit.open?.env ?? '';
  const limits = areLimitsShown(view) && view.ui.place !== 'overview';
  const next = nextLimitCells(view, columnSizingRows(view));
  const open = ownColumn(view, view.ui.place === 'overview' ? width : Number.POSITIVE_INFINITY);
  const hasUnit = open.how === 'roomy';
  const others = (limits ? limitCells : next) + sinceColumnCells(view);
  const name = Math.max(
    18,
    Math.min(
      longestName(view, hasUnit) + 3,
      roomForName(width, open.cells, others, nameCells.own),
      width - (hasUnit ? 60 : open.cells + others + minSteps + 2),
    ),
  );
  const rest = width - name - open.cells - others;
  return [
    nameColumn(view, name, { marked: true, hasUnit }),
    {
      head: open.head,
      name: own,
      required: true,
      width: open.cells,
      cell: (row) => open.cell(row.own),
      renderFolded: (rows) => (hasUnit ? foldedCell(view.pen, rows) : []),
    },
    sparkColumn(view, Math.max(limits ? fewSteps : minSteps, rest - 2)),
    ...(limits ? limitColumns(view, own) : [limitColumn(view, next)]),
    sinceColumn(view),
  ];
};

/** The environments that fit: always the open one, the others in the order of the profile. */
const thatFit = (view: RenderContext, count: number): readonly string[] => {
  const own = view.cockpit.open?.env ?? '';
  const others = columnEnvironments(view).filter((env) => env !== own);
  const shown = new Set([own, ...others.slice(0, Math.max(0, count - 1))]);
  return columnEnvironments(view).filter((env) => shown.has(env));
};

/** Width of the brief value of another environment beside other boxes: that of its head, or of the longest value. */
const besideValueCells = (view: RenderContext): number => {
  const heads = columnEnvironments(view).map((env) => widthOf(environmentHeading(view, env)));
  return Math.min(otherValueCells, 1 + Math.max(briefValueCells, ...heads));
};

/** Columns for the overview: the value per environment, and the sparkline of the open one. */
export const matrixOverviewColumns = (view: RenderContext, width: number): readonly Column<MatrixRow>[] => {
  const own = view.cockpit.open?.env ?? '';
  const count = columnEnvironments(view).length;
  const isBeside = hasPanelSides(view) && width < valuesOnlyBelow;
  const stepsLeast = isBeside ? leastSteps : minSteps;
  // Beside another box one blank is enough between numbers that end below each other.
  const blank = isBeside ? 1 : 0;
  const sizing = columnSizingRows(view);
  const next = nextLimitCells(view, isBeside ? besideRows(sizing) : sizing) - blank;
  const open = ownColumn(view, hasPanelSides(view) ? width : Number.POSITIVE_INFINITY);
  const hasUnit = open.how === 'roomy';
  const named = (cells: number): number => Math.max(16, Math.min(longestName(view, hasUnit) + 3, cells));
  const since = sinceColumnCells(view) - blank;
  const others = next + since;
  const isBrief = isBeside && open.how === 'value';
  const each = isBrief ? besideValueCells(view) : open.how === 'value' ? otherValueCells : otherCells;
  const fitBeside = (most: number): number =>
    Math.floor((width - named(most) - others - stepsLeast - 2 - open.cells) / each) + 1;
  const usual = isBeside ? nameCells.beside : nameCells.brief;
  // A name gives way where that shows an environment more: its end, which tells names apart, stays.
  const isShort = isBeside && Math.min(fitBeside(nameCells.least), count) > fitBeside(usual);
  const nameMost = isShort ? nameCells.least : usual;
  const environments = thatFit(view, fitBeside(nameMost));
  const values = open.cells + (environments.length - 1) * each;
  const enough = isBeside ? enoughBeside : enoughSteps;
  const name = named(roomForName(width, values, others, nameMost, enough));
  const rest = width - name - others - values;
  const valuesFormat = open.how === 'value' ? 'value' : 'brief';
  const figuresOf = (env: string): FigureWidths | undefined =>
    valueFigures(
      columnSizingRows(view).map((row) => row.cellFor(env)),
      each - 1,
    );
  const column = (env: string): Column<MatrixRow> => {
    const isOwn = env === own;
    const figures = isOwn ? undefined : figuresOf(env);
    return {
      head: isOwn ? open.head : environmentHeading(view, env),
      name: env,
      required: isOwn,
      headRole: 'faint',
      width: isOwn ? open.cells : each,
      ...(isBrief && !isOwn ? { align: 'right' as const } : {}),
      cell: (row) => {
        if (isOwn) return open.cell(row.own);
        const cell = row.cellFor(env);
        return isBrief ? briefValueCell(view, cell) : matrixCell(view, cell, valuesFormat, figures);
      },
      renderFolded: (rows) => (isOwn && open.how === 'roomy' ? foldedCell(view.pen, rows) : []),
    };
  };
  return [
    nameColumn(view, name, { marked: true, hasUnit }),
    column(own),
    sparkColumn(view, Math.max(stepsLeast, rest - 2)),
    limitColumn(view, next),
    ...environments.filter((env) => env !== own).map(column),
    { ...sinceColumn(view), width: since },
  ];
};

/** Minimum width of another environment; from `roomyOtherCells` on, each gives `donatedCells` to the open environment. */
const minOtherCells = 13;
const roomyOtherCells = 24;
const donatedCells = 2;

/** Columns metrics × environments, each with sparkline and age. The head of a selected column is highlighted. */
export const environmentColumns = (view: RenderContext, width: number): readonly Column<MatrixRow>[] => {
  const environments = columnEnvironments(view);
  const own = view.cockpit.open?.env ?? '';
  const chosen = selectedEnvironment(view, environments);
  const limits = areLimitsShown(view) ? limitCells : 0;
  const name = Math.max(12, Math.min(longestName(view, true) + 1, Math.floor(width / 4)));
  const cells = width - name - limits;
  const even = Math.floor(cells / environments.length);
  const other = Math.max(minOtherCells, even < roomyOtherCells ? even : even - donatedCells);
  return [
    nameColumn(view, name, { marked: false, hasUnit: true }),
    ...environments.map((env): Column<MatrixRow> => {
      const each = env === own ? cells - other * (environments.length - 1) : other;
      const sizing = columnSizingRows(view).map((row) => row.cellFor(env));
      const figures = valueFigures(sizing, each - 1);
      const lead = leadWidth(view, sizing, figures);
      return {
        head: environmentHeading(view, env),
        name: env,
        required: env === own,
        headRole: env === chosen && chosen !== own ? 'focus' : env === own ? 'bold' : 'faint',
        width: each,
        cell: (row) => fullMatrixCell(view, row.cellFor(env), each - 1, lead, figures),
      };
    }),
    ...(areLimitsShown(view) ? limitColumns(view, chosen) : []),
  ];
};
