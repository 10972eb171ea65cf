import { levelOfCode } from '../../../../domain/facts/log-level.ts';
import { rowKind } from '../../../../logs/format/parsed-line.ts';
import type { LogsState } from '../../../../logs/ring/logs-state.ts';
import type { RowHead } from '../../../../logs/ring/row-block.ts';
import { isSameDay } from '../../../kit/text/format.ts';
import {
  fitLine,
  fitLineMiddle,
  lineWidth,
  type StyledLine,
  type StyledRun,
} from '../../../kit/text/line.ts';
import type { TextPen } from '../../../kit/text/pen.ts';
import { widthOf } from '../../../kit/text/width.ts';
import type { GlyphName } from '../../../kit/theme/glyphs.ts';
import { streamRoles, type TextRole } from '../../../kit/theme/roles.ts';
import { markedKeys } from '../../../shell/contract/model.ts';
import { liveContext, type RenderContext, wallNow } from '../../../shell/contract/render-context.ts';
import { sharedStart } from '../../../shell/panes/short-names.ts';
import {
  errorLevelCode,
  parsedLine,
  remainingFields,
  ringRowHead,
  ringRowText,
  warnLevelCode,
} from './ring-row.ts';
import type { HitFinder } from './search-hits.ts';
import { createHitFinder, isVisibleHit, searchPattern } from './search-hits.ts';
import { formatLogTime, type TimeColumnFormat, timeColumnWidth, toDisplayTime } from './time-format.ts';
import { logsPaneId } from './view-state-access.ts';
import { foldedRowCount, foldedText, linesOfRow } from './visible-rows.ts';

/** Minimum pane width at which times include milliseconds. */
const minMillisWidth = 90;
const maxStreamCells = 24;
/** Width of '×3 ' before the dots of the streams that wrote the same line, and the number of dots with room in any case. */
const minStreamCells = 3;
const maxStreamDots = 5;
const maxColumnCells = 18;
const loggerField = 'logger';
/** Minimum pane width for loggers at the right edge, and their place there. */
const minLoggerWidth = 100;
const maxLoggerCells = 28;
const minLoggerGap = 2;
/** A wrapped line takes at most 1/`heightDivisor` of the pane height. */
const heightDivisor = 2;

/** Stream names take at most 1/`streamWidthDivisor` of a row. */
const streamWidthDivisor = 5;

/** A start that all names share, from this length on, tells none of them from the others: their ends are enough. */
const minSharedStart = 12;
const sharedStarts = new WeakMap<LogsState['streams'], number>();

/** Cells of the start that the names of all streams share. */
const sharedCells = (streams: LogsState['streams']): number => {
  const known = sharedStarts.get(streams);
  if (known !== undefined) return known;
  const [first = '', ...others] = streams.map(({ label }) => label);
  const shared = others.reduce((start, label) => sharedStart(start, label), first).length;
  const cells = others.length === 0 || shared < minSharedStart ? 0 : shared;
  sharedStarts.set(streams, cells);
  return cells;
};

/** The name of a stream as drawn: '…-vsxtr' where all of them begin alike. An alias in share mode is whole. */
const streamName = ({ pen }: RenderContext, { streams }: LogsState, index: number): string => {
  const label = streams[index]?.label ?? '?';
  const shared = sharedCells(streams);
  // The separator stays, so that the rest reads as the end of a name.
  return shared === 0 || pen.maskText(label) !== label ? label : `${pen.ellipsis}${label.slice(shared - 1)}`;
};

const streamCells = (view: RenderContext, logs: LogsState, width: number): number => {
  const { streams } = logs;
  if (streams.length < 2) return 0;
  const names = streams.map((_, index) => view.pen.maskText(streamName(view, logs, index)));
  const longest = Math.max(...names.map(widthOf));
  const dots = minStreamCells + Math.min(streams.length, maxStreamDots);
  return Math.min(Math.max(longest, dots), maxStreamCells, Math.floor(width / streamWidthDivisor));
};

/** Derives the layout of the rows from the size of the pane and the times of the oldest and newest line. */
export const rowLayoutFor = (
  view: RenderContext,
  logs: LogsState,
  width: number,
  room: number,
): LogRowLayout => {
  const { clock, columns, wrap } = view.ui.logs;
  const now = wallNow(liveContext(view));
  const wall = toDisplayTime(now, clock);
  const { ring } = logs;
  const oldest = ringRowHead(ring, ring.first)?.at ?? wall;
  const newest = ringRowHead(ring, ring.end - 1)?.at ?? wall;
  const pattern = searchPattern(logs);
  return {
    width,
    time: {
      clock,
      days: [oldest, newest].some((time) => !isSameDay(toDisplayTime(time, clock), wall)),
      millis: width >= minMillisWidth,
      now,
    },
    stream: streamCells(view, logs, width),
    columns: columns.map((name) => ({ name, cells: Math.min(maxColumnCells, Math.max(name.length, 8)) })),
    ...(pattern === undefined ? {} : { finder: createHitFinder(pattern) }),
    hasLevelWords: true,
    hasLogger: width >= minLoggerWidth && !wrap,
    wrap,
    highest: Math.max(1, Math.floor(room / heightDivisor)),
  };
};

