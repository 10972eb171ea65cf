/** A text with its JSON escapes resolved. */
export interface UnescapedText {
  readonly text: string;
  /** Maps a position to the original text. */
  place(position: number): number;
}

const escaped = /(?<!\\)\\+(?:u([0-9a-f]{4})|x([2-7][0-9a-f])|(["/bfnrt]))/gi;

const meant: Readonly<Record<string, string>> = { '"': '"', '/': '/' };

/**
 * Resolves escaped quotes; newlines and similar escapes become spaces, so that names end there. Other backslashes stay.
 */
const unescapeJsonText = (text: string): UnescapedText => {
  if (!text.includes('\\')) return { text, place: (position) => position };
  /** Start of each result character in the original. */
  const places: number[] = [];
  let result = '';
  let from = 0;
  const copy = (to: number): void => {
    for (let index = from; index < to; index++) places.push(index);
    result += text.slice(from, to);
  };
  for (const { 0: whole, 1: unicode, 2: code = unicode, 3: sign = '', index } of text.matchAll(escaped)) {
    copy(index);
    places.push(index);
    result += code === undefined ? (meant[sign] ?? ' ') : String.fromCharCode(Number.parseInt(code, 16));
    from = index + whole.length;
  }
  copy(text.length);
  places.push(text.length);
  return { text: result, place: (index) => places[index] ?? text.length };
};

/** Small forms of the signs between a name and its value. */
const smallForms: Readonly<Record<string, string>> = { '\ufe55': ':', '\ufe66': '=' };

/** Characters without a glyph, which may stand anywhere in a word, and full-width and small forms of ASCII. */
const disguised = /[\p{Default_Ignorable_Code_Point}\ufe55\ufe66\uff01-\uff5e]/gu;
/** A faster check. */
const beyondLatin = /[^\u0000-\u00ac]/;

/** `unescapeJsonText` without invisible characters, and with full-width letters as ASCII: the text that a reader sees. */
export const readableText = (text: string): UnescapedText => {
  const read = unescapeJsonText(text);
  if (!beyondLatin.test(read.text) || read.text.search(disguised) < 0) return read;
  const places: number[] = [];
  let result = '';
  let from = 0;
  const copy = (to: number): void => {
    for (let index = from; index < to; index++) places.push(read.place(index));
    result += read.text.slice(from, to);
  };
  for (const { 0: character, index } of read.text.matchAll(disguised)) {
    copy(index);
    from = index + character.length;
    const code = character.charCodeAt(0);
    const isFullWidth = character.length === 1 && code >= 0xff01 && code <= 0xff5e;
    const plain = isFullWidth ? String.fromCharCode(code - 0xfee0) : smallForms[character];
    if (plain === undefined) continue;
    places.push(read.place(index));
    result += plain;
  }
  copy(read.text.length);
  places.push(text.length);
  return { text: result, place: (index) => places[index] ?? text.length };
};

/** A case-folded text with the positions of its characters in the source text. */
export interface CaseFoldedText {
  readonly text: string;
  /** Start in the source of the character that produced code unit `at`; the source's length at the end. */
  start(position: number): number;
  /** End in the source of the character that produced code unit `at`. */
  end(position: number): number;
  /** False inside the expansion of one character ('ß' is 'ss'): no name starts or ends there. */
  isEdge(position: number): boolean;
}

const ascii = /^[\u0000-\u007f]*$/;

/** Invisible characters (soft hyphen, zero-width space and joiner), and the dot left from lowercasing 'İ'. */
const unseen = /\p{Default_Ignorable_Code_Point}|\u0307/gu;

/**
 * Folds once. Upper case first: 'ß' and 'SS', 'ς' and 'σ', 'ſ' and 's' share one upper case. Callers fold twice, since
 * a result may fold again.
 */
const foldOnce = (text: string): string =>
  text.normalize('NFKD').toUpperCase().toLowerCase().normalize('NFKD');

/** Cache size, against texts that use all of Unicode. */
const mostKept = 4096;
const kept = new Map<string, string>();

/** Folds a single character: the result does not depend on its neighbors, so positions can be mapped. */
const foldCharacter = (character: string): string => {
  const had = kept.get(character);
  if (had !== undefined) return had;
  const folded = foldOnce(foldOnce(character)).replaceAll('ς', 'σ').replaceAll(unseen, '');
  if (kept.size >= mostKept) kept.clear();
  kept.set(character, folded);
  return folded;
};

/**
 * Returns the compatibility caseless form (Unicode Standard, 3.13, D146), character by character, without invisible
 * characters. Broader than the standard: 'ı' and 'İ' are 'i'. Texts that look the same compare equal.
 */
export const foldCase = (text: string): string =>
  ascii.test(text) ? text.toLowerCase() : Array.from(text, foldCharacter).join('');

/** `foldCase` with the positions of the folded characters. */
export const foldWithOffsets = (text: string): CaseFoldedText => {
  if (ascii.test(text))
    return {
      text: text.toLowerCase(),
      start: (position) => position,
      end: (position) => position + 1,
      isEdge: () => true,
    };
  const starts: number[] = [];
  const ends: number[] = [];
  let folded = '';
  let from = 0;
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
    start: (index) => starts[index] ?? text.length,
    end: (index) => ends[index] ?? text.length,
    isEdge: (index) => index === 0 || starts[index] !== starts[index - 1],
  };
};
