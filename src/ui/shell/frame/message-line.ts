import type { Millis } from '../../../domain/base/fault.ts';
import { levelRank } from '../../../domain/facts/level.ts';
import type { Snapshot } from '../../../domain/facts/snapshot.ts';
import { formatClockTime } from '../../../domain/text/format.ts';
import { factKinds, rowName } from '../../../kinds/registry/registry.ts';
import type { CockpitMessage } from '../../../store/messages.ts';
import { isRunActive } from '../../../store/run-view.ts';
import { formatElapsed } from '../../kit/text/format.ts';
import { fitLine, lineWidth, type StyledLine } from '../../kit/text/line.ts';
import { widthOf } from '../../kit/text/width.ts';
import type { TextRole } from '../../kit/theme/roles.ts';
import { paneState } from '../contract/model.ts';
import type { RenderContext } from '../contract/render-context.ts';
import { actStartedAt } from '../state/current-run.ts';
import { boundKey } from '../state/keys-in-text.ts';

/** The names of rows that became critical since a time and still are; latest first. */
const becameCriticalSince = ({ kinds, signals }: Snapshot, since: Millis): readonly string[] => {
  const rows = factKinds().flatMap((kind) =>
    kinds[kind].rows.map(({ level, since: time, fact }) => ({
      level,
      at: time,
      name: `${kind}: ${rowName(kind, fact)}`,
    })),
  );
  const series = signals.map(({ level, verdict, title }) => ({ level, at: verdict?.since, name: title }));
  return [...rows, ...series]
    .flatMap(({ level, at, name }) =>
      level === 'crit' && at !== undefined && at >= since ? [{ at, name }] : [],
    )
    .toSorted((a, b) => b.at - a.at)
    .map(({ name }) => name);
};

/** Help on the filter syntax, shown while the filter is empty. */
const grammar = 'words · !not · ~regex · name=value · "two words"';

/** Renders the text field of the filter, which replaces the messages. */
const filterLine = (view: RenderContext): StyledLine => {
  const { pen, ui } = view;
  const typed = paneState(ui, ui.focus).filter;
  const { rows, all, isFuzzy, filterError: error } = view.features.panes.byId(ui.focus).query(view);
  const count = `${rows.length} of ${all}`;
  const result =
    error === undefined
      ? [pen.run(`   ${count}${isFuzzy ? ' similar' : ''}`, rows.length === 0 ? 'warn' : 'plain')]
      : [pen.run(`   at ${error.at}: ${error.text}`, 'warn'), pen.run(` · showing ${count}`)];
  return pen.line(
    pen.run(' /', 'key'),
    `${pen.maskTyped(typed)}_`,
    ...result,
    pen.run(typed === '' ? `   ${grammar}` : '   enter apply · esc clear', 'faint'),
  );
};

/** Comes before the new state in a message of a change: only that has the color of its level. */
const arrow = '→ ';

/** Renders a message with its time: ' 10:14:58  breaker …'. */
const messageWithTime = (
  { pen, wallOffset }: RenderContext,
  time: Millis,
  text: string,
  role: TextRole,
): StyledLine => {
  const arrowAt = text.lastIndexOf(arrow);
  const state = arrowAt === -1 ? 0 : arrowAt + arrow.length;
  return [
    pen.run(` ${formatClockTime(time + wallOffset)}  `, 'faint'),
    ...(state === 0 ? [] : [pen.run(text.slice(0, state))]),
    pen.run(text.slice(state), role),
  ];
};

/** Minimum time for which a warning stays visible while less severe changes arrive. */
const warningMs = 20_000;

/**
 * The message to show: the newest. A change that is also in the journal does not replace a recent warning that is
 * nowhere else, unless the change is more severe.
 */
const messageToShow = ({ cockpit: { messages }, now }: RenderContext): CockpitMessage | undefined => {
  const newest = messages.at(-1);
  if (newest?.inJournal !== true) return newest;
  const warning = messages.findLast((message) => message.inJournal !== true && message.level !== 'ok');
  const stays =
    warning !== undefined &&
    now - warning.at < warningMs &&
    levelRank[newest.level] <= levelRank[warning.level];
  return stays ? warning : newest;
};

/** The command that shows the messages in full. */
const messagesCommand = 'messages';

/** Minimum width of the beginning of a text before its kept end. */
const minTextCells = 16;

/** The last cell of the row, which may be a colored edge. */
const edgeCells = 1;

/**
 * The newest message. Of a text that is wider than `room` cells, it shows the beginning, and its kept end if both have room, or
 * else what shows all of it.
 */
