import { rowKind } from '../../../../logs/format/line.ts';
import type { LogsState } from '../../../../logs/ring/state.ts';
import type { Binding, Hand } from '../../../panes/pane.ts';
import { counted } from '../../../text/ages.ts';
import { clipboardBytes, outgoing } from '../../export/clipboard.ts';
import { changeLook, cursorRow, isFollowing, noStream } from '../cursor.ts';
import { openListKeys } from '../list-card.ts';
import { logClocks } from '../look.ts';
import { errorCode } from '../ring-row.ts';
import { bookmarkRows, bookmarks, cursorRows } from '../rows.ts';
import { openSaveKey } from '../save-card.ts';
import { askKeys } from './asking.ts';
import { chipKeys } from './chips.ts';
import { hitKeys } from './preview.ts';
import { stripKeys } from './strip-keys.ts';
import { follow, goToLine, loadOlder, standStill } from './walk.ts';

const clockWords = { UTC: 'UTC', local: "this machine's time", ago: 'how long ago' } as const;

const nextClock = ({ model, view, say }: Hand): void => {
  const { clock } = view.ui.logs;
  const next = logClocks[(logClocks.indexOf(clock) + 1) % logClocks.length] ?? 'UTC';
  changeLook(model, { clock: next });
  say(`LOGS: times as ${clockWords[next]}`);
};

const wrapOrNot = ({ model, view, say }: Hand): void => {
  changeLook(model, { wrap: !view.ui.logs.wrap });
  say(`LOGS: long lines are ${view.ui.logs.wrap ? 'cut' : 'wrapped'}`);
};

/** The marked lines, else the one under the cursor, as they were written. */
const copyLines = (hand: Hand) => {
  const { view, say } = hand;
  const marked = bookmarkRows(view);
  const rows = marked.length > 0 ? marked : cursorRows(view);
  const text = rows.map((row) => outgoing(view, row.text)).join('\n');
  const bytes = Buffer.byteLength(text);
  if (bytes > clipboardBytes)
    return say(`${bytes} bytes are more than a terminal's clipboard takes (${clipboardBytes}): S saves them`);
  hand.copy(text);
  say(`${counted(rows.length, 'line')}, ${bytes} bytes, sent to the terminal's clipboard`);
};

const previousRun = ({ view, commands, say }: Hand) => {
  const { scope } = view.cockpit.logs ?? {};
  if (scope === undefined) return;
  const { previous, ...rest } = scope;
  commands.logs.open(previous === true ? rest : { ...rest, previous: true });
  say(
    previous === true ? 'LOGS: of the containers that run' : 'LOGS: of containers before their last restart',
  );
};

/** Keys that choose how lines are shown, and take them along. */
const logLookKeys: readonly Binding[] = [
  { id: 'logs.wrap', keys: ['w'], does: 'wrap long lines, or cut them', whyNot: noStream, run: wrapOrNot },
  {
    id: 'logs.clock',
    keys: ['t'],
    does: 'times: UTC, local, how long ago',
    whyNot: noStream,
    run: nextClock,
  },
  {
    id: 'logs.previous',
    keys: ['p'],
    does: 'containers before their last restart, and back',
    whyNot: noStream,
    run: previousRun,
  },
  {
    id: 'copy',
    keys: ['y'],
    does: 'copy the line, or the marked ones, as written',
    whyNot: ({ rows }) => (rows.length === 0 ? 'no line is selected' : undefined),
    run: copyLines,
  },
];

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
const jumpKeys: readonly Binding[] = [
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

/** The keys of 8 LOGS. */
export const logKeys: readonly Binding[] = [
  {
    id: 'logs.follow',
    keys: ['f', 'space'],
    does: 'pause, or follow the newest line again',
    footer: 'pause',
    whyNot: (hand) => noStream(hand) ?? (isFollowing(hand.view) ? undefined : 'it is paused already'),
    run: standStill,
  },
  {
    id: 'logs.unpause',
    keys: ['f', 'space'],
    does: 'follow the newest line again',
    footer: 'follow',
    whyNot: (hand) => {
      if (hand.view.past !== undefined) return 'an earlier moment is looked at: . goes back to live';
      return noStream(hand) ?? (isFollowing(hand.view) ? 'it follows already' : undefined);
    },
    run: follow,
  },
  ...askKeys,
  ...chipKeys,
  ...hitKeys,
  ...jumpKeys,
  ...logLookKeys,
  ...stripKeys,
  ...openListKeys,
  openSaveKey,
  {
    id: 'logs.older',
    keys: ['b'],
    does: 'load older lines from the source',
    whyNot: noStream,
    run: loadOlder,
  },
];
