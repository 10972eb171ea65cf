import { cursorOn, firstRow, isGone, placeOf } from '../../cursor.ts';
import { remember } from '../../model.ts';
import { noOverlay, type Overlay } from '../../overlays/overlay.ts';
import type { Binding, Hand, TextField } from '../../panes/pane.ts';
import { latest } from '../../panes/rows-of.ts';
import { allItems, rowItems, seenItems } from './all-items.ts';
import type { Item } from './items.ts';
import { fuzzy, type Matches } from './match.ts';

export type Palette = Extract<Overlay, { is: 'palette' }>;

const paletteOf = ({ view }: Hand): Palette | undefined =>
  view.ui.overlay.is === 'palette' ? view.ui.overlay : undefined;

/** What the palette shows for what has been typed, and how many things there are in all. */
export const foundIn = (hand: Hand, palette: Palette): Matches & { readonly all: number } => {
  const items = palette.mode === 'row' ? seenItems(hand, rowItems(hand)) : allItems(hand);
  return searched({ items, text: palette.text, recent: hand.view.ui.recent });
};

const searched = latest(
  ({ items, text, recent }: { items: readonly Item[]; text: string; recent: readonly string[] }) => [
    items,
    text,
    recent,
  ],
  ({ items, text, recent }) => ({ ...fuzzy(items, text, recent), all: items.length }),
);

/** What it shows, in its order, by what tells one from another. */
export const foundIds = (hand: Hand, palette: Palette): readonly string[] =>
  foundIn(hand, palette).found.map(({ item }) => item.id);

const change = (hand: Hand, part: Partial<Omit<Palette, 'is'>>) => {
  const palette = paletteOf(hand);
  if (palette !== undefined) hand.model.setState({ overlay: { ...palette, ...part } });
};

const move = (step: number) => (hand: Hand) => {
  const palette = paletteOf(hand);
  if (palette === undefined) return;
  const keys = foundIds(hand, palette);
  change(hand, { cursor: cursorOn(keys, placeOf(keys, palette.cursor) + step) });
};

const run = (hand: Hand) => {
  const palette = paletteOf(hand);
  if (palette === undefined) return;
  const keys = foundIds(hand, palette);
  // What stands in its place now was chosen by nobody.
  if (isGone(keys, palette.cursor)) return hand.say('what was selected has gone from this list');
  const chosen = foundIn(hand, palette).found[placeOf(keys, palette.cursor)];
  if (chosen === undefined) return hand.say('nothing matches');
  const { item, rest } = chosen;
  if (item.whyNot !== undefined) return hand.say(`${item.text}: ${item.whyNot}`);
  hand.model.setState({ overlay: noOverlay });
  remember(hand.model, item.id);
  // It finds the screen as it is without the palette.
  const ui = { ...hand.view.ui, overlay: noOverlay };
  item.run({ ...hand, view: { ...hand.view, ui } }, rest);
};

export const paletteKeys: readonly Binding[] = [
  { id: 'palette.run', keys: ['enter'], does: 'run what is selected', footer: 'run', run },
  { id: 'palette.down', keys: ['down', 'ctrl-n'], does: 'next', run: move(1) },
  { id: 'palette.up', keys: ['up', 'ctrl-p'], does: 'previous', run: move(-1) },
  {
    id: 'palette.calls',
    keys: ['tab'],
    does: 'show what it would call',
    run: (hand) => change(hand, { calls: paletteOf(hand)?.calls !== true }),
  },
  {
    id: 'palette.close',
    keys: ['esc'],
    does: 'close',
    footer: 'close',
    run: ({ model }) => model.setState({ overlay: noOverlay }),
  },
];

export const paletteField = (palette: Palette): TextField => ({
  value: palette.text,
  set: (hand, text) => change(hand, { text, cursor: firstRow }),
});
