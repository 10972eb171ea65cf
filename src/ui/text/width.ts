import stringWidth from 'string-width';

/** ASCII and the glyphs we draw ourselves: one code unit and one cell each, so they need not be segmented. */
const oneCellEach = /^[\x20-\x7e·–…≤≥→×●▲✗○◌◇◆∅⊗⊘▌┃›▸▾░█▁▂▃▄▅▆▇]*$/;
const segmenter = new Intl.Segmenter();

/** Every character of this text is one code unit and one cell wide, whatever the terminal. */
export const isSingleCellText = (text: string): boolean => oneCellEach.test(text);

/** Widths found out, of texts that stand on the screen frame after frame: to segment one costs as much as a row. */
const known = new Map<string, number>();
const mostKnown = 4096;
const longestKnown = 256;

const segmented = (text: string): number => {
  if (text.length > longestKnown) return stringWidth(text);
  const found = known.get(text);
  if (found !== undefined) return found;
  const width = stringWidth(text);
  if (known.size >= mostKnown) known.clear();
  known.set(text, width);
  return width;
};

/** Cells that a text takes on the terminal: 2 for a CJK character, 0 for a combining mark. */
export const widthOf = (text: string): number => (oneCellEach.test(text) ? text.length : segmented(text));

/** The part of a text in cells `from` to `to`; a wide character that is cut in half becomes a blank. */
export const sliceCells = (text: string, from: number, to: number): string => {
  if (oneCellEach.test(text)) return text.slice(Math.max(0, from), Math.max(0, to));
  let [result, at] = ['', 0];
  for (const { segment } of segmenter.segment(text)) {
    const end = at + segmented(segment);
    if (at >= from && end <= to) result += segment;
    else result += ' '.repeat(Math.max(0, Math.min(end, to) - Math.max(at, from)));
    if (end >= to) break;
    at = end;
  }
  return result;
};

/** The text, or as much of it as fits with `…` at its end. `mark` is what stands for the rest. */
export const cut = (text: string, width: number, mark = '…'): string => {
  if (widthOf(text) <= width) return text;
  if (width <= 0) return '';
  return sliceCells(text, 0, width - 1).trimEnd() + mark;
};

/** The text, or its beginning and its end: where a call goes stands first, and what it does last. */
export const cutInside = (text: string, width: number, mark = '…'): string => {
  const all = widthOf(text);
  if (all <= width) return text;
  const before = Math.floor(width / 2);
  const after = Math.max(0, width - before - widthOf(mark));
  return sliceCells(text, 0, before) + mark + sliceCells(text, all - after, all);
};

/** How much of a text fits `width` cells, in code units. */
const fitting = (text: string, width: number): number => {
  let cells = 0;
  for (const { segment, index } of segmenter.segment(text)) {
    cells += widthOf(segment);
    if (cells > width) return index;
  }
  return text.length;
};

/** A text broken at blanks (or, where there is none, anywhere) into pieces of at most `width` cells. */
export const wrap = (text: string, width: number): readonly string[] => {
  const pieces: string[] = [];
  let rest = text;
  while (widthOf(rest) > width) {
    const most = Math.max(1, fitting(rest, width));
    const blank = rest.lastIndexOf(' ', most);
    const at = blank > most / 2 ? blank : most;
    pieces.push(rest.slice(0, at));
    rest = rest.slice(at).trimStart();
  }
  return [...pieces, rest];
};
