import { formatDuration } from '../../../domain/duration.ts';
import type { Millis } from '../../../domain/fault.ts';
import type { SignalSpec } from '../../../domain/profile.ts';
import type { SignalRow } from '../../../domain/snapshot.ts';
import type { Bound } from '../../../domain/threshold.ts';
import { valuesSince } from '../../../store/signal-history.ts';
import type { EnvironmentView, RenderContext } from '../../render-context.ts';
import {
  fitLine,
  fitLineMiddle,
  justifyLine,
  lineWidth,
  mergeRuns,
  type StyledLine,
  type StyledRun,
} from '../../text/line.ts';
import type { TextRole } from '../../theme/roles.ts';
import { matrixWindowMs } from '../matrix/rows.ts';
import { bucketMeans, createBuckets, fillBuckets, valueLifetimeMs } from '../matrix/spark.ts';
import { formatBound, formatNumber, titleWithUnit } from '../matrix/values.ts';

/** A change marked on the time axis. */
export interface TimeMark {
  readonly at: Millis;
  readonly letter: string;
  readonly role: TextRole;
}

interface TileSpec {
  readonly signal: SignalRow;
  readonly spec: SignalSpec;
  readonly env: EnvironmentView;
  readonly marks: readonly TimeMark[];
  readonly selected: boolean;
  readonly width: number;
  readonly height: number;
}

const eighths = 8;

/** Lines of a tile that are not its graph: title, time axis and figures. */
const otherLines = 3;
/** Minimum height of a tile: a title, two rows of graph, axis and figures. */
export const minTileHeight = otherLines + 2;

const headLine = ({ pen }: RenderContext, { signal, selected, width }: TileSpec): StyledLine => {
  const { level, unit, value, stale } = signal;
  const role: TextRole = stale ? 'stale' : level;
  const number = typeof value === 'number' ? formatNumber(value, unit) : '–';
  const right = [pen.run(' '), pen.glyph(stale ? 'stale' : level, role), pen.run(` ${number}`, role)];
  const title = [pen.run(titleWithUnit(signal.title, unit), selected ? 'focus' : 'bold')];
  const lead = selected ? [pen.glyph('chosen', 'focus'), pen.run(' ')] : [];
  const room = width - lineWidth(right) - lineWidth(lead);
  return justifyLine([...lead, ...fitLineMiddle(title, room, 'plain', pen.ellipsis)], right, width);
};

/** The limit that the graph shows: the violated one, otherwise the next one. */
const shownLimit = ({
  signal,
  spec: { threshold },
}: TileSpec): { readonly level: 'warn' | 'crit'; readonly bound: Bound } | undefined => {
  const levels = signal.level === 'crit' ? (['crit', 'warn'] as const) : (['warn', 'crit'] as const);
  for (const level of levels) {
    const bound = threshold[level];
    if (bound !== undefined) return { level, bound };
  }
  return undefined;
};

/** The next limit and the range of the values. */
const footLine = ({ pen }: RenderContext, tile: TileSpec, values: readonly number[]): StyledLine => {
  const { signal, width } = tile;
  const text = (value: number): string => formatNumber(value, signal.unit);
  const range =
    values.length === 0 ? 'no data' : `min ${text(Math.min(...values))} max ${text(Math.max(...values))}`;
  const limit = shownLimit(tile);
  const bound = limit === undefined ? '' : ` limit ${formatBound(limit.bound, signal.unit)}`;
  return justifyLine([pen.run(range, 'faint')], [pen.run(bound, 'faint')], width, 'plain', pen.ellipsis);
};

const axisLine = (
  view: RenderContext,
  { marks, width }: TileSpec,
  from: Millis,
  cellMs: number,
): StyledLine => {
  const { pen } = view;
  const cells = Array.from(
    { length: width },
    (): StyledRun => ({ text: pen.ascii ? '-' : '─', role: 'rule' }),
  );
  for (const { at, letter, role } of marks) {
    const cell = Math.floor((at - from) / cellMs);
    if (cell >= 0 && cell < width) cells[cell] = { text: letter, role };
  }
  return cells;
};

