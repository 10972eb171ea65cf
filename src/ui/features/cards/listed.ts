import type { Line } from '../../text/run.ts';
import type { Role } from '../../theme/roles.ts';
import type { View } from '../../view.ts';
import { innerWidth, labelCells, labelled } from './card.ts';

/** Entries beside one label that a card shows before `tab` asks for all of them; fewer where there are few rows. */
const shortList = ({ rows }: Pick<View, 'rows'>): number => (rows < 30 ? 1 : 3);

/** The first few; all where only one would be left out, as saying so takes no less room than the one. */
export const firstOf = <T>(entries: readonly T[], few: number): readonly T[] =>
  entries.length <= few + 1 ? entries : entries.slice(0, few);

/** Entries that belong together on a card: whole and wrapped, or the first few with a line each. */
export interface Listing {
  readonly all: boolean;
  readonly role?: Role;
}

/** The first entry beside its label, the others under it. */
export const listed = (
  view: View,
  label: string,
  entries: readonly string[],
  { all, role = 'plain' }: Listing,
): readonly Line[] => {
  const { pen } = view;
  const shown = all ? entries : firstOf(entries, shortList(view));
  const lines = shown
    .flatMap((entry) => (all ? pen.wrap(entry, innerWidth(view) - labelCells) : [entry]))
    .map((text, index) => labelled(pen, index === 0 ? label : '', text, role));
  const more = entries.length - shown.length;
  if (more === 0) return lines;
  return [...lines, labelled(pen, '', `and ${more} more, tab shows them`, 'faint')];
};
