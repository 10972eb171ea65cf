/** A text as it reads when what JSON escapes in it is taken for what it means. */
export interface UnescapedText {
  readonly text: string;
  /** Where a place of it lies in the text as it stands. */
  place(at: number): number;
}

const escaped = /(?<!\\)\\+(?:u([0-9a-f]{4})|(["/bfnrt]))/gi;

const meant: Readonly<Record<string, string>> = { '"': '"', '/': '/' };

/** Escaped quotes are quotes, line feeds and the like are blanks: names end there. Backslashes of other kinds stay. */
export const unescapeJsonText = (text: string): UnescapedText => {
  if (!text.includes('\\')) return { text, place: (at) => at };
  /** Where each letter of the result begins. */
  const places: number[] = [];
  let [result, from] = ['', 0];
  const copy = (to: number): void => {
    for (let at = from; at < to; at++) places.push(at);
    result += text.slice(from, to);
  };
  for (const { 0: whole, 1: code, 2: sign = '', index } of text.matchAll(escaped)) {
    copy(index);
    places.push(index);
    result += code === undefined ? (meant[sign] ?? ' ') : String.fromCharCode(Number.parseInt(code, 16));
    from = index + whole.length;
  }
  copy(text.length);
  places.push(text.length);
  return { text: result, place: (at) => places[at] ?? text.length };
};

/** A text folded for caseless comparison, with the places of its characters in the source text. */
export interface CaseFoldedText {
  readonly text: string;
  /** Where the character that became code unit `at` begins in the source; the source's length at the end. */
  start(at: number): number;
  /** Where the character that became code unit `at` ends in the source. */
  end(at: number): number;
  /** False inside of what one character became ('ß' is 'ss'): no name begins or ends there. */
  isEdge(at: number): boolean;
}

const ascii = /^[\u0000-\u007f]*$/;

/** Characters that are not drawn (soft hyphen, zero width space and joiner), and the dot that lower case leaves of 'İ'. */
const unseen = /\p{Default_Ignorable_Code_Point}|\u0307/gu;

/** Upper case first: 'ß' and 'SS', 'ς' and 'σ', 'ſ' and 's' have one upper case each. Twice, since a fold may hold what folds again. */
const foldOnce = (text: string): string =>
  text.normalize('NFKD').toUpperCase().toLowerCase().normalize('NFKD');

/** A bound for texts that go through the whole of Unicode. */
const mostKept = 4096;
const kept = new Map<string, string>();

/** A character on its own: what it becomes does not depend on its neighbors, so that places can be counted. */
const foldCharacter = (character: string): string => {
  const had = kept.get(character);
  if (had !== undefined) return had;
  const folded = foldOnce(foldOnce(character)).replaceAll('ς', 'σ').replaceAll(unseen, '');
  if (kept.size >= mostKept) kept.clear();
  kept.set(character, folded);
  return folded;
};

/**
 * Compatibility caseless form (Unicode Standard, 3.13, D146), character by character, without characters that are not
 * drawn. It is wider than the standard's: 'ı' and 'İ' are 'i'. Text that looks the same to a reader compares equal.
 */
export const foldCase = (text: string): string =>
  ascii.test(text) ? text.toLowerCase() : Array.from(text, foldCharacter).join('');

/** `foldText` with the places of what it folded. */
export const foldWithOffsets = (text: string): CaseFoldedText => {
  if (ascii.test(text))
    return { text: text.toLowerCase(), start: (at) => at, end: (at) => at + 1, isEdge: () => true };
  const starts: number[] = [];
  const ends: number[] = [];
  let [folded, from] = ['', 0];
  for (const character of text) {
    const part = foldCharacter(character);
    const to = from + character.length;
    for (let unit = 0; unit < part.length; unit++) {
      starts.push(from);
      ends.push(to);
    }
    folded += part;
    from = to;
  }
  return {
    text: folded,
    start: (at) => starts[at] ?? text.length,
    end: (at) => ends[at] ?? text.length,
    isEdge: (at) => at === 0 || starts[at] !== starts[at - 1],
  };
};
