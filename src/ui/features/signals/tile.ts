import { defined } from '../../../domain/base/defined.ts';
import type { Millis } from '../../../domain/base/fault.ts';
import { isExpectedAbsence, type SignalRow } from '../../../domain/facts/snapshot.ts';
import { isUnlimited } from '../../../domain/facts/threshold.ts';
import type { SignalSpec } from '../../../domain/profile/profile.ts';
import { formatDuration } from '../../../domain/text/duration.ts';
import { formatClockTime } from '../../../domain/text/format.ts';
import { valuesSince } from '../../../store/signal-history.ts';
import { renderChart } from '../../kit/chart/chart.ts';
import { relativeAxis } from '../../kit/chart/time-axis.ts';
import { joints } from '../../kit/components/panel.ts';
import { fitName, type OtherNames } from '../../kit/text/distinct-name.ts';
import {
  fitLine,
  justifyLine,
  lineToText,
  lineWidth,
  type StyledLine,
  type StyledRun,
} from '../../kit/text/line.ts';
import { widthOf } from '../../kit/text/width.ts';
import { ruleGlyph } from '../../kit/theme/glyphs.ts';
import type { TextRole } from '../../kit/theme/roles.ts';
import type { EnvironmentView, RenderContext } from '../../shell/contract/render-context.ts';
import { ruleLook } from '../../shell/layout/rule-look.ts';
import { chartLimits, seriesStyle } from './chart-parts.ts';
import { matrixWindowMs } from './chart-window.ts';
import { bucketMeans, createBuckets, fillBuckets, valueLifetimeMs } from './spark.ts';
import { formatAxisNumber, formatNumber, isBytes, titleWithUnit } from './values.ts';
import { withoutMarks } from './whole-words.ts';

/** A change marked on the time axis. */
export interface TimeMark {
  readonly at: Millis;
  readonly letter: string;
  readonly role: TextRole;
}

/** A signal, and the width of its chart. */
interface PlotSpec {
  readonly signal: SignalRow;
  readonly spec: SignalSpec;
  readonly env: EnvironmentView;
  readonly marks: readonly TimeMark[];
  readonly width: number;
}

export interface TileSpec extends PlotSpec {
  /** Its title with what distinguishes it from tiles of the same title, as drawn, and those of the other tiles. */
  readonly title: string;
  readonly otherTitles: OtherNames;
  readonly selected: boolean;
  readonly height: number;
}

/** Lines of a tile that are not its plot area: title of one line, and time axis. */
const otherLines = 2;
/** Minimum height of a tile: a title, three rows of plot area and the axis. */
export const minTileHeight = otherLines + 3;

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
    withoutMarks(
      lineToText(fitName([drawn(title)], room, otherTitles, pen.ellipsis)).trimEnd(),
      title,
      pen.ellipsis,
    );
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

/** The value with its mark: what is well needs none, because its line is below its limit. */
const valueRuns = ({ pen }: RenderContext, tile: TileSpec): StyledLine => {
  const { level, unit, value, stale, verdict } = tile.signal;
  const number = typeof value === 'number' ? titleWithUnit(formatNumber(value, unit), unit) : '–';
  if (isExpectedAbsence(tile.signal)) return [pen.run(` ${number}`, 'faint')];
  if (stale) return [pen.glyph('stale', 'stale'), pen.run(` ${number}`, 'stale')];
  if (isInformative(tile)) return [pen.glyph('off', 'plain'), pen.run(` ${number}`)];
  // Beyond its limit, but not yet for long enough: no longer OK.
  const shown = level === 'ok' && verdict?.pending !== undefined ? 'warn' : level;
  return shown === 'ok'
    ? [pen.run(` ${number}`, 'bold')]
    : [pen.glyph(shown, shown), pen.run(` ${number}`, shown)];
};

