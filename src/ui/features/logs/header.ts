import { formatCount, isoTime } from '../../../domain/format.ts';
import type { ContextLineCount, FilterChip } from '../../../logs/format/filter-chip.ts';
import type { LogStream } from '../../../logs/format/log-stream.ts';
import type { LogsState } from '../../../logs/ring/logs-state.ts';
import type { PaneRoom } from '../../panes/pane-row.ts';
import { markCountText } from '../../panes/title.ts';
import type { RenderContext } from '../../render-context.ts';
import { pluralize } from '../../text/format.ts';
import { justifyLine, lineWidth, type StyledLine } from '../../text/line.ts';
import { streamColorRole } from './render-row.ts';
import { bookmarkRows } from './rows.ts';
import { formatPattern, isVisibleHit, searchPattern, visibleHitCount } from './search-hits.ts';
import { toDisplayTime } from './time-format.ts';
import type { LogTimeFormat } from './view-state.ts';
import { isFollowingTail, logCursorRow, logsPaneId } from './view-state-access.ts';
import type { LogRowSteps } from './visible-rows.ts';
import { nextVisibleRow } from './visible-rows.ts';

/** 'follow', 'PAUSED, 312 new', or that an earlier moment is looked at. */
const goingRun = (view: RenderContext, logs: LogsState | undefined): StyledLine => {
  const { pen, ui, past } = view;
  if (logs === undefined) return [];
  if (past !== undefined) return [pen.run('  past lines', 'key')];
  if (isFollowingTail(view)) return [pen.run('  follow', 'ok')];
  const { pausedAt = logs.ring.end } = ui.logs;
  const fresh = Math.max(0, logs.lens.shown - logs.lens.rank(pausedAt));
  return [pen.run(`  PAUSED, ${formatCount(fresh)} new`, 'warn')];
};

/** The streams by name in their colours as far as there is room, else how many there are. */
const streamsLine = ({ pen }: RenderContext, { streams, scope }: LogsState, room: number): StyledLine => {
  const title = scope === undefined ? '' : scope.title;
  const named: StyledLine = streams.flatMap(({ label, index, state }) => [
    pen.run(' '),
    pen.run(label, state === 'live' || state === 'opening' ? streamColorRole(index) : 'stale'),
  ]);
  const all = [pen.run(`   ${title}`, 'faint'), ...(streams.length === 0 ? [] : [pen.run('  '), ...named])];
  if (lineWidth(all) <= room) return all;
  const quiet = streams.filter(({ state }) => state !== 'live' && state !== 'opening').length;
  const off = quiet === 0 ? '' : `, ${quiet} not live`;
  return [
    pen.run(`   ${title}  `, 'faint'),
    pen.run(`${pluralize(streams.length, 'stream')}${off}`, 'faint'),
  ];
};

/** The first line of the pane. `least`: what is shown of all levels, in the overview. */
export const logPaneTitle = (view: RenderContext, room: PaneRoom, least: string): StyledLine => {
  const { pen, cockpit, ui } = view;
  const { logs } = cockpit;
  const lead = room.focused ? pen.glyph('focus', 'focus') : pen.run(' ');
  const name = pen.run('8 LOGS', room.focused ? 'focus' : 'title');
  const marks = logs === undefined ? '' : markCountText(view, logsPaneId, () => bookmarkRows(view));
  const left: StyledLine = [
    lead,
    name,
    ...goingRun(view, logs),
    ...(marks === '' ? [] : [pen.run(`  ${marks}`, 'key')]),
    ...(ui.logs.wrap && room.form === 'full' ? [pen.run('  wrapped', 'faint')] : []),
    ...(least === '' ? [] : [pen.run(`  ${least}`, 'faint')]),
  ];
  if (logs === undefined) return left;
  const sought = searchStatusText(view, logs, logCursorRow(view));
  const right = sought === '' ? [] : [pen.run(`  ${sought} `, 'key')];
  const streams = streamsLine(view, logs, room.width - lineWidth(left) - lineWidth(right));
  return justifyLine([...left, ...streams], right, room.width, 'plain', pen.ellipsis);
};

const clockAt = (at: number, clock: LogTimeFormat): string =>
  isoTime(toDisplayTime(at, clock)).slice(11, 19).replace(/:00$/, '');

