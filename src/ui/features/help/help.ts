import { contextUnder } from '../../keys/contexts.ts';
import { type Overlay, under } from '../../overlays/overlay.ts';
import type { Binding, Hand, KeyTable, TextField } from '../../panes/pane.ts';
import { cardRoom } from '../cards/card.ts';

export type Help = Extract<Overlay, { is: 'help' }>;

const matches = (binding: Binding, text: string): boolean =>
  `${binding.keys.join(' ')} ${binding.does}`.toLowerCase().includes(text.toLowerCase());

/** What is live under it, as far as it matches what was typed. */
export const helpTables = (hand: Hand, { over, text }: Help): readonly KeyTable[] =>
  contextUnder(hand, over).tables.map(({ title, bindings }) => ({
    title,
    bindings: bindings.filter((binding) => binding.keys.length > 0 && matches(binding, text)),
  }));

/** Lines under the title: every key, and the name of every table but the first, which is in the title. */
const lineCount = (tables: readonly KeyTable[]): number =>
  tables.reduce(
    (sum, { bindings }, index) => sum + bindings.length + (index > 0 && bindings.length > 0 ? 1 : 0),
    0,
  );

const change = ({ model, view }: Hand, part: Partial<Omit<Help, 'is'>>) => {
  if (view.ui.overlay.is === 'help') model.setState({ overlay: { ...view.ui.overlay, ...part } });
};

const scroll = (step: number) => (hand: Hand) => {
  const { overlay } = hand.view.ui;
  if (overlay.is !== 'help') return;
  const last = lineCount(helpTables(hand, overlay)) - (cardRoom(hand.view.rows) - 1);
  change(hand, { cursor: Math.max(0, Math.min(last, overlay.cursor + step)) });
};

const back = (hand: Hand) => {
  const { overlay } = hand.view.ui;
  if (overlay.is === 'help' && (overlay.typing || overlay.text !== ''))
    return change(hand, { typing: false, text: '', cursor: 0 });
  hand.model.setState({ overlay: under(overlay) });
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
  { id: 'help.close', keys: ['esc', '?', 'q'], does: 'close', footer: 'close', run: back },
];

export const helpTypingKeys: readonly Binding[] = [
  {
    id: 'help.filtered',
    keys: ['enter'],
    does: 'keep the filter',
    footer: 'keep',
    run: (hand) => change(hand, { typing: false }),
  },
  { id: 'help.unfilter', keys: ['esc'], does: 'clear the filter', footer: 'clear', run: back },
];

export const helpField = (help: Help): TextField => ({
  value: help.text,
  set: (hand, text) => change(hand, { text, cursor: 0 }),
});
