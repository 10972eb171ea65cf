import { defined } from '../../../../domain/base/defined.ts';
import { levelOfCode } from '../../../../domain/facts/log-level.ts';
import { formatBytes, formatCount, isoTime } from '../../../../domain/text/format.ts';
import { rowKind } from '../../../../logs/format/parsed-line.ts';
import type { LogsState } from '../../../../logs/ring/logs-state.ts';
import type { CockpitState } from '../../../../store/cockpit.ts';
import { borderBeside, joints } from '../../../kit/components/panel.ts';
import type { StyledLine } from '../../../kit/text/line.ts';
import { fitLine, fitStatusLine } from '../../../kit/text/line.ts';
import { formatShortPastTime } from '../../../kit/text/past-time.ts';
import { ruleGlyph } from '../../../kit/theme/glyphs.ts';
import { paneState } from '../../../shell/contract/model.ts';
import type { PaneRoom, RenderedPane } from '../../../shell/contract/pane-row.ts';
import { type RenderContext, wallNow } from '../../../shell/contract/render-context.ts';
import { ruleLook } from '../../../shell/layout/rule-look.ts';
import { fittedDetails } from '../../../shell/panes/pane-lines.ts';
import { boundKey } from '../../../shell/state/keys-in-text.ts';
import { logPaneTitle, renderChips } from './header.ts';
import { renderHistogram } from './histogram.ts';
import { linesHead, quietLine, sectionRule } from './lines-head.ts';
import { renderPatterns } from './patterns.ts';
import { renderLogRow, rowLayoutFor } from './render-row.ts';
import { parsedLine, ringRowHead, ringRowText } from './ring-row.ts';
import { selectedLogRows } from './rows.ts';
import { selectedPattern } from './selected-pattern.ts';
import { logStatusLines, unreadStreamLines } from './status-lines.ts';
import { toDisplayTime } from './time-format.ts';
import { isFollowingTail, isPinnedToPastTime, logCursorRow, logsPaneId } from './view-state-access.ts';
import { type LogRowSteps, linesOfRow, previousVisibleRow, visibleRows } from './visible-rows.ts';

/** Limits for the details of a row: bytes of its text, and lines of its stack trace. */
const maxDetailBytes = 16 * 1024;
const maxTraceLines = 200;
const nameCells = 10;

const labeled = ({ pen }: RenderContext, width: number, name: string, text: string): readonly StyledLine[] =>
  pen
    .wrap(text, Math.max(20, width - nameCells - 4))
    .map(
      (piece, index): StyledLine => [
        pen.run(`   ${(index === 0 ? name : '').padEnd(nameCells)} `, 'faint'),
        pen.run(piece),
      ],
    );

/** The continuation lines of the entry that this row starts or belongs to. */
const traceOf = ({ ring, filteredView }: LogsState, id: number): readonly string[] =>
  filteredView
    .groupOf(filteredView.headOf(id))
    .slice(0, maxTraceLines)
    .map((value) => ringRowText(ring, value).text);

/** The other streams that wrote the line of a row: 'billing-1 at 10:14:58.036'. */
const alsoIn = ({ ring, streams }: LogsState, [, ...others]: readonly number[]): string =>
  others
    .map((id) => {
      const { stream, at } = ringRowHead(ring, id) ?? { stream: -1, at: 0 };
      return `${streams[stream]?.label ?? '?'} at ${isoTime(at).slice(11, 23)}`;
    })
    .join(', ');

