import type { Millis } from '../../../domain/base/fault.ts';
import { isExpectedAbsence, type SignalRow } from '../../../domain/facts/snapshot.ts';
import { type Bound, isUnlimited } from '../../../domain/facts/threshold.ts';
import type { SignalSpec } from '../../../domain/profile/profile.ts';
import { formatDuration } from '../../../domain/text/duration.ts';
import { valuesSince } from '../../../store/signal-history.ts';
import { fitName, type OtherNames } from '../../kit/text/distinct-name.ts';
import {
  fitLine,
  justifyLine,
  lineToText,
  lineWidth,
  mergeRuns,
  type StyledLine,
  type StyledRun,
} from '../../kit/text/line.ts';
import { widthOf } from '../../kit/text/width.ts';
import type { TextRole } from '../../kit/theme/roles.ts';
import type { EnvironmentView, RenderContext } from '../../shell/contract/render-context.ts';
import { matrixWindowMs } from './rows.ts';
import { type ChartScale, rowOfValue } from './scale.ts';
import { bucketMeans, createBuckets, fillBuckets, valueLifetimeMs } from './spark.ts';
import { formatBound, formatNumber } from './values.ts';

/** A change marked on the time axis. */
export interface TimeMark {
  readonly at: Millis;
  readonly letter: string;
  readonly role: TextRole;
}

interface TileSpec {
  readonly signal: SignalRow;
  /** Its title with what distinguishes it from tiles of the same title, as drawn, and those of the other tiles. */
  readonly title: string;
  readonly otherTitles: OtherNames;
  readonly spec: SignalSpec;
  readonly env: EnvironmentView;
  readonly marks: readonly TimeMark[];
  readonly selected: boolean;
  readonly width: number;
  readonly height: number;
}

/** Steps of a block character. */
const eighths = 8;

/** Lines of a tile that are not its graph: title of one line, time axis and figures. */
const otherLines = 3;
/** Minimum height of a tile: a title, two rows of graph, axis and figures. */
export const minTileHeight = otherLines + 2;

/** Text that a pen has already drawn: masking a part of a name again would not know it. */
const drawn = (text: string, role: TextRole = 'plain'): StyledRun => ({ text, role });

/** The text in two lines of these widths, broken between words; undefined if it does not fit. */
const inTwoLines = (text: string, first: number, second: number): readonly [string, string] | undefined => {
  const words = text.split(/(?<= )/);
  for (let count = words.length; count > 0; count--) {
    const head = words.slice(0, count).join('').trimEnd();
    const rest = words.slice(count).join('');
    if (widthOf(head) <= first) return widthOf(rest) <= second ? [head, rest] : undefined;
  }
  return undefined;
};

/** Maximum length of a title that is broken in two lines. */
const maxTitleLength = 300;

/**
 * The title in at most `lines` lines: whole if it fits; otherwise shortened to the words that distinguish it. The first line
 * has less room, because the value is at its end.
 */
const titleLines = (
  { pen }: RenderContext,
  { title, otherTitles, width }: TileSpec,
  first: number,
  lines: number,
): readonly string[] => {
  if (widthOf(title) <= first) return [title];
  const shortened = (room: number): string =>
    lineToText(fitName([drawn(title)], room, otherTitles, pen.ellipsis)).trimEnd();
  const isLong = title.length > maxTitleLength;
  for (let room = first + 1 + width; lines > 1 && !isLong && room > first; room--) {
    const both = inTwoLines(shortened(room), first, width);
    if (both !== undefined) return both;
  }
  return [shortened(first)];
};

/** True for a value without limits: it informs, and was not checked. */
const isInformative = ({ signal, spec: { threshold } }: TileSpec): boolean =>
  signal.level === 'ok' && isUnlimited(threshold);

