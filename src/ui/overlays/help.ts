import type { Binding, Hand } from '../keys/binding.ts';
import type { TextField } from '../keys/text-field.ts';
import { noOverlay, type Overlay } from './overlay.ts';

export type Help = Extract<Overlay, { is: 'help' }>;

const change = ({ model, view }: Hand, part: Partial<Omit<Help, 'is'>>) => {
  if (view.ui.overlay.is === 'help') model.setState({ overlay: { ...view.ui.overlay, ...part } });
};

const scroll = (step: number) => (hand: Hand) => {
  const { overlay } = hand.view.ui;
  if (overlay.is === 'help') change(hand, { cursor: Math.max(0, overlay.cursor + step) });
};

const back = (hand: Hand) => {
  const { overlay } = hand.view.ui;
  if (overlay.is === 'help' && (overlay.typing || overlay.text !== ''))
    return change(hand, { typing: false, text: '', cursor: 0 });
  hand.model.setState({ overlay: noOverlay });
};

export const helpKeys: readonly Binding[] = [
  {
    id: 'help.filter',
    keys: ['/'],
    does: 'filter the keys',
    footer: 'filter',
    run: (hand) => change(hand, { typing: true }),
  },
  { id: 'help.down', keys: ['j', 'down'], does: 'down', run: scroll(1) },
  { id: 'help.up', keys: ['k', 'up'], does: 'up', run: scroll(-1) },
  {
    id: 'help.page-down',
    keys: ['ctrl-d', 'pagedown'],
    does: 'half a page down',
    run: (hand) => scroll(hand.halfPage)(hand),
  },
  {
    id: 'help.page-up',
    keys: ['ctrl-u', 'pageup'],
    does: 'half a page up',
    run: (hand) => scroll(-hand.halfPage)(hand),
  },
  { id: 'help.close', keys: ['esc', '?', 'q'], does: 'close', run: back },
];

export const helpTypingKeys: readonly Binding[] = [
  {
    id: 'help.filtered',
    keys: ['enter'],
    does: 'keep the filter',
    run: (hand) => change(hand, { typing: false }),
  },
  { id: 'help.unfilter', keys: ['esc'], does: 'clear the filter', run: back },
];

export const helpField = (help: Help): TextField => ({
  value: help.text,
  set: (hand, text) => change(hand, { text, cursor: 0 }),
});
