import { defined } from '../../../domain/base/defined.ts';
import type { Millis } from '../../../domain/base/fault.ts';
import type { Level } from '../../../domain/facts/level.ts';
import type { Row } from '../../../domain/facts/snapshot.ts';
import { certainSince, formatStateAge } from '../../../domain/facts/state-start.ts';
import { formatAge } from '../../../domain/text/duration.ts';
import { formatLatency } from '../../../domain/text/format.ts';
import { lossStart } from '../../../store/loss-start.ts';
import type { Column } from '../../kit/components/table.ts';
import { formatMaxAge } from '../../kit/text/format.ts';
import type { StyledLine } from '../../kit/text/line.ts';
import type { TextPen } from '../../kit/text/pen.ts';
import { widthOf } from '../../kit/text/width.ts';
import { levelWords } from '../../kit/theme/glyphs.ts';
import type { RenderContext } from '../../shell/contract/render-context.ts';
import { levelWordsFrom, renderLevel, wordRole } from '../../shell/panes/problem.ts';
import { maxDefined, minDefined, moreText } from '../../shell/panes/ranking.ts';
import { faultStyle } from '../../shell/state/fault-text.ts';
import { shortHealthMessage } from './details.ts';
import { hasLatencies, latencySparkColumn } from './latency-spark.ts';
import type { HealthCell } from './rows.ts';
import { type ServiceRow, selectServiceRows } from './rows.ts';

const faultText = (cell: Extract<HealthCell, { is: 'blind' }>, now: Millis): string => {
  if (cell.fault.kind === 'denied') return 'denied';
  if (cell.fault.kind === 'unconfigured') return 'not configured';
  return `source down ${formatStateAge(lossStart(cell.fault, cell.env.facts), now)}`;
};

/** Below this width, a stale cell omits ' old'. */
const narrow = 18;
/** Minimum width for aligned latency and age, so that they do not shift when their digits change. */
const wide = 22;
/** Widths of 'CRIT', ' 503', ' 410ms' and '59s'. */
const levelCells = 4;
const codeCells = 4;
const latencyCells = 6;
const ageCells = 3;

const seenCell = (pen: TextPen, row: Row<'health'>, now: Millis, cells: number): StyledLine => {
  const { fact, level } = row;
  const age = formatAge(now - fact.at);
  const took = fact.latencyMs === undefined ? '' : ` ${formatLatency(fact.latencyMs)}`;
  const code = fact.httpStatus === undefined || fact.httpStatus < 400 ? '' : ` ${fact.httpStatus}`;
  const roomy = cells >= wide && cells < Infinity;
  if (row.stale) {
    const word = fact.status === 'up' ? 'OK' : fact.status.toUpperCase();
    return [
      pen.glyph('stale', 'stale'),
      pen.run(cells < narrow ? ` ${word}${took} ${age}` : ` ${word}${took}, ${age} old`, 'stale'),
    ];
  }
  return [
    pen.glyph(level, level),
    pen.run(` ${roomy ? levelWords[level].padEnd(levelCells) : levelWords[level]}`, wordRole(level)),
    pen.run(roomy ? `${code.padEnd(codeCells)}${took.padStart(latencyCells)}` : `${code}${took}`),
    pen.run(` ${roomy ? age.padStart(ageCells) : age}`, 'faint'),
  ];
};

/** Renders a service in one environment: level, latency, age; or the reason for missing data. */
export const renderHealthCell = (
  pen: TextPen,
  cell: HealthCell | undefined,
  now: Millis,
  cells = Infinity,
): StyledLine => {
  if (cell === undefined || cell.is === 'not-set-up')
    return [pen.glyph('off', 'stale'), pen.run(' not configured', 'stale')];
  if (cell.is === 'not-kept') return [pen.glyph('none', 'stale'), pen.run(' no history', 'stale')];
  if (cell.is === 'waiting') return [pen.glyph('loading', 'loading'), pen.run(' loading', 'loading')];
  if (cell.is === 'seen') return seenCell(pen, cell.worst, now, cells);
  const style = faultStyle(cell.fault.kind);
  return [pen.glyph(style.glyph, style.role), pen.run(` ${faultText(cell, now)}`, style.role)];
};

