import { noOverlay } from '../../../overlays/overlay.ts';
import type { Binding, Hand } from '../../../panes/pane.ts';
import type { LogSaveOverlay } from '../overlays.ts';
import { bookmarks } from '../rows.ts';
import { savedName, savedText } from '../save.ts';
import { noStream } from './no-stream.ts';

const overlayOf = ({ view }: Hand): LogSaveOverlay | undefined =>
  view.ui.overlay.is === 'log-save' ? view.ui.overlay : undefined;

/** What can be chosen, line by line. */
export const saveChoices = {
  what: ['marked', 'shown', 'all'],
  form: ['text', 'json'],
  names: ['real', 'anonymised'],
} as const;

export const saveRows = ['what', 'form', 'names'] as const;

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
