import type { Millis } from '../../../../domain/base/fault.ts';
import { joinFirst, pluralize } from '../../../../domain/text/count-text.ts';
import { formatCount, isoTime } from '../../../../domain/text/format.ts';
import type { ContextLineCount, FilterChip } from '../../../../logs/format/filter-chip.ts';
import type { LogStream } from '../../../../logs/format/log-stream.ts';
import { ringTimeSpan } from '../../../../logs/ring/histogram.ts';
import type { LogsState } from '../../../../logs/ring/logs-state.ts';
import { countRecords } from '../../../../logs/ring/record-counts.ts';
import { justifyLine, lineWidth, type StyledLine } from '../../../kit/text/line.ts';
import type { PaneRoom } from '../../../shell/contract/pane-row.ts';
import type { RenderContext } from '../../../shell/contract/render-context.ts';
import { markCountText } from '../../../shell/panes/title.ts';
import { streamColorRole } from './render-row.ts';
import { errorLevelCode, warnLevelCode } from './ring-row.ts';
import { bookmarkRows } from './rows.ts';
import { formatPattern, isVisibleHit, searchPattern, visibleHitCount } from './search-hits.ts';
import { toDisplayTime } from './time-format.ts';
import type { LogTimeFormat } from './view-state.ts';
import { isFollowingTail, logCursorRow, logsPaneId } from './view-state-access.ts';
import type { LogRowSteps } from './visible-rows.ts';
import { nextVisibleRow } from './visible-rows.ts';

/** The follow state: 'follow', 'PAUSED, 312 new', or 'past lines' during time travel. */
const followState = (view: RenderContext, logs: LogsState | undefined): StyledLine => {
  const { pen, ui, past } = view;
  if (logs === undefined) return [];
  if (past !== undefined) return [pen.run('  past lines', 'key')];
  if (isFollowingTail(view)) return [pen.run('  follow', 'ok')];
  const { pausedAt = logs.ring.end } = ui.logs;
  const fresh = Math.max(0, logs.filteredView.shown - logs.filteredView.rank(pausedAt));
  return [pen.run(`  PAUSED, ${formatCount(fresh)} new`, 'warn')];
};

/** '50 of 1,000 streams' if not all are read. */
const streamCountText = ({ streams, limit }: LogsState): string =>
  limit === undefined
    ? pluralize(streams.length, 'stream')
    : `${formatCount(streams.length)} of ${formatCount(streams.length + limit.unread)} streams`;

/** The stream names in their colors if all are read and fit, otherwise the number of streams. */
const streamsLine = ({ pen }: RenderContext, logs: LogsState, room: number): StyledLine => {
  const { streams, scope, limit } = logs;
  const title = scope === undefined ? '' : scope.title;
  const named: StyledLine = streams.flatMap(({ label, index, state }) => [
    pen.run(' '),
    pen.run(label, state === 'live' || state === 'opening' ? streamColorRole(index) : 'stale'),
  ]);
  const all = [pen.run(`   ${title}`, 'faint'), ...(streams.length === 0 ? [] : [pen.run('  '), ...named])];
  if (limit === undefined && lineWidth(all) <= room) return all;
  const notLive = streams.filter(({ state }) => state !== 'live' && state !== 'opening').length;
  const off = notLive === 0 ? '' : `, ${notLive} not live`;
  return [pen.run(`   ${title}  `, 'faint'), pen.run(`${streamCountText(logs)}${off}`, 'faint')];
};

const minute: Millis = 60_000;
/** Minutes of lines, up to the newest one, whose problems the title counts. */
const countedMinutes = 5;
/** Minimum width of a title with counts. */
const minWidthForCounts = 100;

/**
 * The records per minute of level ERROR and above, and WARN, among those that pass the filters in the last 5 min of lines:
 * '✗ 2.4 ▲ 11 /min'.
 */