type Fold = (values: readonly (number | undefined)[]) => string | undefined;

/** A numeric column: its text, and its summary for folded rows. */
interface FigureColumnSpec {
  readonly head: string;
  readonly width: number;
  of(row: ServiceRow): number | undefined;
  text(value: number, row: ServiceRow): string;
  /** Summarizes several rows; undefined if there is nothing to show. */
  readonly fold?: Fold;
}

const figureColumn = (
  { pen }: RenderContext,
  { head, width, of, text, fold }: FigureColumnSpec,
): Column<ServiceRow> => ({
  head,
  width,
  align: head === 'LATENCY' ? 'decimal' : 'right',
  cell: (row) => {
    const value = of(row);
    return pen.run(value === undefined ? '–' : text(value, row));
  },
  renderFolded: (rows) => pen.run(fold?.(rows.map(of)) ?? ''),
});

const within =
  (bound: typeof maxDefined, text: (value: number) => string): Fold =>
  (values) => {
    const value = bound(values);
    return value === undefined ? undefined : text(value);
  };

const seen = ({ own }: ServiceRow): Row<'health'> | undefined => (own.is === 'seen' ? own.worst : undefined);

/** The time of the last answer; undefined if the check was never answered. */
const answeredAt = (view: RenderContext, row: ServiceRow): number | undefined => {
  const worst = seen(row);
  return worst !== undefined && view.own?.facts.feeds[worst.feed]?.known !== undefined
    ? worst.fact.at
    : undefined;
};

const figures = (
  view: RenderContext,
  width: number,
): readonly (FigureColumnSpec & { readonly hideBelow?: number })[] => {
  const { now } = view;
  const ago = (time: number | undefined): number | undefined => (time === undefined ? undefined : now - time);
  return [
    {
      head: 'CODE',
      width: 6,
      hideBelow: width < levelWordsFrom ? 0 : 90,
      of: (row) => seen(row)?.fact.httpStatus,
      text: String,
    },
    {
      head: 'LATENCY',
      width: 9,
      of: (row) => seen(row)?.fact.latencyMs,
      text: formatSpacedLatency,
      fold: within(maxDefined, (value) => `≤${formatSpacedLatency(value)}`),
    },
    {
      head: 'SINCE',
      width: 8,
      of: (row) => ago(certainSince(seen(row) ?? {})),
      text: (_, row) => formatStateAge(seen(row) ?? {}, now),
      fold: within(minDefined, (value) => `≥${formatAge(value)}`),
    },
    {
      head: 'AGE',
      width: 8,
      hideBelow: 90,
      of: (row) => ago(answeredAt(view, row)),
      text: formatAge,
      fold: within(maxDefined, formatMaxAge),
    },
  ];
};

/** '4 ms': the unit is a column of its own. */
const formatSpacedLatency = (ms: number): string => formatLatency(ms).replace(/^([\d.]+)(ms|s)$/, '$1 $2');

/** Parts of a reason that its column, the code or the mark of the level say, too. */
const saidElsewhere: readonly RegExp[] = [
  /^answered (?=\d{3} )/,
  /, expected [\d–, -]+$/,
  // The level of a check script.
  /^(?:OK|WARNING|CRITICAL|UNKNOWN)(?: -|:) (?=\S)/,
  /^body (?=reports )/,
  // The class of an exception whose message follows.
  /(?<=^|[:\s])(?:[a-z]\w*\.)+[A-Z]\w*(?:Exception|Error): (?=\S)/g,
];

/** The reason without words that its column and the code beside it say: '503 Service Unavailable'. */
const briefReason = (message: string): string =>
  saidElsewhere.reduce((text, said) => text.replace(said, ''), message);