/** The layout shared by all visible rows. */
export interface LogRowLayout {
  readonly width: number;
  readonly time: TimeColumnFormat;
  /** Width of the stream name; 0 if there is only one stream. */
  readonly stream: number;
  /** Fields shown as columns, with their widths. */
  readonly columns: readonly { readonly name: string; readonly cells: number }[];
  readonly finder?: HitFinder;
  /** False in a narrow pane of lines that all have a glyph. */
  readonly hasLevelWords: boolean;
  /** True: the logger is at the right edge, and not a field behind the message. */
  readonly hasLogger: boolean;
  readonly wrap: boolean;
  /** Maximum lines per row. */
  readonly highest: number;
}

/** Width of '✗ ERROR ': mark, space, level and trailing space; of '✗ ' without its word. */
export const levelCells = { word: 8, glyph: 2 };
const levelWord = 5;
/** Width of the bookmark mark, the match mark and a space. */
export const leadCells = 3;

export const streamColorRole = (index: number): TextRole =>
  streamRoles[index % streamRoles.length] ?? 'plain';

const levelStyle = (level: number): { readonly role: TextRole; readonly glyph?: GlyphName } => {
  if (level >= errorLevelCode) return { role: 'crit', glyph: 'crit' };
  if (level === warnLevelCode) return { role: 'warn', glyph: 'warn' };
  return { role: level < warnLevelCode - 1 ? 'faint' : 'plain' };
};

/** '✗ ERROR ', or '✗ ' without its word. */
export const levelCell = (pen: TextPen, level: number, hasWord = true): StyledLine => {
  const { role, glyph } = levelStyle(level);
  const word = (levelOfCode(level) ?? '').toUpperCase();
  return [
    glyph === undefined ? pen.run(' ') : pen.glyph(glyph, role),
    pen.run(hasWord ? ` ${word.padEnd(levelWord)} ` : ' ', role),
  ];
};

/** Width of everything before the message. */
const messageAt = (form: LogRowLayout): number =>
  leadCells +
  timeColumnWidth(form.time) +
  1 +
  (form.stream === 0 ? 0 : form.stream + 1) +
  (form.hasLevelWords ? levelCells.word : levelCells.glyph) +
  form.columns.reduce((sum, { cells }) => sum + cells + 1, 0);

/** Renders a text with its matches highlighted. Masks before searching, so that matches never reveal hidden text. */
const marked = (
  pen: TextPen,
  text: string,
  role: TextRole,
  finder: HitFinder | undefined,
): readonly StyledRun[] => {
  const seen = pen.run(text, role).text;
  const matches = finder?.(seen) ?? [];
  const runs: StyledRun[] = [];
  let index = 0;
  for (const [from, to] of matches) {
    runs.push({ text: seen.slice(index, from), role }, { text: seen.slice(from, to), role: 'hit' });
    index = to;
  }
  return [...runs, { text: seen.slice(index), role }].filter((run) => run.text !== '');
};

const noLine: Readonly<Record<number, { readonly word: string; readonly role: TextRole }>> = {
  [rowKind.gap]: { word: 'gap: ', role: 'warn' },
  [rowKind.dropped]: { word: '', role: 'warn' },
  [rowKind.note]: { word: '', role: 'stale' },
};

const lead = (view: RenderContext, logs: LogsState, id: number): StyledLine => {
  const { pen, ui } = view;
  return [
    linesOfRow(logs, id).some((line) => markedKeys(ui, logsPaneId).has(String(line)))
      ? pen.glyph('marked', 'key')
      : pen.run(' '),
    isVisibleHit(logs, id)
      ? pen.glyph('hit', 'key')
      : pen.run(logs.filteredView.isContext(id) ? '·' : ' ', 'faint'),
    pen.run(' '),
  ];
};

/** Renders a row that is not a log line but marks missing lines: '-- gap: billing-1 cut off --'. */
const betweenLines = (view: RenderContext, logs: LogsState, id: number, head: RowHead): StyledLine => {
  const { pen } = view;
  const { word, role } = noLine[head.kind] ?? { word: '', role: 'plain' };
  const label = logs.streams[head.stream]?.label;
  const { text } = ringRowText(logs.ring, id);
  const of = label === undefined || text.includes(label) ? '' : `${label}: `;
  // Text such as 'gap 00:12: …' already names its kind.
  const is = text.startsWith(word.slice(0, -2)) ? '' : word;
  return [...lead(view, logs, id), pen.run(`-- ${is}${of}${text} --`, role)];
};

const messageLines = (
  pen: TextPen,
  line: StyledLine,
  form: LogRowLayout,
  text: string,
  role: TextRole,
): readonly StyledLine[] => {
  const time = messageAt(form);
  const room = Math.max(8, form.width - time - 1);
  if (!form.wrap) return [[...line, ...marked(pen, text, role, form.finder)]];
  const pieces = pen.wrap(text, room);
  return pieces.slice(0, form.highest).map((piece, index): StyledLine => {
    const isCut = index === form.highest - 1 && pieces.length > form.highest;
    const runs = marked(pen, piece, role, form.finder);
    return [
      ...(index === 0 ? line : [pen.run(' '.repeat(time))]),
      ...(isCut ? fitLine(runs, room - 1, role, pen.ellipsis) : runs),
      ...(isCut ? [pen.run(pen.ellipsis, role)] : []),
    ];
  });
};

