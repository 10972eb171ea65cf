import stringWidth from 'string-width';

const glyphs = '·•–…≤≥→×●▲✗○◌◇◆∅⊗⊘▌┃›▸▾░█▁▂▃▄▅▆▇─│╭╮╰╯├┤┬┴┼━┏┓┗┛';

/** By code unit: 1 for printable ASCII and our glyphs, which are one code unit and one cell each and need no segmentation. */
const singleCell = new Uint8Array(0x10000);
singleCell.fill(1, 0x20, 0x7f);
for (const glyph of glyphs) singleCell[glyph.charCodeAt(0)] = 1;

const segmenter = new Intl.Segmenter();

/** True if every character of the text is one code unit and one cell wide in every terminal. Called for every run of every frame. */
export const isSingleCellText = (text: string): boolean => {
  for (let index = 0; index < text.length; index++)
    if (singleCell[text.charCodeAt(index)] === 0) return false;
  return true;
};

/** Cache of widths. Segmenting a text costs as much as drawing a row, and texts repeat in every frame. */
const widthCache = new Map<string, number>();
const maxCachedWidths = 4096;
const longestKnown = 256;

const cachedWidth = (text: string): number => {
  const cached = widthCache.get(text);
  if (cached !== undefined) return cached;
  const width = stringWidth(text);
  if (widthCache.size >= maxCachedWidths) widthCache.clear();
  widthCache.set(text, width);
  return width;
};

/** Escape sequences have no width as a whole, so a text with them is not the sum of its characters. */
const escapeStart = /[\x1b\x9b]/;

const segmented = (text: string): number => {
  if (text.length <= longestKnown) return cachedWidth(text);
  if (escapeStart.test(text)) return stringWidth(text);
  let cells = 0;
  for (const { segment } of segmenter.segment(text))
    cells += segment.length <= longestKnown ? cachedWidth(segment) : stringWidth(segment);
  return cells;
};

/** The width of a text in cells: 2 for a CJK character, 0 for a combining mark. */
export const widthOf = (text: string): number => (isSingleCellText(text) ? text.length : segmented(text));

/** The part of a text in cells `from` to `to`. A double-width character cut in half becomes a space. */
export const sliceCells = (text: string, from: number, to: number): string => {
  if (isSingleCellText(text)) return text.slice(Math.max(0, from), Math.max(0, to));
  let result = '';
  let position = 0;
  for (const { segment } of segmenter.segment(text)) {
    const end = position + segmented(segment);
    if (position >= from && end <= to) result += segment;
    else result += ' '.repeat(Math.max(0, Math.min(end, to) - Math.max(position, from)));
    if (end >= to) break;
    position = end;
  }
  return result;
};

/** Truncates a text to `width` cells, with `mark` at its end. */
export const cut = (text: string, width: number, mark = '…'): string => {
  if (widthOf(text) <= width) return text;
  if (width <= 0) return '';
  return sliceCells(text, 0, width - 1).trimEnd() + mark;
};

/** Truncates a text in the middle: its beginning and end are the most informative, as in a URL. */
export const cutInside = (text: string, width: number, mark = '…'): string => {
  const all = widthOf(text);
  if (all <= width) return text;
  const before = Math.floor(width / 2);
  const after = Math.max(0, width - before - widthOf(mark));
  return sliceCells(text, 0, before) + mark + sliceCells(text, all - after, all);
};

/** The number of code units that fit `width` cells. */
const fitting = (text: string, width: number): number => {
  let cells = 0;
  for (const { segment, index } of segmenter.segment(text)) {
    cells += widthOf(segment);
    if (cells > width) return index;
  }
  return text.length;
};

/** Wraps a text at spaces (or anywhere, if there is none) into pieces of at most `width` cells; less than 1 counts as 1. */
export const wrap = (text: string, width: number): readonly string[] => {
  const room = Math.max(1, width);
  const pieces: string[] = [];
  let rest = text;
  while (widthOf(rest) > room) {
    const most = Math.max(1, fitting(rest, room));
    const blank = rest.lastIndexOf(' ', most);
    const index = blank > most / 2 ? blank : most;
    pieces.push(rest.slice(0, index));
    rest = rest.slice(index).trimStart();
  }
  return [...pieces, rest];
};