const messageCell = (view: RenderContext, row: ServiceRow): StyledLine => {
  const worst = seen(row);
  if (worst === undefined) return renderHealthCell(view.pen, row.own, view.now);
  return [
    view.pen.run(
      `${worst.stale ? 'stale: ' : ''}${briefReason(shortHealthMessage(worst, view.own))}`,
      worst.stale ? 'stale' : 'plain',
    ),
  ];
};

/** Minimum width of a table of healthy services with their reasons. */
const minReasonCells = 60;
/** Least width of a table with reasons and a trend: a narrower one says more with longer reasons. */
const minTrendTable = 86;
const trendCells = { least: 5, most: 12 };
/** Cells of code, latency and the mark; of the duration; of a trend besides its steps. */
const besideTrend = { figures: 17, since: 8, gap: 2 };

interface Trend {
  /** 0: there is no room for it, or nothing to show. */
  readonly cells: number;
  /** The duration of what is well gives way to it. */
  readonly hidesSince: boolean;
}

const noTrend: Trend = { cells: 0, hidesSince: false };

/** The trend of latencies in the room that names and reasons leave. */
const trendOf = (view: RenderContext, width: number, hasReasons: boolean): Trend => {
  const rows = selectServiceRows(view);
  if (!rows.some((row) => hasLatencies(view, row))) return noTrend;
  const { least, most } = trendCells;
  if (hasReasons)
    return width < minTrendTable
      ? noTrend
      : { cells: Math.min(most, width - minTrendTable + least), hidesSince: false };
  const name = Math.max(11, ...rows.map(({ service }) => widthOf(service))) + 1;
  const room = width - name - besideTrend.figures - besideTrend.gap;
  if (room - besideTrend.since >= least)
    return { cells: Math.min(most, room - besideTrend.since), hidesSince: false };
  return room < least ? noTrend : { cells: Math.min(most, room), hidesSince: true };
};

/** Columns of the open environment alone: message, latency, duration of the state, age. A narrow table has levels without words. */
export const serviceColumns = (view: RenderContext, width: number): readonly Column<ServiceRow>[] => {
  const { pen } = view;
  const mark = (level: Level): StyledLine =>
    width < levelWordsFrom ? [pen.glyph(level, level)] : renderLevel(pen, level);
  const reason: Column<ServiceRow> = {
    head: 'REASON',
    width: 16,
    grow: 1,
    cell: (row) => messageCell(view, row),
    renderFolded: (rows) => pen.run(rows.map((row) => row.service).join(' · ')),
  };
  // Where every service is well, a narrow table has no room for an empty column.
  const hasReasons = width >= minReasonCells || selectServiceRows(view).some(({ level }) => level !== 'ok');
  const trend = trendOf(view, width, hasReasons);
  return [
    {
      head: '',
      name: 'LEVEL',
      required: true,
      width: width < levelWordsFrom ? 2 : 12,
      cell: (row) => (row.isAwaited === true ? [pen.glyph('loading', 'loading')] : mark(row.level)),
      renderFolded: () => mark('ok'),
    },
    {
      head: 'SERVICE',
      required: true,
      width: 12,
      grow: 0.2,
      cell: (row) => pen.run(row.service),
      renderFolded: (rows) => pen.run(moreText(rows.length, selectServiceRows(view).length, 'service')),
    },
    ...(hasReasons ? [reason] : []),
    ...figures(view, width).flatMap((figure): readonly Column<ServiceRow>[] => [
      ...(figure.head === 'SINCE' && trend.hidesSince
        ? []
        : [
            {
              ...figureColumn(view, figure),
              ...defined({ hideBelow: figure.hideBelow }),
            },
          ]),
      ...(figure.head === 'LATENCY' && trend.cells > 0 ? [latencySparkColumn(view, trend.cells)] : []),
    ]),
  ];
};
