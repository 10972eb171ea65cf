import type { Binding, Hand } from '../../../panes/pane.ts';
import { counted } from '../../../text/count.ts';
import { clipboardBytes } from '../../export/clipboard.ts';
import { outgoing } from '../../export/outgoing.ts';
import { logClocks } from '../look.ts';
import { bookmarkRows, cursorRows } from '../rows.ts';
import { changeLook } from './change-look.ts';
import { noStream } from './no-stream.ts';

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
export const logLookKeys: readonly Binding[] = [
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
