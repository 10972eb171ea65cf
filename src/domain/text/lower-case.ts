/** A text in lower case, with the positions of its characters in the original. */
export interface LowerCaseText {
  readonly text: string;
  /** Maps the start of a character in `text` to its start in the original. */
  start(at: number): number;
  /** Maps the end of a character in `text` to its end in the original. */
  end(at: number): number;
}

/** Lowercases a text. Some letters change their length: 'İ' becomes 'i' and a combining dot, so positions are mapped. */
export const lowerCaseWithOffsets = (text: string): LowerCaseText => {
  const lower = text.toLowerCase();
  if (lower.length === text.length) return { text: lower, start: (at) => at, end: (at) => at };
  const starts: number[] = [];
  const ends: number[] = [];
  let [result, from] = ['', 0];
  for (const character of text) {
    const part = character.toLowerCase();
    const to = from + character.length;
    const isSame = part.length === character.length;
    for (let unit = 0; unit < part.length; unit++) {
      starts.push(isSame ? from + unit : from);
      ends.push(isSame ? from + unit + 1 : to);
    }
    result += part;
    from = to;
  }
  return {
    text: result,
    start: (at) => starts[at] ?? text.length,
    end: (at) => (at === 0 ? 0 : (ends[at - 1] ?? text.length)),
  };
};

/** Returns where a text in lower case occurs in another one, from left to right, ignoring case. */
export const findIgnoringCase = (
  text: string,
  wanted: string,
): readonly (readonly [from: number, to: number])[] => {
  if (wanted === '') return [];
  const lower = lowerCaseWithOffsets(text);
  const found: (readonly [number, number])[] = [];
  for (let at = lower.text.indexOf(wanted); at !== -1; at = lower.text.indexOf(wanted, at + wanted.length))
    found.push([lower.start(at), lower.end(at + wanted.length)]);
  return found;
};
