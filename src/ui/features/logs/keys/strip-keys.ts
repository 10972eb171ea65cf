import type { Millis } from '../../../../domain/fault.ts';
import { lookAt } from '../../../model.ts';
import type { Binding, Hand } from '../../../panes/pane.ts';
import type { Room } from '../../../panes/row.ts';
import { momentText } from '../../time-travel/words.ts';
import { cursorRow, noStream } from '../cursor.ts';
import { bodyLines, sheetOf } from '../draw.ts';
import { headOf } from '../ring-row.ts';
import { nearestRow, nextRow, rowBefore } from '../steps.ts';
import { cellAt, momentAtCell, stripOf } from '../strip.ts';
import { goToLine, putCursor } from './walk.ts';

/** To the nearest line that lies in another cell of the strip. */
const moveCell = (step: 1 | -1) => (hand: Hand) => {
  const { logs } = hand.view.cockpit;
  const cursor = cursorRow(hand.view);
  const room = hand.room();
  if (logs === undefined || cursor === undefined || room === undefined) return;
  const strip = stripOf(logs, room.width, room.height);
  const at = headOf(logs.ring, cursor)?.at;
  if (strip === undefined || at === undefined) return hand.say('there is no strip: the lines span no time');
  const cell = cellAt(strip, at);
  const edge = logs.ring.atTime(strip.from + (step > 0 ? cell + 1 : cell) * strip.step);
  const to = step > 0 ? nextRow(logs, edge - 1) : rowBefore(logs, edge);
  if (to === undefined) return hand.say(`no line ${step > 0 ? 'after' : 'before'} this part of the strip`);
  goToLine(hand, to);
};

const liveMs: Millis = 15_000;

const momentHere = ({ view }: Hand): Millis | undefined => {
  const { logs } = view.cockpit;
  const id = cursorRow(view);
  return logs === undefined || id === undefined ? undefined : headOf(logs.ring, id)?.at;
};

const whyNotLookAt = (hand: Hand): string | undefined => {
  const { view } = hand;
  if (view.past !== undefined) return 'an earlier moment is looked at already';
  if (!view.keepsPast) return 'history is off here: nothing of earlier moments is kept';
  const at = momentHere(hand);
  if (at === undefined) return noStream(hand) ?? 'no line is selected';
  return at > view.now + view.wallOffset - liveMs ? 'this line is of now: every pane shows it' : undefined;
};

/** Every pane shows the moment of the line under the cursor. */
const lookHere = (hand: Hand): void => {
  const at = momentHere(hand);
  if (at === undefined) return;
  lookAt(hand.model, at, hand.view.now);
  hand.say(`every pane shows ${momentText(at, hand.view.now + hand.view.wallOffset)} · . goes back to live`);
};

/** Keys that move along the strip. */
export const stripKeys: readonly Binding[] = [
  {
    id: 'column.left',
    keys: ['h', 'left'],
    does: 'earlier on the strip',
    whyNot: noStream,
    run: moveCell(-1),
  },
  {
    id: 'column.right',
    keys: ['l', 'right'],
    does: 'later on the strip',
    whyNot: noStream,
    run: moveCell(1),
  },
  {
    id: 'logs.look-at',
    keys: ['.'],
    does: 'every pane at the moment of this line',
    whyNot: whyNotLookAt,
    run: lookHere,
  },
];

/** A click on the strip goes to its moment, one on a line to the line. */
export const clickLogs = (hand: Hand, room: Room, x: number, line: number) => {
  const { logs } = hand.view.cockpit;
  if (logs === undefined || room.form !== 'full') return;
  const sheet = sheetOf(hand.view, room);
  const strip = stripOf(logs, room.width, room.height);
  const inStrip = line - sheet.head.length;
  const inBody = inStrip - sheet.strip.length;
  if (strip !== undefined && inStrip >= 0 && inBody < 0) {
    const at = momentAtCell(strip, x);
    const id =
      at === undefined ? undefined : nearestRow(logs, Math.min(logs.ring.end - 1, logs.ring.atTime(at)));
    return id === undefined ? undefined : goToLine(hand, id);
  }
  const body = bodyLines(sheet);
  const id = body[inBody]?.id;
  if (id !== undefined) putCursor(hand, id, inBody - body.findIndex((one) => one.id !== undefined));
};
