/** Characters of names, addresses and tokens. */
const inName = /[\p{L}\p{N}\p{M}\p{Cf}_.@:%+~-]/u;

const notInName = /[^\p{L}\p{N}\p{M}\p{Cf}_.@:%+~-]/u;

/** Maximum length of a host name (RFC 1035, 2.3.4); anything longer is not a name and may be cut anywhere. */
const longestName = 253;

/** Moves a position out of a surrogate pair. */
export const wholeAt = (text: string, index: number): number => {
  const code = text.charCodeAt(index);
  return index > 0 && code >= 0xdc00 && code <= 0xdfff ? index - 1 : index;
};

/** Returns the start of the name around a position; the position itself when it is not in a name. */
export const nameStart = (text: string, index: number): number => {
  const place = wholeAt(text, Math.max(0, index));
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
 * Returns at most the first `most` code units of a text, without cutting a name in half. No mask recognizes half a
 * name, and a text cut when it is read is masked only when it is shown.
 */
export const headText = (text: string, most: number): string => {
  if (text.length <= most) return text;
  const end = wholeAt(text, Math.max(0, most));
  const next = String.fromCodePoint(text.codePointAt(end) ?? 0);
  return text.slice(0, inName.test(next) ? nameStart(text, end) : end);
};

/** Longest word considered: secrets may contain characters that no name has. */
const longestWord = 1024;

/** Removes the last word of a truncated text, which the cut may have split; keeps a very long last word. */
export const withoutTornEnd = (text: string): string => {
  const from = Math.max(0, text.length - longestWord);
  const blank = text.slice(from).search(/\s\S*$/);
  return blank < 0 ? text : text.slice(0, from + blank);
};

/** Truncates a text to `max` characters, with an ellipsis. Mask it first. */
export const cutText = (text: string, max: number): string => {
  if (text.length <= max) return text;
  const letters = [...text];
  if (letters.length <= max) return text;
  return `${headText(text, letters.slice(0, max - 1).join('').length).trimEnd()}…`;
};
