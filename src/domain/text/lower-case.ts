/** A text in lower case, with the positions of its characters in the original. */
export interface LowerCaseText {
  readonly text: string;
  /** Maps the start of a character in `text` to its start in the original. */
  start(position: number): number;
  /** Maps the end of a character in `text` to its end in the original. */
  end(position: number): number;
}

/** Lowercases a text. Some letters change their length: 'İ' becomes 'i' and a combining dot, so positions are mapped. */
export const lowerCaseWithOffsets = (text: string): LowerCaseText => {
  const lower = text.toLowerCase();
  if (lower.length === text.length)
    return { text: lower, start: (position) => position, end: (position) => position };
  const starts: number[] = [];
  const ends: number[] = [];
  let result = '';
  let from = 0;
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
    start: (index) => starts[index] ?? text.length,
    end: (index) => (index === 0 ? 0 : (ends[index - 1] ?? text.length)),
  };
};

/** Returns where a text in lower case occurs in another one, from left to right, ignoring case. */
export const findIgnoringCase = (
  text: string,
  wantedPart: string,
): readonly (readonly [from: number, to: number])[] => {
  if (wantedPart === '') return [];
  const lower = lowerCaseWithOffsets(text);
  const found: (readonly [number, number])[] = [];
  for (
    let index = lower.text.indexOf(wantedPart);
    index !== -1;
    index = lower.text.indexOf(wantedPart, index + wantedPart.length)
  )
    found.push([lower.start(index), lower.end(index + wantedPart.length)]);
  return found;
};