const bodyRole = (level: number): TextRole => (level > 0 && level < warnLevelCode - 1 ? 'faint' : 'plain');

/** The number of folded lines, with the key that shows them if there is room beside the text. */
const foldedHint = (more: number, room: number): string => {
  if (more === 0) return '';
  const text = ` (+${more} ${more === 1 ? 'line' : 'lines'}, enter opens)`;
  return text.length <= room ? text : ` (+${more})`;
};

/** The streams of a row: its name, or '×3 ●●●' with a dot in the color of each stream that wrote the same line. */
const streamCell = (view: RenderContext, logs: LogsState, id: number, cells: number): StyledLine => {
  const { pen } = view;
  const streams = linesOfRow(logs, id).map((line) => ringRowHead(logs.ring, line)?.stream ?? 0);
  const [first = 0] = streams;
  const name: StyledLine =
    streams.length === 1
      ? [pen.run(streamName(view, logs, first), streamColorRole(first))]
      : [
          pen.run(`${pen.ascii ? 'x' : '×'}${streams.length} `),
          ...streams.map((stream) => pen.glyph('ok', streamColorRole(stream))),
        ];
  return fitLineMiddle(name, cells, 'plain', pen.ellipsis);
};

/** The line with its logger at the right edge, if there is room after the message. An opened row shows it in any case. */
const withLogger = (pen: TextPen, line: StyledLine, logger: string, form: LogRowLayout): StyledLine => {
  const name = pen.maskField(logger, loggerField);
  // Its end tells loggers of one program apart.
  const shown = name.length > maxLoggerCells ? `${pen.ellipsis}${name.slice(1 - maxLoggerCells)}` : name;
  const runs = marked(pen, shown, 'faint', form.finder);
  const gap = form.width - 1 - lineWidth(line) - lineWidth(runs);
  return gap < minLoggerGap ? line : [...line, pen.run(' '.repeat(gap)), ...runs];
};

/** The logger of a line that its row shows at the right edge, if there is room; undefined: it has none, or a column of its own. */
export const loggerOf = (logs: LogsState, id: number, form: LogRowLayout): string | undefined => {
  if (!form.hasLogger || form.columns.some(({ name }) => name === loggerField)) return undefined;
  if (ringRowHead(logs.ring, id)?.kind !== rowKind.line) return undefined;
  return parsedLine(ringRowText(logs.ring, id).text, logs.keys).fields.get(loggerField);
};

/** Renders a row of the ring: one line, or several when wrapping is on. */
export const renderLogRow = (
  view: RenderContext,
  logs: LogsState,
  id: number,
  form: LogRowLayout,
): readonly StyledLine[] => {
  const { pen } = view;
  const head = ringRowHead(logs.ring, id);
  if (head === undefined) return [[]];
  if (head.kind > rowKind.continuation) return [betweenLines(view, logs, id, head)];
  const { text } = ringRowText(logs.ring, id);
  const time = [...lead(view, logs, id), pen.run(`${formatLogTime(head.at, form.time)} `, 'faint')];
  if (head.kind === rowKind.continuation) {
    const more = foldedRowCount(logs, id);
    const runs = marked(pen, `  ${foldedText(logs, id)}`, 'plain', form.finder);
    const line = [...time, ...runs];
    const rest = foldedHint(more, form.width - lineWidth(line) - 1);
    const room = form.width - rest.length - 1;
    const fitted = lineWidth(line) > room ? fitLine(line, room, 'plain', pen.ellipsis) : line;
    return [[...fitted, pen.run(rest, 'faint')]];
  }
  const parsed = parsedLine(text, logs.keys);
  const isNear = logs.filteredView.isContext(id);
  const line: StyledLine = [
    ...time,
    ...(form.stream === 0 ? [] : [...streamCell(view, logs, id, form.stream), pen.run(' ')]),
    ...levelCell(pen, head.level, form.hasLevelWords),
    ...form.columns.flatMap(({ name: field, cells }) => [
      ...fitLine(
        [pen.run(pen.maskField(parsed.fields.get(field) ?? '', field), 'key')],
        cells,
        'plain',
        pen.ellipsis,
      ),
      pen.run(' '),
    ]),
  ];
  const own = new Set(form.columns.map(({ name: field }) => field));
  const logger = loggerOf(logs, id, form);
  const besides = logger === undefined ? own : new Set([...own, loggerField]);
  const stream = logs.streams[head.stream]?.name ?? '';
  const parts = [parsed.message, ...remainingFields(parsed, besides, stream, pen.maskField)];
  const role = isNear ? 'faint' : bodyRole(head.level);
  const lines = messageLines(pen, line, form, parts.join(' ').trim(), role);
  return logger === undefined ? lines : lines.map((each) => withLogger(pen, each, logger, form));
};
