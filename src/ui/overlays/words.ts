import { type Card, field, hints, innerWidth, labelCells, labelled, titled } from '../features/cards/card.ts';
import type { Binding, Hand, TextField } from '../panes/pane.ts';
import { type Overlay, under } from './overlay.ts';

const closeQuestion: Binding['run'] = ({ model, view }) =>
  model.setState({ overlay: under(view.ui.overlay) });

const arm = (hand: Hand) => {
  const { overlay } = hand.view.ui;
  if (overlay.is !== 'arm') return;
  if (overlay.text.trim() === '') return hand.say('arming needs a reason');
  closeQuestion(hand);
  hand.commands.arm(overlay.text.trim());
};

export const armKeys: readonly Binding[] = [
  { id: 'arm.yes', keys: ['enter'], does: 'arm for this reason', footer: 'arm', run: arm },
  { id: 'arm.close', keys: ['esc'], does: 'stay read-only', footer: 'stay read-only', run: closeQuestion },
];

export const armField = (arm: Extract<Overlay, { is: 'arm' }>): TextField => ({
  value: arm.text,
  set: ({ model }, text) => model.setState({ overlay: { ...arm, text } }),
});

export const quitKeys: readonly Binding[] = [
  {
    id: 'quit.yes',
    keys: ['enter'],
    does: 'quit: the run is cancelled, what was sent stays sent',
    footer: 'quit',
    run: ({ quit }) => quit(),
  },
  { id: 'quit.no', keys: ['esc'], does: 'stay', footer: 'stay', run: closeQuestion },
];

type Words = Extract<Overlay, { is: 'words' }>;

/** What is said, asked and answered, by what the words are for. */
const sayings = {
  override: {
    title: 'OVERRIDE',
    label: 'why',
    none: 'breaking it needs a reason',
    enter: 'enter plan again with it',
    does: 'plan again, breaking it for this reason',
    footer: 'plan again',
    esc: 'esc keep it',
  },
  note: {
    title: 'NOTE',
    label: 'note',
    none: 'a note needs words',
    enter: 'enter write it down',
    does: 'write this down with the run',
    footer: 'write',
    esc: 'esc none',
  },
} as const;

const close: Binding['run'] = ({ model, view }) => model.setState({ overlay: under(view.ui.overlay) });

const give = (hand: Hand) => {
  const { overlay } = hand.view.ui;
  if (overlay.is !== 'words') return;
  const text = overlay.text.trim();
  if (text === '') return hand.say(sayings[overlay.why].none);
  close(hand);
  if (overlay.why === 'override') return hand.commands.override(text);
  hand.commands.note(overlay.run, text);
};

export const wordsKeys = ({ why }: Pick<Words, 'why'>): readonly Binding[] => [
  { id: `${why}.give`, keys: ['enter'], does: sayings[why].does, footer: sayings[why].footer, run: give },
  { id: `${why}.close`, keys: ['esc'], does: 'close; nothing is written', footer: 'close', run: close },
];

export const wordsField = (words: Words): TextField => ({
  value: words.text,
  set: ({ model }, text) => model.setState({ overlay: { ...words, text } }),
});

/** Asks for the words. */
export const wordsCard = (hand: Hand, { why, about, text }: Words): Card => {
  const { pen } = hand.view;
  const said = sayings[why];
  return {
    edge: why === 'override' ? 'warn' : 'focus',
    lines: [
      ...titled(hand.view, [pen.run(said.title, 'bold')], about),
      labelled(pen, said.label, field(pen, text, 'plain', innerWidth(hand.view) - labelCells)),
      hints(pen, said.enter, said.esc, 'it goes into the ledger'),
    ],
  };
};
