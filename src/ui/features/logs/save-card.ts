import { count } from '../../../domain/format.ts';
import type { Hand } from '../../panes/pane.ts';
import type { Line } from '../../text/run.ts';
import { type Card, heading, hints } from '../cards/card.ts';
import { saveChoices, saveRows } from './keys/save-keys.ts';
import type { LogSaveOverlay } from './overlays.ts';
import { bookmarks } from './rows.ts';
import { savedCount, savedName } from './save.ts';

const words = {
  what: 'which',
  form: 'as',
  names: 'names',
} as const;

const says: Readonly<Record<string, string>> = {
  marked: 'from the first marked line to the last',
  shown: 'what the chips leave',
  all: 'everything that is kept here',
  text: 'the lines as they were written',
  json: 'a JSON object a line, with time, level, stream and fields',
  real: 'as they are; secrets are masked all the same',
  anonymised: 'aliases for hosts, addresses, users, tokens, card-like numbers',
};

/** Asks which lines are saved and as what, and says where to. */
export const logSaveCard = (hand: Hand, overlay: LogSaveOverlay): Card => {
  const { view } = hand;
  const { pen, cockpit } = view;
  const { logs } = cockpit;
  const lines = logs === undefined ? 0 : savedCount(view, logs, overlay.what);
  const rows = saveRows.map((row, index): Line => {
    const chosen = index === overlay.at;
    const options = saveChoices[row].filter((one) => one !== 'marked' || bookmarks(view).length > 0);
    return [
      chosen ? pen.glyph('chosen', 'key') : pen.run(' '),
      pen.run(` ${words[row].padEnd(7)}`, 'faint'),
      ...options.map((one) => pen.run(` ${one} `, one === overlay[row] ? 'hit' : 'plain')),
      pen.run(`   ${says[overlay[row]] ?? ''}`, 'faint'),
    ];
  });
  return {
    edge: 'focus',
    lines: [
      heading(
        view,
        [pen.run('SAVE', 'bold'), pen.run('  8 LOGS')],
        [pen.run(`${count(lines)} ${lines === 1 ? 'line' : 'lines'}`)],
      ),
      ...rows,
      [pen.run(`  to ${savedName(view, overlay)} in the current directory, readable by you only`)],
      hints(pen, 'h l change', 'j k', 'enter write', 'esc close'),
    ],
  };
};
