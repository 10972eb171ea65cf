import { Fzf } from 'fzf';
import type { PaletteItem } from '../../shell/contract/palette-item.ts';

/** Maximum number of matches that are ranked by fzf and listed. */
const listed = 250;

const lower = new WeakMap<PaletteItem, string>();

const lowered = (item: PaletteItem): string => {
  const had = lower.get(item);
  if (had !== undefined) return had;
  const text = item.text.toLowerCase();
  lower.set(item, text);
  return text;
};

/** Scores are capped here; higher ones make no difference. */
const worst = 200;

/**
 * Spread of the letters in the text, lower is better; -1 if they do not occur in order. Finds the letters from the
 * front, then tightens the span from the back.
 */
const spreadOf = (text: string, letters: string): number => {
  let position = -1;
  for (let index = 0; index < letters.length; index++) {
    position = text.indexOf(letters[index] ?? '', position + 1);
    if (position < 0) return -1;
  }
  let from = position;
  for (let index = letters.length - 2; index >= 0; index--)
    from = text.lastIndexOf(letters[index] ?? '', from - 1);
  const inWord = from > 0 && text[from - 1] !== ' ' ? 2 : 0;
  return Math.min(worst, 2 * (position - from + 1 - letters.length) + inWord);
};

/** Returns the best items that contain the letters in order, limited to `listed`, and the number of all matches. */
const shortlist = (
  items: readonly PaletteItem[],
  letters: string,
): { readonly items: readonly PaletteItem[]; readonly matches: number } => {
  const wantedLetters = letters.toLowerCase();
  const buckets: PaletteItem[][] = [];
  let matches = 0;
  for (const item of items) {
    const score = spreadOf(lowered(item), wantedLetters);
    if (score < 0) continue;
    matches++;
    const bucket = buckets[score];
    if (bucket === undefined) buckets[score] = [item];
    else if (bucket.length < listed) bucket.push(item);
  }
  const best: PaletteItem[] = [];
  for (const bucket of buckets) {
    if (best.length >= listed) break;
    best.push(...(bucket ?? []).slice(0, listed - best.length));
  }
  return { items: best, matches };
};

/** A matching item, the positions of its matched letters, and the arguments after the command. */
export interface ItemMatch {
  readonly item: PaletteItem;
  readonly positions: ReadonlySet<number>;
  readonly rest: string;
  /** The text by which a search for a symptom found it: 'alert: HighMemoryUsage'. */
  readonly excerpt?: string;
  /** The heading below which it is listed in place of that of its item: 'Recent'. */
  readonly section?: string;
}

/** Listed matches, best first, and the total number of matches. */
export interface MatchResult {
  readonly items: readonly ItemMatch[];
  readonly total: number;
}

const none: ReadonlySet<number> = new Set();

/** For empty input: matching runbooks first, then recently used items. */
const recentFirst = (items: readonly PaletteItem[], recent: readonly string[]): MatchResult => {
  const fitting = items.filter(({ match: fit }) => fit?.is === 'yes');
  const used = recent.flatMap((id) => items.find((item) => item.id === id) ?? []);
  const suggested = new Set(fitting);
  const first = new Set([...fitting, ...used]);
  const all = [...first, ...items.slice(0, listed).filter((item) => !first.has(item))];
  return {
    items: all.slice(0, listed).map((item) => ({
      item,
      positions: none,
      rest: '',
      ...(first.has(item) && !suggested.has(item) ? { section: 'Recent' } : {}),
    })),
    total: items.length,
  };
};

/** Result of fzf, whose own types do not resolve from an ES module. */
interface Match {
  readonly item: PaletteItem;
  readonly positions: ReadonlySet<number>;
}

/** Fuzzy match: items that contain the typed letters in order, best first. Blanks are ignored. */
export const fuzzyMatch = (
  items: readonly PaletteItem[],
  text: string,
  recent: readonly string[],
): MatchResult => {
  const letters = text.replaceAll(/\s/g, '');
  if (letters === '') return recentFirst(items, recent);
  const short = shortlist(items, letters);
  const finder = new Fzf([...short.items], { selector: (item: PaletteItem) => item.text });
  const matches: readonly Match[] = finder.find(letters);
  return {
    items: matches.map(({ item, positions }) => ({ item, positions, rest: '' })),
    total: short.matches,
  };
};

/** Prefix match on commands; also a complete command followed by its arguments. Exact matches come first. */
export const prefixMatch = (
  items: readonly PaletteItem[],
  text: string,
  recent: readonly string[],
): MatchResult => {
  const typed = text.trim().toLowerCase();
  if (typed === '') return recentFirst(items, recent);
  const positions = new Set(Array.from({ length: typed.length }, (_, index) => index));
  const same: ItemMatch[] = [];
  const begun: ItemMatch[] = [];
  // A trailing blank ends the word: 'run ' is not a prefix of 'runbooks'.
  const start = text.trimStart().toLowerCase();
  let matches = 0;
  for (const item of items) {
    const command = item.command.toLowerCase();
    const rest = item.argumentHint !== undefined && typed.startsWith(`${command} `);
    if (!rest && command !== typed && !command.startsWith(start)) continue;
    matches++;
    const match = { item, positions, rest: rest ? text.trim().slice(command.length).trim() : '' };
    if (rest || command === typed) same.push(match);
    else if (begun.length < listed) begun.push(match);
  }
  return { items: [...same, ...begun].slice(0, listed), total: matches };
};

/** Most items before the runbooks that mention the typed words: those that contain the words themselves. */
const literalFirst = 3;
/** Most runbooks that are listed because they mention the typed words. */
const mentioning = 3;

/**
 * Adds the runbooks that mention the typed words in their conditions, notes or steps: after the best items that contain the
 * words, before those that contain only the letters.
 */
export const withMentions = (
  result: MatchResult,
  text: string,
  mentions: readonly { readonly item: PaletteItem; readonly excerpt: string }[],
): MatchResult => {
  const words = text
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '');
  const isLiteral = ({ item }: ItemMatch): boolean => words.every((word) => lowered(item).includes(word));
  const literal = result.items.filter(isLiteral).slice(0, literalFirst);
  const had = new Set(literal.map(({ item }) => item.id));
  const added = mentions
    .filter(({ item }) => !had.has(item.id))
    .slice(0, mentioning)
    .map(({ item, excerpt }): ItemMatch => ({ item, excerpt, positions: none, rest: '' }));
  const first = new Set([...had, ...added.map(({ item }) => item.id)]);
  const known = new Set(result.items.map(({ item }) => item.id));
  return {
    items: [...literal, ...added, ...result.items.filter(({ item }) => !first.has(item.id))],
    total: result.total + added.filter(({ item }) => !known.has(item.id)).length,
  };
};