const problemRates = ({ pen }: RenderContext, { ring, filteredView }: LogsState): StyledLine => {
  const span = ringTimeSpan(ring);
  if (span === undefined) return [];
  const minutes = Math.min(countedMinutes, Math.floor(span.to / minute) - Math.floor(span.from / minute) + 1);
  const counts = countRecords(filteredView.blocks, span.to, minutes);
  const perMinute = (isCounted: (level: number) => boolean): string => {
    const sum = counts.reduce((all, count, level) => (isCounted(level) ? all + count : all), 0);
    const rate = sum / minutes;
    return formatCount(rate, rate >= 10 || Number.isInteger(rate) ? 0 : 1);
  };
  const errors = perMinute((level) => level >= errorLevelCode);
  const warnings = perMinute((level) => level === warnLevelCode);
  // Color means a problem: none has none.
  const [crit, warn] = [errors === '0' ? 'faint' : 'crit', warnings === '0' ? 'faint' : 'warn'] as const;
  return [
    pen.glyph('crit', crit),
    pen.run(` ${errors} `, crit),
    pen.glyph('warn', warn),
    pen.run(` ${warnings}`, warn),
    pen.run(' /min', 'faint'),
  ];
};

/** The title line of the pane, with the number of lines that pass the filters. `least`: text for the minimum level shown, used in the overview. */
export const logPaneTitle = (view: RenderContext, room: PaneRoom, least: string): StyledLine => {
  const { pen, cockpit, ui } = view;
  const { logs } = cockpit;
  const lead = room.focused ? pen.glyph('focus', 'focus') : pen.run(' ');
  const name = pen.run('8 Logs', room.focused ? 'focus' : 'title');
  const marks = logs === undefined ? '' : markCountText(view, logsPaneId, () => bookmarkRows(view));
  const left: StyledLine = [
    lead,
    name,
    ...(room.form === 'full' && logs !== undefined
      ? [pen.run(`  ${formatCount(logs.filteredView.shown)}`, 'faint')]
      : []),
    ...followState(view, logs),
    ...(marks === '' ? [] : [pen.run(`  ${marks}`, 'key')]),
    ...(ui.logs.wrap && room.form === 'full' ? [pen.run('  wrapped', 'faint')] : []),
    ...(least === '' ? [] : [pen.run(`  ${least}`, 'faint')]),
  ];
  if (logs === undefined) return left;
  const searchText = searchStatusText(view, logs, logCursorRow(view));
  const rates = room.width < minWidthForCounts ? [] : problemRates(view, logs);
  const right: StyledLine = [
    ...(rates.length === 0 ? [] : [pen.run('  '), ...rates, pen.run(' ')]),
    ...(searchText === '' ? [] : [pen.run(`  ${searchText} `, 'key')]),
  ];
  const streams = streamsLine(view, logs, room.width - lineWidth(left) - lineWidth(right));
  return justifyLine([...left, ...streams], right, room.width, 'plain', pen.ellipsis);
};

const clockAt = (time: number, clock: LogTimeFormat): string =>
  isoTime(toDisplayTime(time, clock)).slice(11, 19).replace(/:00$/, '');

const streamsText = (ids: readonly string[], streams: readonly LogStream[]): string => {
  const labels = ids.map((id) => streams.find((stream) => stream.id === id)?.label ?? id);
  return joinFirst(labels, 2);
};

/** The text of a chip without its hidden-line count: '+ psp|order', 'level ≥ INFO', 'stream billing-0', '10:14–10:20'. */
export const chipLabel = (chip: FilterChip, streams: readonly LogStream[], clock: LogTimeFormat): string => {
  switch (chip.is) {
    case 'include':
      return `+ ${formatPattern(chip.pattern)}`;
    case 'exclude':
      return `- ${formatPattern(chip.pattern)}`;
    case 'level':
      return `level ≥ ${chip.least.toUpperCase()}`;
    case 'stream':
      return `${chip.not ? 'not ' : ''}stream ${streamsText(chip.streams, streams)}`;
    case 'time': {
      const from = chip.from === undefined ? '' : clockAt(chip.from, clock);
      const to = chip.to === undefined ? '' : clockAt(chip.to, clock);
      if (from === '') return `until ${to}`;
      return to === '' ? `from ${from}` : `${from}–${to}`;
    }
  }
};

/** The context line count: '±2 lines', '3 before, 1 after'; '' without context. */
export const contextLabel = ({ before, after }: ContextLineCount): string => {
  if (before === after) return before === 0 ? '' : `±${before} lines`;
  return [before > 0 ? `${before} before` : '', after > 0 ? `${after} after` : '']
    .filter((part) => part !== '')
    .join(', ');
};

/** The number of lines a chip hides: ' hides 1,204'; '' for none. */
export const hiddenCountText = (hides: number): string => (hides === 0 ? '' : ` hides ${formatCount(hides)}`);

