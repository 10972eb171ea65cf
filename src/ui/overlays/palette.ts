import { cursorOn, firstRow, isGone, placeOf } from '../cursor.ts';
import type { Binding, Hand } from '../keys/binding.ts';
import { actKeys } from '../keys/everywhere.ts';
import { lookKeys, viewKeys } from '../keys/look.ts';
import { reboundOne } from '../keys/rebound.ts';
import type { TextField } from '../keys/text-field.ts';
import { remember } from '../model.ts';
import { pastKeys } from '../past/keys.ts';
import type { Item } from './items.ts';
import { exact, type Found, fuzzy } from './match.ts';
import { noOverlay, type Overlay } from './overlay.ts';
import { allItems, rowItems } from './palette-items.ts';

export type Palette = Extract<Overlay, { is: 'palette' }>;

const paletteOf = ({ view }: Hand): Palette | undefined =>
  view.ui.overlay.is === 'palette' ? view.ui.overlay : undefined;

/** Keys that the palette lists as well: what they do can be said in a word. Digits and movement are not among them. */
const listed = (binding: Binding): boolean =>
  !/^(pane|overview|row\.open|back|palette|cancel|suspend)/.test(binding.id);

/** Matched and drawn letter by letter, so it is masked before: what is seen is what is typed. */
const seenItems = ({ view: { pen } }: Hand, items: readonly Item[]): readonly Item[] =>
  pen.shared
    ? items.map((item) => ({ ...item, text: pen.maskText(item.text), command: pen.maskText(item.command) }))
    : items;

/** What the palette shows for what has been typed, and how many things there are in all. */
export const foundIn = (
  hand: Hand,
  palette: Palette,
): { readonly found: readonly Found[]; readonly all: number } => {
  const bindings = [...hand.pane.keys, ...lookKeys, ...viewKeys, ...pastKeys, ...actKeys]
    .filter(listed)
    .map((binding) => reboundOne(binding, hand.view.cockpit.settings.keys));
  const items = seenItems(hand, palette.mode === 'row' ? rowItems(hand) : allItems(hand, bindings));
  const search = palette.mode === 'exact' ? exact : fuzzy;
  return { found: search(items, palette.text, hand.view.ui.recent), all: items.length };
};

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