/** Renders the details of the row under the cursor: time, stream, fields, raw text and stack trace. */
const logRowDetails = (
  view: RenderContext,
  logs: LogsState,
  id: number,
  width: number,
): readonly StyledLine[] => {
  const head = ringRowHead(logs.ring, id);
  if (head === undefined) return [];
  const { pen, ui } = view;
  const stream = logs.streams[head.stream];
  const { text, left } = ringRowText(logs.ring, id, maxDetailBytes);
  const level = levelOfCode(head.level);
  const when = isoTime(toDisplayTime(head.at, ui.logs.clock)).replace('T', ' ').replace('Z', '');
  const zone = ui.logs.clock === 'local' ? 'local' : 'UTC';
  const where = stream === undefined ? '' : ` · ${stream.source}: ${stream.name}`;
  const more = left === 0 ? '' : ` … and ${formatBytes(left)} more, S saves the full line`;
  const lines = linesOfRow(logs, id);
  const isTrace = head.kind === rowKind.continuation;
  const trace = head.kind > rowKind.continuation ? [] : traceOf(logs, id);
  const isLong =
    trace.length >= maxTraceLines ? `the first ${formatCount(maxTraceLines)} lines` : `${trace.length} lines`;
  return [
    sectionRule(
      view,
      [
        pen.run('Opened line', 'bold'),
        pen.run(` · ${when} ${zone} · ${level?.toUpperCase() ?? 'level unknown'}${where}`, 'faint'),
      ],
      width,
    ),
    ...[...parsedLine(text, logs.keys).fields].flatMap(([name, value]) =>
      labeled(view, width, name, pen.maskField(value, name)),
    ),
    ...(isTrace ? [] : labeled(view, width, 'line', `${text}${more}`)),
    ...(lines.length === 1 ? [] : labeled(view, width, 'also in', alsoIn(logs, lines))),
    ...(trace.length === 0
      ? []
      : [
          [pen.run(`   trace      ${isLong}`, 'faint')] satisfies StyledLine,
          ...trace.flatMap((line) =>
            pen.wrap(line, width - 6).map((piece): StyledLine => [pen.run(`     ${piece}`)]),
          ),
        ]),
  ];
};

/** The last row at the displayed past time: later rows were written after it. Undefined while live. */
const pastTimeRow = ({ past }: RenderContext, { ring }: LogsState): number | undefined =>
  past === undefined ? undefined : ring.atTime((past.at ?? past.requestedAt) + 1) - 1;

/** Renders the divider '── 09:40:15: all panes show this time ──'. */
const pastTimeLine = ({ pen, past }: RenderContext, width: number): StyledLine => {
  if (past === undefined) return [];
  const text = ` ${formatShortPastTime(past.at ?? past.requestedAt, wallNow(past.live))}: all panes show this time `;
  return fitLine(
    [pen.run(`   --${text}`, 'past'), pen.run('-'.repeat(width), 'past')],
    width - 1,
    'past',
    '-',
  );
};

/** The text above the oldest line: how many lines were dropped, and whether older lines can be loaded. May be ''. */
const olderText = ({ ring, older }: LogsState, cockpit: CockpitState): string => {
  const dropped =
    ring.evicted === 0
      ? ''
      : `${formatCount(ring.evicted)} older lines dropped: the buffer holds ${formatCount(ring.count)}`;
  const more = {
    idle: `${boundKey(cockpit, 'logs.older', 'b')} load older`,
    loading: 'loading older lines',
    start: 'no older lines',
    unable: older.is === 'unable' ? `cannot load older lines: ${older.why}` : '',
  }[older.is];
  return [dropped, more].filter((part) => part !== '').join(' · ');
};

const olderLine = ({ pen, cockpit }: RenderContext, logs: LogsState): StyledLine => [
  pen.run(`   -- ${olderText(logs, cockpit)} --`, logs.ring.evicted > 0 ? 'warn' : 'faint'),
];

/** Minimum number of rows that stay visible above the details. */
const minVisibleRows = 4;
/** Minimum number of rows for a rule and column heads above them. */
const minRowsBelowHead = 6;

/** A visible row with its rendered lines; without an id, it is not a line of the log. */
interface DrawnRow {
  readonly id: number | undefined;
  readonly lines: readonly StyledLine[];
}

/** The parts of the pane, top to bottom. */
interface LogPaneLayout {
  readonly head: readonly StyledLine[];
  /** The histogram. `above` follows it: the line about older lines. */
  readonly strip: readonly StyledLine[];
  readonly above: readonly StyledLine[];
  readonly rows: readonly DrawnRow[];
  readonly seen: LogRowSteps;
  readonly ruler?: { readonly behind: number; readonly line: StyledLine };
  readonly status: readonly StyledLine[];
  readonly details: readonly StyledLine[];
  /** On a wide screen: the details beside the rows, which then take `list` cells. */
  readonly beside?: { readonly list: number; readonly lines: readonly StyledLine[] };
  /** Number of lines available for rows. */
  readonly room: number;
}