/** The title and the value; two lines if the title needs them and the graph keeps its minimum height. */
const headLines = (view: RenderContext, tile: TileSpec): readonly StyledLine[] => {
  const { pen } = view;
  const { selected, width, height } = tile;
  // Many tiles without borders are beside each other: their titles alone stand out.
  const value = valueRuns(view, tile).map((run) =>
    run.role === 'bold' ? { ...run, role: 'plain' as const } : run,
  );
  const right = [pen.run(' '), ...value];
  const lead = selected ? [pen.glyph('chosen', 'focus'), pen.run(' ')] : [];
  const room = width - lineWidth(right) - lineWidth(lead);
  const titleRole = selected ? 'focus' : 'bold';
  const [first = '', second] = titleLines(view, tile, room, height > minTileHeight ? 2 : 1);
  const line = justifyLine([...lead, drawn(first, titleRole)], right, width, 'plain', pen.ellipsis);
  return second === undefined || second === ''
    ? [line]
    : [line, [drawn(second, selected ? 'focus' : 'plain')]];
};

/** Cells of the label column: the widest label and a blank. */
const labelColumn = { least: 5, most: 7 };

const plotLines = (
  view: RenderContext,
  tile: PlotSpec,
  height: number,
  means: PlotMeans,
): readonly StyledLine[] => {
  const { pen } = view;
  const { signal, spec, width } = tile;
  const number = (value: number): string => formatAxisNumber(value, spec.unit);
  // In one row the label would say that the line is at its limit.
  const limits = height < 2 ? [] : chartLimits(signal, spec, number).slice(0, 1);
  const { labelCells } = means;
  const plot = renderChart(pen, {
    ...{ cells: width - labelCells, height, labelCells, nameCells: 0, limits, labels: 'ends', number },
    lines: [{ label: '', style: seriesStyle(signal, spec), means: means.of }],
    marked: new Set(),
    bytes: isBytes(spec.unit),
    ...defined({ start: means.start }),
  });
  if (plot.length > 0) return plot;
  const words = [pen.run(' '.repeat(labelCells)), pen.run('no data', 'faint')];
  return Array.from({ length: height }, (_, row) => (row === Math.floor(height / 2) ? words : []));
};

/** The means of a signal per dot column, and what the chart says of their time. */
interface PlotMeans {
  readonly labelCells: number;
  readonly from: Millis;
  readonly spanMs: Millis;
  /** The time of day of the first value in the window, if the window begins before it. */
  readonly start?: string;
  of(columns: number): Float64Array;
}

/** The widest label that the chart can have: its limit, or its highest or lowest value. */
const labelCellsOf = ({ spec, signal }: PlotSpec, values: Float64Array): number => {
  const limits = chartLimits(signal, spec, (value) => formatAxisNumber(value, spec.unit));
  let least = 0;
  let most = 0;
  for (const value of values) [least, most] = [Math.min(least, value), Math.max(most, value)];
  const texts = [least, most, (least + most) / 2].map((value) => formatAxisNumber(value, spec.unit));
  const widest = Math.max(...[...texts, ...limits.slice(0, 1).map(({ text }) => text)].map(widthOf));
  return Math.max(labelColumn.least, Math.min(labelColumn.most, widest + 1));
};

/** A range of time that ends with `to`. */
interface PlotRange {
  readonly to: Millis;
  readonly spanMs: Millis;
  /** The label of its end; absent: now. */
  readonly end?: string;
}

const meansOf = (view: RenderContext, tile: PlotSpec, { to, spanMs }: PlotRange): PlotMeans => {
  const { signal, spec, env } = tile;
  const from = to - spanMs;
  const points = valuesSince(env.facts, signal.key, from, to);
  const holdMs = valueLifetimeMs(spec, env.facts);
  const first = points.at(0)?.at;
  return {
    ...{ from, spanMs, labelCells: labelCellsOf(tile, points.values()) },
    ...(first === undefined ? {} : { start: formatClockTime(first + view.wallOffset) }),
    of: (columns) => {
      const span = { from, cellMs: spanMs / columns, cells: columns };
      const buckets = createBuckets(columns);
      fillBuckets(buckets, points, span);
      return bucketMeans(buckets, span, holdMs);
    },
  };
};

