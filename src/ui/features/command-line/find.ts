import { nearest } from '../../../domain/nearest.ts';
import type { Overlay } from '../../overlays/overlay.ts';
import type { Hand } from '../../panes/pane.ts';
import { allItems, namedItems } from '../palette/all-items.ts';
import type { Item } from '../palette/items.ts';
import { latest } from '../palette/latest.ts';
import { exact, type Matches } from '../palette/match.ts';
import { writtenOut } from './aliases.ts';

export type Command = Extract<Overlay, { is: 'command' }>;

/** What has been typed, before `tab` went through what it can become; aliases written out. */
export const stemOf = ({ view }: Hand, { text, tab }: Command): string =>
  writtenOut(tab?.stem ?? text, view.cockpit.settings.aliases);

interface Asked {
  readonly items: readonly Item[];
  readonly text: string;
  readonly recent: readonly string[];
}

const searched = latest(
  ({ items, text, recent }: Asked) => [items, text, recent],
  ({ items, text, recent }) => exact(items, text, recent),
);

/** The commands that begin with this text, or take what follows in it. */
export const commandsFor = (hand: Hand, text: string): Matches =>
  searched({ items: allItems(hand), text, recent: hand.view.ui.recent });

/** What the list shows, in its order, by what tells one from another. */
export const commandIds = (hand: Hand, command: Command): readonly string[] =>
  commandsFor(hand, stemOf(hand, command)).found.map(({ item }) => item.id);

/** The command that was probably meant by one that there is not; never what stands there already. */
export const meantBy = (hand: Hand, text: string): string | undefined => {
  const typed = writtenOut(text, hand.view.cockpit.settings.aliases).trim();
  const commands = namedItems(hand).map(({ command }) => command);
  const whole = nearest(typed, commands);
  if (whole !== undefined) return whole;
  const [first = '', ...rest] = typed.split(' ');
  const word = nearest(first, new Set(commands.map((command) => command.split(' ', 1)[0] ?? '')));
  return word === undefined || word === first ? undefined : [word, ...rest].join(' ');
};