const noRows: LogRowSteps = { ids: [], cursorLine: -1, above: 0 };

/** The runbooks that mention the line under the cursor, below their heading; [] if none does. */
const runbookLines = (view: RenderContext, width: number): readonly StyledLine[] => {
  const lines = selectedLogRows(view).flatMap(
    (row) => view.features.openedRow?.lines(view, logsPaneId, row) ?? [],
  );
  const title = [view.pen.run('Runbooks that mention this line', 'bold')];
  return lines.length === 0 ? [] : [sectionRule(view, title, width), ...lines];
};

/** The opened line and the runbooks that mention it, in at most `room` lines: the runbooks are not cut for a long trace. */
const detailsOf = (
  view: RenderContext,
  logs: LogsState,
  cursor: number | undefined,
  { width, room }: { readonly width: number; readonly room: number },
): readonly StyledLine[] => {
  if (cursor === undefined || !paneState(view.ui, logsPaneId).opened || room === 0) return [];
  const runbooks = runbookLines(view, width).slice(0, Math.floor(room / 2));
  const opened = fittedDetails(view.pen, logRowDetails(view, logs, cursor, width), room - runbooks.length);
  return [...opened, ...runbooks];
};

/** Minimum width of a pane with the opened line beside the rows, and their share of it. */
const minBesideWidth = 160;
const listShare = 0.55;

/** The opened line below the rows, or on a wide screen beside them; `list`: the cells that are left for the rows. */
const placeDetails = (
  view: RenderContext,
  logs: LogsState,
  cursor: number | undefined,
  { width, fits }: { readonly width: number; readonly fits: number },
): Pick<LogPaneLayout, 'details' | 'beside'> & { readonly list: number } => {
  const isBeside = width >= minBesideWidth && cursor !== undefined && paneState(view.ui, logsPaneId).opened;
  if (!isBeside) {
    const room = Math.max(0, fits - minVisibleRows);
    return { list: width, details: detailsOf(view, logs, cursor, { width, room }) };
  }
  const list = Math.floor(width * listShare);
  const lines = detailsOf(view, logs, cursor, { width: width - list - 1, room: fits });
  return { list, details: [], beside: { list, lines } };
};

/** Lays out the full pane. */
export const layoutLogPane = (
  view: RenderContext,
  { width, height, focused, form }: PaneRoom,
): LogPaneLayout => {
  const { logs } = view.cockpit;
  const title = logPaneTitle(view, { width, height, focused, form }, '');
  const status = [...logStatusLines(view), ...(logs === undefined ? [] : unreadStreamLines(view, logs))];
  const empty = { above: [], strip: [], rows: [], seen: noRows, status, details: [], room: 0 };
  if (logs === undefined) return { head: [title], ...empty };
  const cursor = logCursorRow(view);
  const strip = renderHistogram(view, logs, { width, height });
  // Chips take one or two lines, but their visible range is known only after the rows are laid out.
  const chipsHigh = renderChips(view, logs, noRows, width).length;
  const fits = Math.max(1, height - 1 - chipsHigh - strip.length - status.length);
  const { list, details, beside } = placeDetails(view, logs, cursor, { width, fits });
  const pastRow = pastTimeRow(view, logs);
  const room = fits - details.length - (pastRow === undefined ? 0 : 1);
  const rowForm = rowLayoutFor(view, logs, list, room);
  if (logs.arrangement === 'patterns')
    return {
      head: [title, ...renderChips(view, logs, noRows, width)],
      strip,
      above: [],
      rows: renderPatterns(view, logs, rowForm, fits).map(({ id, line }) => ({ id, lines: [line] })),
      seen: { ids: [selectedPattern(view)?.newest ?? -1], cursorLine: 0, above: 0 },
      status,
      details: [],
      room: fits,
    };
  const drawn = new Map<number, readonly StyledLine[]>();
  const linesOf = (id: number): readonly StyledLine[] => {
    const lines = drawn.get(id) ?? renderLogRow(view, logs, id, rowForm);
    drawn.set(id, lines);
    return lines;
  };
  const anchor = {
    cursor,
    above: isFollowingTail(view)
      ? room
      : isPinnedToPastTime(view)
        ? Math.floor(room / 2)
        : view.ui.logs.rowsAbove,
    room,
    heightOf: (id: number): number => (rowForm.wrap ? linesOf(id).length : 1),
  };
  const first = visibleRows(logs, anchor);
  // The rows of the head are among those of the lines.
  const heads = strip.length > 1 && room > minRowsBelowHead ? linesHead(view, logs, first.ids, rowForm) : [];
  const isTop = first.ids[0] !== undefined && previousVisibleRow(logs, first.ids[0]) === undefined;
  const older = isTop && room > minVisibleRows ? [olderLine(view, logs)] : [];
  const above = [...heads, ...older];
  const seen = above.length === 0 ? first : visibleRows(logs, { ...anchor, room: room - above.length });
  const rows: readonly DrawnRow[] = seen.ids.map((id) => ({ id, lines: linesOf(id) }));
  const used = rows.reduce((sum, { lines }) => sum + lines.length, above.length);
  const quiet = used < room ? quietLine(view, logs) : undefined;
  return {
    head: [title, ...renderChips(view, logs, seen, width)],
    strip,
    above,
    rows: quiet === undefined ? rows : [...rows, { id: undefined, lines: [quiet] }],
    seen,
    ...(pastRow === undefined ? {} : { ruler: { behind: pastRow, line: pastTimeLine(view, list) } }),
    status,
    details,
    ...defined({ beside }),
    room,
  };
};

