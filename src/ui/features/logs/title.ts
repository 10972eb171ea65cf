import { count } from '../../../domain/format.ts';
import type { LogsState } from '../../../logs/ring/state.ts';
import type { Room } from '../../panes/row.ts';
import { marksText } from '../../panes/title.ts';
import { counted } from '../../text/count.ts';
import { type Line, lineWidth, spread } from '../../text/run.ts';
import type { View } from '../../view.ts';
import { soughtText } from './chips-line.ts';
import { cursorRow, isFollowing, logsId } from './cursor.ts';
import { streamRole } from './row-line.ts';
import { bookmarkRows } from './rows.ts';

/** 'follow', 'PAUSED, 312 new', or that an earlier moment is looked at. */
const goingRun = (view: View, logs: LogsState | undefined): Line => {
  const { pen, ui, past } = view;
  if (logs === undefined) return [];
  if (past !== undefined) return [pen.run('  lines of then', 'key')];
  if (isFollowing(view)) return [pen.run('  follow', 'ok')];
  const { pausedAt = logs.ring.end } = ui.logs;
  const fresh = Math.max(0, logs.lens.shown - logs.lens.rank(pausedAt));
  return [pen.run(`  PAUSED, ${count(fresh)} new`, 'warn')];
};

/** The streams by name in their colours as far as there is room, else how many there are. */
const streamsLine = ({ pen }: View, { streams, scope }: LogsState, room: number): Line => {
  const title = scope === undefined ? '' : scope.title;
  const named: Line = streams.flatMap(({ label, index, state }) => [
    pen.run(' '),
    pen.run(label, state === 'live' || state === 'opening' ? streamRole(index) : 'stale'),
  ]);
  const all = [pen.run(`   ${title}`, 'faint'), ...(streams.length === 0 ? [] : [pen.run('  '), ...named])];
  if (lineWidth(all) <= room) return all;
  const quiet = streams.filter(({ state }) => state !== 'live' && state !== 'opening').length;
  const off = quiet === 0 ? '' : `, ${quiet} not live`;
  return [pen.run(`   ${title}  `, 'faint'), pen.run(`${counted(streams.length, 'stream')}${off}`, 'faint')];
};

/** The first line of the pane. `least`: what is shown of all levels, in the overview. */
export const titleLine = (view: View, room: Room, least: string): Line => {
  const { pen, cockpit, ui } = view;
  const { logs } = cockpit;
  const lead = room.focused ? pen.glyph('focus', 'focus') : pen.run(' ');
  const name = pen.run('8 LOGS', room.focused ? 'focus' : 'title');
  const marks = logs === undefined ? '' : marksText(view, logsId, () => bookmarkRows(view));
  const left: Line = [
    lead,
    name,
    ...goingRun(view, logs),
    ...(marks === '' ? [] : [pen.run(`  ${marks}`, 'key')]),
    ...(ui.logs.wrap && room.form === 'full' ? [pen.run('  wrapped', 'faint')] : []),
    ...(least === '' ? [] : [pen.run(`  ${least}`, 'faint')]),
  ];
  if (logs === undefined) return left;
  const sought = soughtText(view, logs, cursorRow(view));
  const right = sought === '' ? [] : [pen.run(`  ${sought} `, 'key')];
  const streams = streamsLine(view, logs, room.width - lineWidth(left) - lineWidth(right));
  return spread([...left, ...streams], right, room.width, 'plain', pen.mark);
};
