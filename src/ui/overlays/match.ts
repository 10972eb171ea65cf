import { Fzf } from 'fzf';
import type { Item } from './items.ts';

/** An item that matches, the letters of its text that do, and what follows the command. */
export interface Found {
  readonly item: Item;
  readonly positions: ReadonlySet<number>;
  readonly rest: string;
}

const none: ReadonlySet<number> = new Set();

/** What was used last comes first as long as nothing is typed. */
const recentFirst = (items: readonly Item[], recent: readonly string[]): readonly Item[] => {
  const place = (item: Item): number => {
    const at = recent.indexOf(item.id);
    return at === -1 ? recent.length : at;
  };
  return items.toSorted((a, b) => place(a) - place(b));
};

/** What fzf gives; its own types do not resolve from an ES module. */
interface Match {
  readonly item: Item;
  readonly positions: ReadonlySet<number>;
}

/** Items whose letters hold the typed ones in their order, best first. Blanks are for the eye. */
export const fuzzy = (items: readonly Item[], text: string, recent: readonly string[]): readonly Found[] => {
  const letters = text.replaceAll(/\s/g, '');
  if (letters === '') return recentFirst(items, recent).map((item) => ({ item, positions: none, rest: '' }));
  const finder = new Fzf([...items], { selector: (item: Item) => item.text });
  const matches: readonly Match[] = finder.find(letters);
  return matches.map(({ item, positions }) => ({ item, positions, rest: '' }));
};

/** Items whose command begins with what was typed, or is followed there by what it takes; an exact one comes first. */
export const exact = (items: readonly Item[], text: string, recent: readonly string[]): readonly Found[] => {
  const typed = text.trim().toLowerCase();
  // A blank ends the word: 'run ' is no beginning of 'runbooks'.
  const begun = text.trimStart().toLowerCase();
  const found = (typed === '' ? recentFirst(items, recent) : items).flatMap((item): readonly Found[] => {
    const command = item.command.toLowerCase();
    const positions = new Set(Array.from({ length: typed.length }, (_, index) => index));
    if (command.startsWith(begun) || command === typed) return [{ item, positions, rest: '' }];
    if (item.takes === undefined || !typed.startsWith(`${command} `)) return [];
    return [{ item, positions, rest: text.trim().slice(command.length).trim() }];
  });
  return found.toSorted(
    (a, b) => Number(b.item.command.toLowerCase() === typed) - Number(a.item.command.toLowerCase() === typed),
  );
};