const newestLine = (view: RenderContext, room: number): StyledLine => {
  const newest = messageToShow(view);
  if (newest === undefined) return [];
  const { at, text, level, keptEnd } = newest;
  const role = level === 'ok' ? 'plain' : level;
  const whole = messageWithTime(view, at, text, role);
  if (lineWidth(whole) <= room) return whole;
  const cellsOf = (end: string): number =>
    room - lineWidth(messageWithTime(view, at, '', role)) - widthOf(end);
  if (keptEnd !== undefined && cellsOf(keptEnd) >= minTextCells) {
    const beginning = view.pen.cut(text.slice(0, -keptEnd.length), cellsOf(keptEnd));
    return [...messageWithTime(view, at, beginning, role), view.pen.run(keptEnd, role)];
  }
  const hint = ` · :${messagesCommand}`;
  const cells = cellsOf(hint);
  return [
    ...messageWithTime(view, at, view.pen.cut(text, Math.max(1, cells)), role),
    view.pen.run(hint, 'key'),
  ];
};

const backgroundLine = (view: RenderContext): StyledLine | undefined => {
  const { pen, cockpit, now } = view;
  const { run } = cockpit;
  if (run?.background !== true || !isRunActive(cockpit)) return undefined;
  const since = formatElapsed(now - (actStartedAt(run) ?? now));
  const waits = run.awaitingStep === undefined ? '' : ` · waiting for: ${run.awaitingStep.title}`;
  return pen.line(
    ' ',
    pen.glyph('loading', 'loading'),
    pen.run(
      ` ${run.runbook.title} running ${since}${waits} · ${boundKey(cockpit, 'runbook.card', 'R')} opens the card`,
      'loading',
    ),
  );
};

/** Minimum width for a message beside a running run. */
const minMessageCells = 24;

/** Renders the run in the background and, if there is room, the newest message. */
const bothLines = (
  view: RenderContext,
  runLine: StyledLine,
  newestIn: (room: number) => StyledLine,
): StyledLine => {
  const { columns, pen } = view;
  const room = columns - edgeCells - lineWidth(runLine) - 2;
  return room < minMessageCells
    ? runLine
    : [...runLine, pen.run('  '), ...fitLine(newestIn(room), room, 'plain', pen.ellipsis)];
};

/** True if something became critical after this time during time travel. It takes precedence over notices. */
const hasNewCriticals = ({ ui, own }: RenderContext, time: Millis): boolean =>
  ui.past !== undefined && own !== undefined && becameCriticalSince(own.snapshot, time + 1).length > 0;

/** Minimum time for which the answer to a key stays visible while messages without a warning arrive. */
const noticeMs = 5_000;

/** Whether the answer to the last key is shown: nothing newer, or more important, has replaced it. */
const isNoticeShown = (view: RenderContext, time: Millis): boolean => {
  const later = view.cockpit.messages.filter((message) => message.at > time);
  const isReplaced =
    view.now - time < noticeMs ? later.some(({ level }) => level !== 'ok') : later.length > 0;
  return !isReplaced && !hasNewCriticals(view, time);
};

/** The rows that became critical since time travel began; otherwise the newest live message. */
const liveNewsLine = (view: RenderContext, room: number): StyledLine => {
  const { pen, ui, own } = view;
  const newCriticals = own === undefined ? [] : becameCriticalSince(own.snapshot, ui.past?.since ?? view.now);
  const [newest] = newCriticals;
  const mark = pen.run(' LIVE ', 'past');
  if (newest === undefined)
    return view.cockpit.messages.length === 0 ? [] : [mark, ...newestLine(view, room - lineWidth([mark]))];
  const more = newCriticals.length > 1 ? ` and ${newCriticals.length - 1} more` : '';
  return pen.line(mark, ' ', pen.glyph('crit', 'crit'), pen.run(` critical since: ${newest}${more}`, 'crit'));
};

/**
 * Renders the message line: the filter being typed, a notice, a run in the background, or the newest message. It is live
 * even while panes show a past time (`inPast`).
 */
export const renderMessageLine = (view: RenderContext, inPast = false): StyledLine => {
  const { ui } = view;
  if (ui.isFiltering && ui.overlay.is === 'none') return filterLine(view);
  const { prompt } = view.features.panes.byId(ui.focus);
  if (prompt?.isAsked(view) === true && ui.overlay.is === 'none') return prompt.line(view);
  const { notice } = ui;
  if (notice !== undefined && isNoticeShown(view, notice.at))
    return messageWithTime(view, notice.at, notice.text, 'key');
  const runLine = backgroundLine(view);
  const newestIn = (room: number): StyledLine => (inPast ? liveNewsLine(view, room) : newestLine(view, room));
  return runLine === undefined ? newestIn(view.columns - edgeCells) : bothLines(view, runLine, newestIn);
};
