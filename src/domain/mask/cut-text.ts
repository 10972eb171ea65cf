/** Letters that names, addresses and tokens consist of. */
const inName = /[\p{L}\p{N}\p{M}\p{Cf}_.@:%+~-]/u;

const notInName = /[^\p{L}\p{N}\p{M}\p{Cf}_.@:%+~-]/u;

/** Longer than any name of a host (RFC 1035, 2.3.4): what is longer than that is no name, and is cut anywhere. */
const longestName = 253;

/** Not in the middle of a surrogate pair. */
const wholeAt = (text: string, at: number): number => {
  const code = text.charCodeAt(at);
  return at > 0 && code >= 0xdc00 && code <= 0xdfff ? at - 1 : at;
};

/** Where the name begins that a place lies in; the place itself where it lies in none. */
export const nameStart = (text: string, at: number): number => {
  const place = wholeAt(text, Math.max(0, at));
  let start = place;
  while (start > 0 && place - start <= longestName) {
    const before = wholeAt(text, start - 1);
    if (!inName.test(text.slice(before, start))) break;
    start = before;
  }
  const end = text.slice(place, place + longestName).search(notInName);
  const length = place - start + (end < 0 ? text.length - place : end);
  return length > longestName ? place : start;
};

/**
 * The first `most` code units of a text, or less: what is cut does not end inside of a name. Half a name is recognised by
 * no mask, and a text that is cut where it is read is masked only where it is shown.
 */
export const headText = (text: string, most: number): string => {
  if (text.length <= most) return text;
  const end = wholeAt(text, Math.max(0, most));
  const next = String.fromCodePoint(text.codePointAt(end) ?? 0);
  return text.slice(0, inName.test(next) ? nameStart(text, end) : end);
};

/** A secret may hold signs that no name has. */
const longestWord = 1024;

/** A text whose end was cut off, without the word that the cut may have split; all of it where its last word is very long. */
export const withoutTornEnd = (text: string): string => {
  const from = Math.max(0, text.length - longestWord);
  const blank = text.slice(from).search(/\s\S*$/);
  return blank < 0 ? text : text.slice(0, from + blank);
};

/** A text of at most `max` characters: the rest is an ellipsis. To be masked before. */
export const cutText = (text: string, max: number): string => {
  if (text.length <= max) return text;
  const letters = [...text];
  if (letters.length <= max) return text;
  return `${headText(text, letters.slice(0, max - 1).join('').length).trimEnd()}…`;
};
