import { count } from '../../../domain/format.ts';
import { noOverlay } from '../../overlays/overlay.ts';
import type { Binding, Hand } from '../../panes/pane.ts';
import type { Line } from '../../text/run.ts';
import { type Card, heading, hints } from '../cards/card.ts';
import { noStream } from './cursor.ts';
import type { LogSaveOverlay } from './look.ts';
import { bookmarks } from './rows.ts';
import { savedCount, savedName, savedText } from './save.ts';

const overlayOf = ({ view }: Hand): LogSaveOverlay | undefined =>
  view.ui.overlay.is === 'log-save' ? view.ui.overlay : undefined;

/** What can be chosen, line by line. */
const saveChoices = {
  what: ['marked', 'shown', 'all'],
  form: ['text', 'json'],
  names: ['real', 'anonymised'],
} as const;

const saveRows = ['what', 'form', 'names'] as const;

const change = (hand: Hand, part: Partial<Omit<LogSaveOverlay, 'is'>>): void => {
  const overlay = overlayOf(hand);
  if (overlay !== undefined) hand.model.setState({ overlay: { ...overlay, ...part } });
};

const move = (step: number) => (hand: Hand) => {
  const overlay = overlayOf(hand);
  if (overlay !== undefined)
    change(hand, { at: Math.max(0, Math.min(saveRows.length - 1, overlay.at + step)) });
};

const next = <T>(all: readonly T[], now: T, step: number): T =>
  all[(all.indexOf(now) + step + all.length) % all.length] ?? now;

const choose = (step: 1 | -1) => (hand: Hand) => {
  const overlay = overlayOf(hand);
  if (overlay === undefined) return;
  const row = saveRows[overlay.at];
  // With no line marked there is nothing to choose of those.
  const whats = saveChoices.what.filter((what) => what !== 'marked' || bookmarks(hand.view).length > 0);
  if (row === 'what') change(hand, { what: next(whats, overlay.what, step) });
  else if (row === 'form') change(hand, { form: next(saveChoices.form, overlay.form, step) });
  else change(hand, { names: next(saveChoices.names, overlay.names, step) });
};

const write = (hand: Hand): void => {
  const overlay = overlayOf(hand);
  const { logs } = hand.view.cockpit;
  if (overlay === undefined || logs === undefined) return;
  hand.model.setState({ overlay: noOverlay });
  hand.commands.save(savedName(hand.view, overlay), savedText(hand.view, logs, overlay));
  hand.say('writing');
};

/** Keys of the card that asks which lines are saved, and as what. */
export const logSaveKeys: readonly Binding[] = [
  { id: 'log-save.write', keys: ['enter'], does: 'write them to a new file', footer: 'write', run: write },
  {
    id: 'log-save.next',
    keys: ['l', 'right', 'space'],
    does: 'the other choice',
    footer: 'change',
    run: choose(1),
  },
  { id: 'log-save.previous', keys: ['h', 'left'], does: 'the choice before', run: choose(-1) },
  { id: 'log-save.down', keys: ['j', 'down'], does: 'next', run: move(1) },
  { id: 'log-save.up', keys: ['k', 'up'], does: 'previous', run: move(-1) },
  {
    id: 'log-save.close',
    keys: ['esc'],
    does: 'close',
    footer: 'close',
    run: ({ model }) => model.setState({ overlay: noOverlay }),
  },
];

export const openSaveKey: Binding = {
  id: 'logs.save',
  keys: ['S'],
  does: 'save lines: marked, shown or all; text or JSON; anonymised',
  footer: 'save',
  footerFrom: 110,
  whyNot: (hand) => noStream(hand) ?? (hand.rows.length === 0 ? 'no line is shown' : undefined),
  run: ({ model, view }) =>
    model.setState({
      overlay: {
        is: 'log-save',
        at: 0,
        what: bookmarks(view).length > 0 ? 'marked' : 'shown',
        form: 'text',
        // Whoever shares the screen shares the file as well.
        names: view.pen.shared ? 'anonymised' : 'real',
      },
    }),
};

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
