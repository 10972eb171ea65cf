import { rowKind } from '../../../../logs/format/line.ts';
import type { LogsState } from '../../../../logs/ring/state.ts';
import type { Binding, Hand } from '../../../panes/pane.ts';
import { cursorRow } from '../cursor.ts';
import { bookmarks } from '../rows.ts';
import { errorCode } from '../words.ts';
import { noStream } from './no-stream.ts';
import { goToLine } from './walk.ts';

/** The nearest row, in a direction, that is an error or stands where lines may be missing, and passes. Reads columns only. */
const nextTrouble = ({ ring, lens }: LogsState, from: number, step: 1 | -1): number | undefined => {
  let at = ring.blockOf(from);
  let id = from + step;
  for (let block = ring.blocks[at]; block !== undefined; block = ring.blocks[at]) {
    for (; id >= block.base && id < block.base + block.count; id += step) {
      const kind = block.kind[id - block.base] ?? 0;
      const isTrouble =
        kind === rowKind.line
          ? (block.level[id - block.base] ?? 0) >= errorCode
          : kind === rowKind.gap || kind === rowKind.dropped;
      if (isTrouble && lens.passes(id)) return id;
    }
    at += step;
  }
  return undefined;
};

const goToTrouble = (step: 1 | -1) => (hand: Hand) => {
  const { logs } = hand.view.cockpit;
  const cursor = cursorRow(hand.view);
  if (logs === undefined || cursor === undefined) return;
  const found = nextTrouble(logs, cursor, step);
  if (found === undefined) return hand.say(`no error and no gap ${step > 0 ? 'after' : 'before'} this line`);
  goToLine(hand, found);
};

const goToBookmark = (hand: Hand): void => {
  const all = bookmarks(hand.view);
  const cursor = cursorRow(hand.view) ?? 0;
  const next = all.find((id) => id > cursor) ?? all[0];
  if (next !== undefined) goToLine(hand, next);
};

/** Keys that go to a line that is worth it. */
export const jumpKeys: readonly Binding[] = [
  {
    id: 'logs.next-trouble',
    keys: [']'],
    does: 'next error or gap',
    footer: 'error',
    whyNot: noStream,
    run: goToTrouble(1),
  },
  {
    id: 'logs.previous-trouble',
    keys: ['['],
    does: 'previous error or gap',
    whyNot: noStream,
    run: goToTrouble(-1),
  },
  {
    id: 'logs.bookmark',
    keys: ["'"],
    does: 'next marked line (m marks)',
    whyNot: ({ view }) => (bookmarks(view).length === 0 ? 'no line is marked: m marks one' : undefined),
    run: goToBookmark,
  },
];