const streamsText = (ids: readonly string[], streams: readonly LogStream[]): string => {
  const labels = ids.map((id) => streams.find((stream) => stream.id === id)?.label ?? id);
  return labels.length > 2
    ? `${labels.slice(0, 2).join(', ')} and ${labels.length - 2} more`
    : labels.join(', ');
};

/** A chip without what it hides: '+ psp|order', 'level ≥ INFO', 'stream billing-0', '10:14–10:20'. */
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

/** '±2 around', '3 before, 1 after'; '' when there is no context. */
export const contextLabel = ({ before, after }: ContextLineCount): string => {
  if (before === after) return before === 0 ? '' : `±${before} lines`;
  return [before > 0 ? `${before} before` : '', after > 0 ? `${after} after` : '']
    .filter((part) => part !== '')
    .join(', ');
};

/** ' 1,204'; '' when it hides nothing. */
export const hiddenCountText = (hides: number): string => (hides === 0 ? '' : ` ${formatCount(hides)}`);

/** Rows of chips before the rest of them is counted. */
const linesAtMost = 2;

/** Each chip as a piece that is not broken. */
const chipPieces = ({ pen, ui }: RenderContext, { lens, streams }: LogsState): readonly StyledLine[] => {
  const chips = lens.chips.map((chip, index): StyledLine => {
    const isGivenUp = 'pattern' in chip && lens.tooSlow.includes(chip.pattern.text);
    const hides = isGivenUp ? ' timed out' : hiddenCountText(lens.hides(index));
    return [
      pen.run('[', 'faint'),
      pen.run(chipLabel(chip, streams, ui.logs.clock), 'key'),
      pen.run(hides, 'faint'),
      pen.run(']', 'faint'),
    ];
  });
  const around = contextLabel(lens.context);
  return around === ''
    ? chips
    : [...chips, [pen.run('[', 'faint'), pen.run(around, 'key'), pen.run(']', 'faint')]];
};

/** 'lines 12,400 to 12,408 of 20,000', or how far the filter has come. */
const placeText = (logs: LogsState, { ids }: LogRowSteps): string => {
  const { lens, ring, isFiltering = true } = logs;
  const { pending } = lens;
  const [first, last] = [ids[0], ids.at(-1)];
  if (isFiltering && pending > 0 && ring.count > 0)
    return `filtering ${Math.floor((100 * (ring.count - pending)) / ring.count)} %`;
  if (first === undefined || last === undefined) return '';
  // The last row in sight stands for the further lines of its stack trace as well.
  const next = nextVisibleRow(logs, last);
  const to = next === undefined ? lens.shown : lens.rank(next);
  return `lines ${formatCount(lens.rank(first) + 1)} to ${formatCount(to)} of ${formatCount(lens.shown)}`;
};

/** The chips, each with what it hides, and which of the lines are in sight. */
export const renderChips = (
  view: RenderContext,
  logs: LogsState,
  seen: LogRowSteps,
  width: number,
): readonly StyledLine[] => {
  const { pen } = view;
  const right = [pen.run(`${placeText(logs, seen)} `, 'faint')];
  const rows: StyledLine[][] = [[]];
  let left = 0;
  for (const piece of chipPieces(view, logs)) {
    const room = width - (rows.length === 1 ? lineWidth(right) : 0) - 2;
    const row = rows.at(-1) ?? [];
    const used = row.reduce((sum, one) => sum + lineWidth(one) + 1, 0);
    if (used + lineWidth(piece) <= room || row.length === 0) row.push(piece);
    else if (rows.length < linesAtMost) rows.push([piece]);
    else left++;
  }
  const lines = rows.map((row): StyledLine => row.flatMap((piece) => [pen.run(' '), ...piece]));
  return lines.map((line, index) => {
    if (index === 0) return justifyLine(line, right, width, 'plain', pen.ellipsis);
    return left === 0 ? line : [...line, pen.run(` and ${left} more`, 'key')];
  });
};

/** '3 of 17', '17', 'no hit': which of the hits the cursor is on. */
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

/** '/timeout/ 3 of 17': what is sought, and which of its hits the cursor is on. */
const searchStatusText = (view: RenderContext, logs: LogsState, cursor: number | undefined): string => {
  const pattern = searchPattern(logs);
  return pattern === undefined
    ? ''
    : `/${view.pen.maskTyped(pattern.text)}/ ${hitPositionText(logs, cursor)}`;
};