/** Maximum rows of chips; further chips are only counted. */
const maxChipRows = 2;

/** Renders each chip as one unbreakable piece. */
const chipPieces = (
  { pen, ui }: RenderContext,
  { filteredView, streams, scope }: LogsState,
): readonly StyledLine[] => {
  const chips = filteredView.chips.map((chip, index): StyledLine => {
    const isDisabled = 'pattern' in chip && filteredView.tooSlow.includes(chip.pattern.text);
    const hides = isDisabled ? ' timed out' : hiddenCountText(filteredView.hides(index));
    return [
      pen.run('[', 'faint'),
      pen.run(chipLabel(chip, streams, ui.logs.clock), 'chip'),
      pen.run(hides, 'faint'),
      pen.run(']', 'faint'),
    ];
  });
  const chipOf = (text: string): readonly StyledLine[] =>
    text === '' ? [] : [[pen.run('[', 'faint'), pen.run(text, 'chip'), pen.run(']', 'faint')]];
  return [
    ...chipOf(scope?.previous === true ? 'previous containers' : ''),
    ...chips,
    ...chipOf(contextLabel(filteredView.context)),
  ];
};

/** The visible range, 'lines 12,400 to 12,408 of 20,000', or the progress of the filter in percent. */
const visibleRangeText = (logs: LogsState, { ids }: LogRowSteps): string => {
  const { filteredView, ring, isFiltering = true } = logs;
  const { pending } = filteredView;
  const first = ids[0];
  const last = ids.at(-1);
  if (isFiltering && pending > 0 && ring.count > 0)
    return `filtering ${Math.floor((100 * (ring.count - pending)) / ring.count)} %`;
  if (first === undefined || last === undefined) return '';
  // The last visible row also represents the folded lines of its stack trace.
  const next = nextVisibleRow(logs, last);
  const to = next === undefined ? filteredView.shown : filteredView.rank(next);
  return `lines ${formatCount(filteredView.rank(first) + 1)} to ${formatCount(to)} of ${formatCount(filteredView.shown)}`;
};

/** Renders the chips with their hidden-line counts, and the visible range of lines. */
export const renderChips = (
  view: RenderContext,
  logs: LogsState,
  seen: LogRowSteps,
  width: number,
): readonly StyledLine[] => {
  const { pen } = view;
  const right = [pen.run(`${visibleRangeText(logs, seen)} `, 'faint')];
  const rows: StyledLine[][] = [[]];
  let left = 0;
  for (const piece of chipPieces(view, logs)) {
    const room = width - (rows.length === 1 ? lineWidth(right) : 0) - 2;
    const row = rows.at(-1) ?? [];
    const used = row.reduce((sum, styledLine) => sum + lineWidth(styledLine) + 1, 0);
    if (used + lineWidth(piece) <= room || row.length === 0) row.push(piece);
    else if (rows.length < maxChipRows) rows.push([piece]);
    else left++;
  }
  const lines = rows.map((row): StyledLine => row.flatMap((piece) => [pen.run(' '), ...piece]));
  return lines.map((line, index) => {
    if (index === 0) return justifyLine(line, right, width, 'plain', pen.ellipsis);
    return left === 0 ? line : [...line, pen.run(` and ${left} more`, 'key')];
  });
};

/** The position of the cursor among the matches: '3 of 17', '17', 'no match'. */
export const hitPositionText = (logs: LogsState, cursor: number | undefined): string => {
  const { hits } = logs;
  if (hits.tooSlow.length > 0) return 'timed out';
  const all = visibleHitCount(logs);
  if (all === 0) return hits.pending > 0 ? 'searching' : 'no match';
  const on =
    cursor !== undefined && isVisibleHit(logs, cursor)
      ? `${formatCount(visibleHitCount(logs, cursor) + 1)} of `
      : '';
  return `${on}${formatCount(all)}${hits.pending > 0 ? '+' : ''}`;
};

/** The search pattern and the cursor's position among its matches: '/timeout/ 3 of 17'. */
const searchStatusText = (view: RenderContext, logs: LogsState, cursor: number | undefined): string => {
  const pattern = searchPattern(logs);
  return pattern === undefined
    ? ''
    : `/${view.pen.maskTyped(pattern.text)}/ ${hitPositionText(logs, cursor)}`;
};