/** All lines of the body with their row ids; the id is undefined for the ruler and the line about older lines. */
export const logBodyLines = ({
  above,
  rows,
  ruler,
}: LogPaneLayout): readonly { readonly id?: number; readonly line: StyledLine }[] => {
  const lines: { readonly id?: number; readonly line: StyledLine }[] = above.map((line) => ({ line }));
  let ruled = ruler === undefined;
  for (const row of rows) {
    if (!ruled && ruler !== undefined && (row.id ?? 0) > ruler.behind) {
      lines.push({ line: ruler.line });
      ruled = true;
    }
    lines.push(...row.lines.map((line) => (row.id === undefined ? { line } : { id: row.id, line })));
  }
  if (!ruled && ruler !== undefined) lines.push({ line: ruler.line });
  return lines;
};

/** The rows with the opened line beside them, and the rule between both. */
const withBeside = (
  view: RenderContext,
  rows: readonly StyledLine[],
  { list, lines }: NonNullable<LogPaneLayout['beside']>,
): readonly StyledLine[] => {
  const { pen } = view;
  const look = ruleLook(view);
  return rows.map(
    (row, index): StyledLine => [
      ...fitLine(row, list, 'plain', pen.ellipsis),
      index === 0
        ? { text: ruleGlyph(joints.topMiddle, pen.ascii, look.weight), role: look.focused }
        : borderBeside(pen, lines[index] ?? [], { side: 'left', role: look.focused, weight: look.weight }),
      ...(lines[index] ?? []),
    ],
  );
};

/** Renders the full pane. */
export const renderLogPane = (view: RenderContext, room: PaneRoom): RenderedPane => {
  const sheet = layoutLogPane(view, room);
  const body = logBodyLines(sheet);
  const before = sheet.head.length + sheet.strip.length;
  const blank = Math.max(0, room.height - before - body.length - sheet.status.length - sheet.details.length);
  // Status lines go to the bottom if lines fill the pane, otherwise directly below the head.
  const filler: readonly StyledLine[] = body.length === 0 ? [] : Array.from({ length: blank }, () => []);
  const rows = [...body.map(({ line }) => line), ...filler];
  const all = [
    ...sheet.head,
    ...sheet.strip,
    ...(sheet.beside === undefined ? rows : withBeside(view, rows, sheet.beside)),
    ...sheet.status.map((line) => fitStatusLine(line, room.width, 'plain', view.pen.ellipsis)),
    ...sheet.details,
  ].slice(0, room.height);
  const lines = all.map((line) => fitLine(line, room.width, 'plain', view.pen.ellipsis));
  const cursor = sheet.seen.ids[sheet.seen.cursorLine];
  const index = cursor === undefined ? -1 : body.findIndex(({ id }) => id === cursor);
  return room.focused && index >= 0 && before + index < lines.length
    ? { lines, selected: before + index }
    : { lines };
};