/** Maximum ratio of a limit to the values. A larger limit does not set the scale. */
const maxLimitRatio = 5;

/** The highest value that the graph shows: the largest one, or a limit above it that leaves the graph readable. */
const topOf = (values: readonly number[], { threshold }: SignalSpec): number => {
  const most = Math.max(0, ...values);
  const limits = [threshold.warn?.value, threshold.crit?.value].filter(
    (value) => typeof value === 'number' && value > most && value <= most * maxLimitRatio,
  ) as readonly number[];
  return Math.max(most, ...limits.slice(0, 1)) || 1;
};

/** Filled eighths of each column, counted from the bottom of the graph; undefined: a gap. */
const filledEighths = (means: Float64Array, top: number, rows: number): readonly (number | undefined)[] =>
  Array.from(means, (mean) =>
    Number.isNaN(mean) ? undefined : Math.max(1, Math.round((Math.max(0, mean) / top) * rows * eighths)),
  );

/** The graph row of a limit; -1 if the graph does not reach that far. */
const limitRowOf = (value: unknown, top: number, rows: number): number => {
  const isShown = typeof value === 'number' && value > 0 && value <= top;
  return isShown ? Math.min(rows - 1, Math.floor((value / top) * rows)) : -1;
};

const graphLines = ({ pen }: RenderContext, tile: TileSpec, means: Float64Array): readonly StyledLine[] => {
  const { signal, spec, height } = tile;
  const rows = height - otherLines;
  const seen = [...means].filter((mean) => !Number.isNaN(mean));
  const top = topOf(seen, spec);
  const steps = [...pen.sparkSteps];
  const role: TextRole = signal.stale ? 'stale' : signal.level;
  const limit = shownLimit(tile);
  const limitRow = limitRowOf(limit?.bound.value, top, rows);
  const heights = filledEighths(means, top, rows);
  const empty = (row: number, isGap: boolean): StyledRun => {
    if (row === limitRow) return { text: pen.ascii ? '-' : '·', role: limit?.level ?? 'warn' };
    return { text: isGap && row === 0 && !pen.ascii ? '·' : ' ', role: 'faint' };
  };
  return Array.from({ length: rows }, (_, index): StyledLine => {
    const row = rows - 1 - index;
    return mergeRuns(
      heights.map((height8): StyledRun => {
        const filled = Math.min(eighths, (height8 ?? 0) - row * eighths);
        return filled > 0 ? { text: steps[filled - 1] ?? '', role } : empty(row, height8 === undefined);
      }),
    );
  });
};

/** Renders a signal as a tile of exactly `width` × `height` cells: title and value, graph with its limit, time axis, figures. */
export const renderTile = (view: RenderContext, tile: TileSpec): readonly StyledLine[] => {
  const { signal, spec, env, width, height } = tile;
  const spanMs = matrixWindowMs(view);
  const from = view.now - spanMs;
  const span = { from, cellMs: spanMs / width, cells: width };
  const points = valuesSince(env.facts, signal.key, from).filter(({ at }) => at <= view.now);
  const buckets = createBuckets(width);
  fillBuckets(buckets, points, span);
  const means = bucketMeans(buckets, span, valueLifetimeMs(spec, env.facts));
  return [
    headLine(view, tile),
    ...graphLines(view, tile, means),
    axisLine(view, tile, from, span.cellMs),
    footLine(
      view,
      tile,
      points.map(({ value }) => value),
    ),
  ]
    .slice(0, height)
    .map((line) => fitLine(line, width, 'plain', view.pen.ellipsis));
};

/** '20m' */
export const windowText = (view: RenderContext): string => formatDuration(matrixWindowMs(view));
