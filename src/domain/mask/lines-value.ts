/** The value at a position of a text. */
export interface AssignedValue {
  readonly from: number;
  readonly to: number;
  /** 'list': a list or an object begins at `from`. 'block': lines, as YAML, shells and Python write them. */
  readonly is: 'quoted' | 'bare' | 'list' | 'block';
}

/** Returns what a sticky pattern matches at a position. */
export const matchAt = (pattern: RegExp, text: string, index: number): string | undefined => {
  pattern.lastIndex = index;
  return pattern.exec(text)?.[0];
};

const blockStart = /[|>][-+\d]{0,2}[ \t]*(?:#[^\n]{0,200})?\r?\n/y;
/** The lines of a YAML block scalar: those that are indented more than the line of its name. */
const blockValue = (text: string, index: number): AssignedValue | undefined => {
  const start = matchAt(blockStart, text, index);
  if (start === undefined) return undefined;
  const lineStart = text.lastIndexOf('\n', index) + 1;
  const indent = text.slice(lineStart).search(/[^ \t]/);
  const first = index + start.length;
  let from = first;
  let to = first;
  for (let next = first; next < text.length; ) {
    const end = text.indexOf('\n', next);
    const line = text.slice(next, end < 0 ? text.length : end);
    const depth = line.search(/\S/);
    if (depth >= 0 && depth <= indent) break;
    if (depth >= 0) {
      if (from === to) from = next + depth;
      to = next + line.trimEnd().length;
    }
    next += line.length + 1;
  }
  return from === to ? undefined : { from, to, is: 'block' };
};

/** The word that ends a here-document, as shells, Ruby and HCL write it; a shell may put `$(cat` before it. */
const hereStart =
  /(?:["']?\$\([ \t]{0,20}(?:\/bin\/)?cat[ \t]{1,20})?<<[-~]?[ \t]{0,20}(["']?)([A-Za-z_]\w{0,63})\1(?!>>)[^\n]{0,200}\n/y;

/** The lines up to the word that ends them, or to the end of the text, which may be cut. */
const hereDocument = (text: string, index: number): AssignedValue | undefined => {
  hereStart.lastIndex = index;
  const start = hereStart.exec(text);
  if (start === null) return undefined;
  const from = index + start[0].length;
  for (let next = from; next < text.length; ) {
    const end = text.indexOf('\n', next);
    const stop = end < 0 ? text.length : end;
    if (text.slice(next, stop).trim() === start[2])
      return next === from ? undefined : { from, to: next - 1, is: 'block' };
    next = stop + 1;
  }
  return from < text.length ? { from, to: text.length, is: 'block' } : undefined;
};

const longQuote = /(?:[bBfFrRuU]{1,2})?("""|''')\r?\n?/y;

/** A text in three quotes, as Python, TOML, Kotlin and Java write it. */
const longQuoted = (text: string, index: number): AssignedValue | undefined => {
  longQuote.lastIndex = index;
  const start = longQuote.exec(text);
  if (start === null) return undefined;
  const from = index + start[0].length;
  const close = text.indexOf(start[1] ?? '', from);
  const to = close < 0 ? text.length : close;
  return from < to ? { from, to: from + text.slice(from, to).trimEnd().length, is: 'block' } : undefined;
};

/** Returns the value of several lines that begins at a position; undefined if none does. */
export const linesValueAt = (text: string, index: number): AssignedValue | undefined =>
  hereDocument(text, index) ?? longQuoted(text, index) ?? blockValue(text, index);
