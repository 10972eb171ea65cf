/** A text as it reads when what JSON escapes in it is taken for what it means. */
export interface Unescaped {
  readonly text: string;
  /** Where a place of it lies in the text as it stands. */
  place(at: number): number;
}

const escaped = /(?<!\\)\\+(?:u([0-9a-f]{4})|(["/bfnrt]))/gi;

const meant: Readonly<Record<string, string>> = { '"': '"', '/': '/' };

/** Escaped quotes are quotes, line feeds and the like are blanks: names end there. Backslashes of other kinds stay. */
export const unescaped = (text: string): Unescaped => {
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
