import type { LogsState } from '../../../../logs/ring/state.ts';
import { changePane, paneStateOf } from '../../../model.ts';
import type { Hand } from '../../../panes/pane.ts';
import type { Room } from '../../../panes/row.ts';
import type { View } from '../../../view.ts';
import { changeLook, cursorRow, isFollowing, logsId } from '../cursor.ts';
import { sheetOf } from '../draw.ts';
import { lastRow, nextRow, rowBefore } from '../steps.ts';

/** What comes from now on is counted, and nothing goes from the ring. */
const pause = ({ model, view, commands }: Pick<Hand, 'model' | 'view' | 'commands'>): void => {
  const { logs } = view.cockpit;
  if (logs === undefined || !view.ui.logs.follow) return;
  changeLook(model, { follow: false, pausedAt: logs.ring.end });
  commands.logs.hold(true);
};

/** Keeps the newest line in sight again. */
export const follow = ({ model, commands }: Pick<Hand, 'model' | 'commands'>): void => {
  model.setState(({ logs: { pausedAt: _, ...logs } }) => ({ logs: { ...logs, follow: true } }));
  commands.logs.hold(false);
};

/** Where the cursor stands in a room as it is drawn now. */
const above = (view: View, room: Room | undefined): { readonly above: number; readonly room: number } => {
  if (room === undefined) return { above: view.ui.logs.above, room: view.rows };
  const { seen, room: rows } = sheetOf(view, room);
  return { above: seen.above, room: rows };
};

/** Puts the cursor on a row; `at`: lines of the screen above it, kept as they are when absent. */
export const putCursor = (hand: Hand, id: number, at?: number): void => {
  const { model, view } = hand;
  const now = at ?? above(view, hand.room()).above;
  pause(hand);
  changePane(model, logsId, { cursor: { key: String(id), index: 0 } });
  changeLook(model, { above: now, ...(view.past === undefined ? {} : { movedIn: view.past.wanted }) });
};

/** Lets lines stand still as they are in sight now. */
export const standStill = (hand: Hand): void => {
  const id = cursorRow(hand.view);
  if (id === undefined) pause(hand);
  else putCursor(hand, id);
};

/** All of the row under the cursor, which stands still for it; again, its row alone. */
export const openRow = (hand: Hand): void => {
  const { opened } = paneStateOf(hand.view.ui, logsId);
  if (!opened && isFollowing(hand.view)) standStill(hand);
  changePane(hand.model, logsId, { opened: !opened });
};

/** A row that was gone to stands in the upper third, with what led to it above it. */
export const goToLine = (hand: Hand, id: number): void => {
  const room = hand.room();
  const { room: rows } = above(hand.view, room);
  putCursor(hand, id, Math.floor(rows / 3));
};

/** Older lines are asked for where they can be had. Says why not, or that it is done. */
export const loadOlder = ({ view, commands, say }: Hand) => {
  const { logs } = view.cockpit;
  switch (logs?.older.is) {
    case 'idle':
      commands.logs.older();
      return say('loading older lines');
    case 'loading':
      return say('older lines are being loaded');
    case 'start':
      return say('nothing older was written');
    case 'unable':
      return say(`older lines cannot be had: ${logs.older.why}`);
    case undefined:
      return say('no stream is open');
  }
};

/** The row so many steps from one, or as far as there are rows, and how many steps that are. */
const stepped = (
  logs: LogsState,
  from: number,
  step: number,
): { readonly at: number; readonly moved: number } => {
  const one = step > 0 ? nextRow : rowBefore;
  let [at, moved] = [from, 0];
  for (let next = one(logs, at); next !== undefined && moved < Math.abs(step); next = one(logs, at))
    [at, moved] = [next, moved + 1];
  return { at, moved };
};

const firstRowOf = (logs: LogsState): number | undefined => nextRow(logs, logs.ring.first - 1);

/** Moves the cursor by so many rows; Infinity: to an end. Up pauses; the very end follows again. */
export const walk = (hand: Hand, step: number) => {
  const { view } = hand;
  const { logs } = view.cockpit;
  const cursor = cursorRow(view);
  if (view.ui.place === 'overview') return hand.say('enter puts LOGS in the middle: there lines are walked');
  if (logs === undefined || cursor === undefined) return;
  const isEnd = !Number.isFinite(step);
  if (isEnd && step > 0 && view.past === undefined) return follow(hand);
  if (step > 0 && isFollowing(view)) return;
  const end = step > 0 ? lastRow(logs) : firstRowOf(logs);
  const { at, moved } = isEnd ? { at: end ?? cursor, moved: 0 } : stepped(logs, cursor, step);
  if (at === cursor) return step < 0 ? loadOlder(hand) : undefined;
  const stood = above(view, hand.room());
  const to = isEnd ? (step > 0 ? stood.room - 1 : 0) : stood.above + Math.sign(step) * moved;
  putCursor(hand, at, Math.max(0, Math.min(stood.room - 1, to)));
};
