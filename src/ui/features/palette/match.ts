import { Fzf } from 'fzf';
import type { Item } from './items.ts';
import { listed, shortlist } from './shortlist.ts';

/** An item that matches, the letters of its text that do, and what follows the command. */
export interface Found {
  readonly item: Item;
  readonly positions: ReadonlySet<number>;
  readonly rest: string;
}

/** What is listed of the matches, best first; `matches` tells how many there are. */
export interface Matches {
  readonly found: readonly Found[];
  readonly matches: number;
}

const none: ReadonlySet<number> = new Set();

/** As long as nothing is typed, what fits what is wrong now comes first, then what was used last. */
const recentFirst = (items: readonly Item[], recent: readonly string[]): Matches => {
  const fitting = items.filter(({ fit }) => fit?.is === 'yes');
  const used = recent.flatMap((id) => items.find((item) => item.id === id) ?? []);
  const first = new Set([...fitting, ...used]);
  const all = [...first, ...items.slice(0, listed).filter((item) => !first.has(item))];
  return {
    found: all.slice(0, listed).map((item) => ({ item, positions: none, rest: '' })),
    matches: items.length,
  };
};

/** What fzf gives; its own types do not resolve from an ES module. */
interface Match {
  readonly item: Item;
  readonly positions: ReadonlySet<number>;
}

/** Items whose letters hold the typed ones in their order, best first. Blanks are for the eye. */
export const fuzzy = (items: readonly Item[], text: string, recent: readonly string[]): Matches => {
  const letters = text.replaceAll(/\s/g, '');
  if (letters === '') return recentFirst(items, recent);
  const short = shortlist(items, letters);
  const finder = new Fzf([...short.items], { selector: (item: Item) => item.text });
  const matches: readonly Match[] = finder.find(letters);
  return {
    found: matches.map(({ item, positions }) => ({ item, positions, rest: '' })),
    matches: short.matches,
  };
};

/** Items whose command begins with what was typed, or is followed there by what it takes; an exact one comes first. */
export const exact = (items: readonly Item[], text: string, recent: readonly string[]): Matches => {
  const typed = text.trim().toLowerCase();
  if (typed === '') return recentFirst(items, recent);
  const positions = new Set(Array.from({ length: typed.length }, (_, index) => index));
  const [same, begun]: [Found[], Found[]] = [[], []];
  // A blank ends the word: 'run ' is no beginning of 'runbooks'.
  const start = text.trimStart().toLowerCase();
  let matches = 0;
  for (const item of items) {
    const command = item.command.toLowerCase();
    const rest = item.takes !== undefined && typed.startsWith(`${command} `);
    if (!rest && command !== typed && !command.startsWith(start)) continue;
    matches++;
    const found = { item, positions, rest: rest ? text.trim().slice(command.length).trim() : '' };
    if (rest || command === typed) same.push(found);
    else if (begun.length < listed) begun.push(found);
  }
  return { found: [...same, ...begun].slice(0, listed), matches };
};