/** Renders a signal in a range of time: its chart with its limit in `height` lines, the last of which is the time axis with marks. */
export const renderSignalPlot = (
  view: RenderContext,
  plot: PlotSpec,
  range: PlotRange,
  height: number,
): readonly StyledLine[] => {
  const means = meansOf(view, plot, range);
  const cells = plot.width - means.labelCells;
  return [
    ...plotLines(view, plot, height - 1, means),
    relativeAxis(view.pen, {
      ...{ cells, indent: means.labelCells, start: `-${formatDuration(means.spanMs)}` },
      ...defined({ end: range.end }),
      marks: plot.marks.map(({ at, letter }) => ({
        cell: Math.floor(((at - means.from) / means.spanMs) * cells),
        letter,
      })),
    }),
  ];
};

/** Renders a signal as a tile of exactly `width` × `height` cells: title and value, chart with its limit, time axis with marks. */
export const renderTile = (view: RenderContext, tile: TileSpec): readonly StyledLine[] => {
  const { width, height } = tile;
  const heads = headLines(view, tile);
  const range = { to: view.now, spanMs: matrixWindowMs(view) };
  return [...heads, ...renderSignalPlot(view, tile, range, height - heads.length)]
    .slice(0, height)
    .map((line) => fitLine(line, width, 'plain', view.pen.ellipsis));
};

/** Cells of the border at each end of a title in it: '╭─ ' and ' ─╮'. */
const titleEdge = 3;

/**
 * Renders a signal as a box of exactly `width` × `height` cells: title and value in the upper border, chart with its limit, time axis
 * with marks.
 */
export const renderTileBox = (view: RenderContext, tile: TileSpec): readonly StyledLine[] => {
  const { pen } = view;
  const { width, height, selected } = tile;
  const look = ruleLook(view);
  const role = selected ? look.focused : 'rule';
  const glyph = (sides: number): StyledRun => ({ text: ruleGlyph(sides, pen.ascii, look.weight), role });
  const line = glyph(joints.horizontal);
  const side = glyph(joints.vertical);
  const runs = valueRuns(view, tile);
  // Title and value have a blank on each side, and at least one cell of the rule between them.
  const roomBeside = (line: StyledLine): number => width - 2 * titleEdge - lineWidth(line) - 3;
  // The value has the color of its level: its glyph gives way to a title that is whole without it.
  const [first, ...others] = widthOf(tile.title) > roomBeside(runs) ? runs.slice(-1) : runs;
  const shown = first === undefined ? [] : [{ ...first, text: first.text.trimStart() }, ...others];
  const room = roomBeside(shown);
  const [title = ''] = titleLines(view, { ...tile, width: room }, room, 1);
  const rules = Math.max(1, room - widthOf(title) + 1);
  const head = [
    // The focus is not said by color alone.
    ...[glyph(joints.topLeft), selected ? pen.glyph('focus', 'focus') : line, pen.run(' ')],
    ...[drawn(title, selected ? 'focus' : 'bold'), pen.run(' ')],
    ...[{ text: line.text.repeat(rules), role }, pen.run(' '), ...shown, pen.run(' '), line],
  ];
  const range = { to: view.now, spanMs: matrixWindowMs(view) };
  const plot = renderSignalPlot(view, { ...tile, width: width - 3 }, range, height - 2);
  return [
    [...fitLine(head, width - 1, role, pen.ellipsis), glyph(joints.topRight)],
    ...plot.map((own) => [side, ...fitLine(own, width - 2, 'plain', pen.ellipsis), side]),
    [glyph(joints.bottomLeft), { text: line.text.repeat(width - 2), role }, glyph(joints.bottomRight)],
  ].slice(0, height);
};

/** '20m' */
export const windowText = (view: RenderContext): string => formatDuration(matrixWindowMs(view));