/** The title and the value; two lines if the title needs them and the graph keeps its minimum height. */
const headLines = (view: RenderContext, tile: TileSpec): readonly StyledLine[] => {
  const { pen } = view;
  const { signal, selected, width, height } = tile;
  const { level, unit, value, stale } = signal;
  const isAbsent = isExpectedAbsence(signal);
  // Beyond its limit, but not yet for long enough: no longer OK.
  const shown = level === 'ok' && signal.verdict?.pending !== undefined ? 'warn' : level;
  const hasLevel = !isInformative(tile);
  const role: TextRole = stale ? 'stale' : isAbsent ? 'faint' : hasLevel ? shown : 'plain';
  const glyph = stale ? 'stale' : hasLevel ? shown : 'off';
  const number = typeof value === 'number' ? formatNumber(value, unit) : '–';
  const mark = isAbsent ? [] : [pen.glyph(glyph, role)];
  const right = [pen.run(' '), ...mark, pen.run(` ${number}`, role)];
  const lead = selected ? [pen.glyph('chosen', 'focus'), pen.run(' ')] : [];
  const room = width - lineWidth(right) - lineWidth(lead);
  const titleRole = selected ? 'focus' : 'bold';
  const [first = '', second] = titleLines(view, tile, room, height > minTileHeight ? 2 : 1);
  const line = justifyLine([...lead, drawn(first, titleRole)], right, width, 'plain', pen.ellipsis);
  return second === undefined || second === '' ? [line] : [line, [drawn(second, titleRole)]];
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

/** The range of the values and the next limit, in the longest form that fits: a number is never cut. */
const footLine = ({ pen }: RenderContext, tile: TileSpec, values: Float64Array): StyledLine => {
  const { signal, width } = tile;
  const text = (value: number): string => formatNumber(value, signal.unit);
  const least = text(Math.min(...values));
  const most = text(Math.max(...values));
  const limit = shownLimit(tile);
  const bound = limit === undefined ? '' : formatBound(limit.bound, signal.unit);
  const withWord = bound === '' ? '' : `limit ${bound}`;
  const forms: readonly (readonly [string, string])[] =
    values.length === 0
      ? [['no data', withWord]]
      : [
          [`min ${least} max ${most}`, withWord],
          [least === most ? most : `${least} to ${most}`, withWord],
          [least === most ? most : `${least} to ${most}`, bound],
        ];
  const fits = ([range, end]: readonly [string, string]): boolean =>
    widthOf(range) + (end === '' ? 0 : 2 + widthOf(end)) <= width;
  const [range, end] = forms.find(fits) ?? ['', withWord];
  return justifyLine([pen.run(range, 'faint')], [pen.run(end, 'faint')], width, 'plain', pen.ellipsis);
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
/** Part of the scale that stays free above the values. */
const headroom = 0.05;

/**
 * The range of the graph: from 0, so that noise stays small, with the limit if it is near. A signal that must not fall
 * below its limit (availability) is shown from just below that limit.
 */
export const scaleOf = (values: readonly number[], limit: Bound | undefined): ChartScale => {
  const least = Math.min(...values);
  const most = Math.max(...values);
  const bound = typeof limit?.value === 'number' ? limit.value : undefined;
  const isFloor = limit !== undefined && 'op' in limit && limit.op.startsWith('<');
  const top =
    Math.max(0, most, ...(bound !== undefined && bound <= most * maxLimitRatio ? [bound] : [])) || 1;
  const isNear = isFloor && bound !== undefined && bound > top / maxLimitRatio;
  const low = isNear ? Math.min(least, bound - Math.max((top - bound) / 4, top / 20)) : Math.min(0, least);
  const range = top - low || top;
  return { low, high: low + range * (1 + headroom), ticks: [] };
};

/** Filled eighths of each column, counted from the bottom of the graph; undefined: a gap. */
const filledEighths = (
  means: Float64Array,
  { low, high }: ChartScale,
  rows: number,
): readonly (number | undefined)[] =>
  Array.from(means, (mean) =>
    Number.isNaN(mean)
      ? undefined
      : Math.max(1, Math.min(rows * eighths, Math.round(((mean - low) / (high - low)) * rows * eighths))),
  );

/** The course in the color of the level, over a dim area, so that a high value is not louder than a low one. */
const graphLines = ({ pen }: RenderContext, tile: TileSpec, means: Float64Array): readonly StyledLine[] => {
  const { signal, width, height } = tile;
  const rows = height - otherLines;
  const seen = [...means].filter((mean) => !Number.isNaN(mean));
  if (seen.length === 0) return Array.from({ length: rows }, () => []);
  const steps = [...pen.sparkSteps];
  const role: TextRole = signal.stale ? 'stale' : isInformative(tile) ? 'plain' : signal.level;
  const limit = shownLimit(tile);
  const scale = scaleOf(seen, limit?.bound);
  const limitRow = limitRowOf(limit?.bound.value, scale, rows);
  const heights = filledEighths(means, scale, rows);
  const [gap, dash, fill] = pen.ascii ? [' ', '-', ':'] : ['·', '╌', '░'];
  const cell = (row: number, height8: number | undefined): StyledRun => {
    const filled = (height8 ?? 0) - row * eighths;
    if (filled > 0 && filled <= eighths) return { text: steps[filled - 1] ?? '', role };
    if (row === limitRow) return { text: dash, role: limit?.level ?? 'warn' };
    if (filled > 0) return { text: fill, role: 'rule' };
    return { text: height8 === undefined && row === 0 ? gap : ' ', role: 'faint' };
  };
  return Array.from({ length: rows }, (_, index): StyledLine => {
    const row = rows - 1 - index;
    return mergeRuns(heights.slice(0, width).map((height8) => cell(row, height8)));
  });
};

/** The graph row of a limit; -1 if the graph does not reach that far. */
const limitRowOf = (value: unknown, scale: ChartScale, rows: number): number =>
  typeof value === 'number' && value > scale.low && value <= scale.high ? rowOfValue(value, scale, rows) : -1;

/** Renders a signal as a tile of exactly `width` × `height` cells: title and value, graph with its limit, time axis, figures. */
export const renderTile = (view: RenderContext, tile: TileSpec): readonly StyledLine[] => {
  const { signal, spec, env, width, height } = tile;
  const spanMs = matrixWindowMs(view);
  const from = view.now - spanMs;
  const span = { from, cellMs: spanMs / width, cells: width };
  const points = valuesSince(env.facts, signal.key, from, view.now);
  const buckets = createBuckets(width);
  fillBuckets(buckets, points, span);
  const means = bucketMeans(buckets, span, valueLifetimeMs(spec, env.facts));
  const heads = headLines(view, tile);
  return [
    ...heads,
    ...graphLines(view, { ...tile, height: height + 1 - heads.length }, means),
    axisLine(view, tile, from, span.cellMs),
    footLine(view, tile, points.values()),
  ]
    .slice(0, height)
    .map((line) => fitLine(line, width, 'plain', view.pen.ellipsis));
};

/** '20m' */
export const windowText = (view: RenderContext): string => formatDuration(matrixWindowMs(view));
