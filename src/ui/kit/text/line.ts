import type { TextRole } from '../theme/roles.ts';
import { sliceCells, widthOf } from './width.ts';

/** A piece of text with one role. */
export interface StyledRun {
  readonly text: string;
  readonly role: TextRole;
}

/** One row of the screen, left to right. */
export type StyledLine = readonly StyledRun[];

/** Joins neighboring runs of the same role, for lines made cell by cell. */
export const mergeRuns = (cells: readonly StyledRun[]): StyledLine => {
  const runs: StyledRun[] = [];
  for (const cell of cells) {
    const last = runs.at(-1);
    if (last?.role === cell.role) runs[runs.length - 1] = { ...last, text: last.text + cell.text };
    else runs.push(cell);
  }
  return runs;
};

/** The width of a line in cells. */
export const lineWidth = (line: StyledLine): number => line.reduce((sum, run) => sum + widthOf(run.text), 0);

/** The plain text of a line. */
export const lineToText = (line: StyledLine): string => line.map((run) => run.text).join('');

/** The part of a line in cells `from` to `to`. */
export const sliceLine = (line: StyledLine, from: number, to: number): StyledLine => {
  const result: StyledRun[] = [];
  let position = 0;
  for (const run of line) {
    const end = position + widthOf(run.text);
    if (end > from && position < to) {
      const text =
        position >= from && end <= to ? run.text : sliceCells(run.text, from - position, to - position);
      result.push({ text, role: run.role });
    }
    position = end;
  }
  return result;
};

const blanks = (cells: number, role: TextRole): StyledLine =>
  cells > 0 ? [{ text: ' '.repeat(cells), role }] : [];

/** Fits a line to exactly `width` cells: padded with spaces, or truncated with `mark` in the last cell. */
export const fitLine = (
  line: StyledLine,
  width: number,
  role: TextRole = 'plain',
  mark = '…',
): StyledLine => {
  const has = lineWidth(line);
  if (has <= width) return [...line, ...blanks(width - has, role)];
  if (width <= 0) return [];
  const visible = sliceLine(line, 0, width - 1);
  const last = visible.at(-1);
  return [...visible, { text: mark, role: last?.role ?? role }];
};

/** Separator between a statement and its remedy: 'connection refused · r refresh'. */
export const helpSeparator = ' · ';

/** Most of the width that is kept for what helps. */
const helpShare = 0.6;

/**
 * Like `fitLine`, but cuts a status line before its last run, if that begins with `helpSeparator`: the key that helps stays
 * whole, and the statement before it is shortened.
 */
export const fitStatusLine = (
  line: StyledLine,
  width: number,
  role: TextRole = 'plain',
  mark = '…',
): StyledLine => {
  const help = line.at(-1);
  const has = lineWidth(line);
  if (has <= width || help?.text.startsWith(helpSeparator) !== true) return fitLine(line, width, role, mark);
  const cells = widthOf(help.text);
  if (cells > width * helpShare) return fitLine(line, width, role, mark);
  return [...fitLine(line.slice(0, -1), width - cells, role, mark), help];
};

/** Minimum part of the width that text cut between words takes; a long word is cut. */
const minWordsShare = 1 / 3;

/** Like `fitLine`, but cuts after a whole word, for a sentence or a list: 'orders · billing…'. */
export const fitWords = (
  line: StyledLine,
  width: number,
  role: TextRole = 'plain',
  mark = '…',
): StyledLine => {
  if (width < 2 || lineWidth(line) <= width) return fitLine(line, width, role, mark);
  const seen = lineToText(sliceLine(line, 0, width));
  const end = [...seen.matchAll(/[^\s·@,:;-](?=[,:;]?\s)/g)]
    .map(({ index }) => widthOf(seen.slice(0, index + 1)))
    .findLast((cells) => cells < width);
  if (end === undefined || end < width * minWordsShare) return fitLine(line, width, role, mark);
  const kept = sliceLine(line, 0, end);
  return fitLine([...kept, { text: mark, role: kept.at(-1)?.role ?? role }], width, role, mark);
};

/** The places at which a name may be cut: after a separator or a blank. */
const wordStart = /(?<=[\s\-_./·:@])(?=\S)/g;

/** More code units than any usual character has. */
const maxUnitsPerCell = 12;
/** Minimum width of the end that a cut name keeps. */
const minTailCells = 4;
/** Minimum width of the beginning that ends with a whole word: a glyph is none. */
const minHeadCells = 3;

/** The words of a name, each with the blanks or the separator after it. */
export const splitNameWords = (text: string): readonly string[] => text.split(wordStart);

/** The cells of `text` at which words start, after the first one. */
const wordStarts = (text: string): readonly number[] => {
  const starts: number[] = [];
  let position = 0;
  let from = 0;
  for (const { index } of text.matchAll(wordStart)) {
    position += widthOf(text.slice(from, index));
    from = index;
    starts.push(position);
  }
  return starts;
};

/**
 * The number of cells kept at the end, at most `most`: the last word, or the last two if the last one is short. `tail`: the
 * last `most` cells of the name, so that a long text is not searched as a whole.
 */
const keptTail = (tail: string, most: number): number => {
  const start = wordStarts(tail).findLast((position) => most - position >= minTailCells);
  return start === undefined ? Math.floor(most / 2) : most - start;
};

/**
 * The number of cells kept at the beginning, at most `cells`: up to the end of the last whole word, or all of them within the
 * first word. `head`: one cell more than that, which tells whether a word ends there.
 */
const keptHead = (head: string, cells: number): number => {
  const ends = wordStarts(`${head}x`).map((position) => widthOf(sliceCells(head, 0, position).trimEnd()));
  return ends.findLast((position) => position <= cells && position >= minHeadCells) ?? cells;
};

/** Like `fitLine`, but cuts a name in its middle, between words: similar names differ at their ends. */
export const fitLineMiddle = (
  line: StyledLine,
  width: number,
  role: TextRole = 'plain',
  mark = '…',
): StyledLine => {
  const has = lineWidth(line);
  const most = Math.floor((width * 2) / 3);
  if (has <= width || most < 2) return fitLine(line, width, role, mark);
  const text = lineToText(line);
  // A cell has few code units, so a long text need not be segmented as a whole.
  const ending = text.slice(-maxUnitsPerCell * most);
  const endCells = widthOf(ending);
  const tail = has - keptTail(sliceCells(ending, endCells - most, endCells), most);
  const room = width - 1 - (has - tail);
  const head = keptHead(sliceCells(text.slice(0, maxUnitsPerCell * width), 0, room + 1), room);
  const cut = [...sliceLine(line, 0, head), { text: mark, role }, ...sliceLine(line, tail, has)];
  return fitLine(cut, width, role, mark);
};

/** Like `fitLine`, but pads at the left. */
export const fitLineRight = (
  line: StyledLine,
  width: number,
  role: TextRole = 'plain',
  mark = '…',
): StyledLine => {
  const has = lineWidth(line);
  return has <= width ? [...blanks(width - has, role), ...line] : fitLine(line, width, role, mark);
};

/** Puts `left` and `right` at the ends of `width` cells; truncates `left` if both do not fit. */
export const justifyLine = (
  left: StyledLine,
  right: StyledLine,
  width: number,
  role: TextRole = 'plain',
  mark = '…',
): StyledLine => {
  const room = width - lineWidth(right);
  return room < 1 ? fitLine(left, width, role, mark) : [...fitLine(left, room, role, mark), ...right];
};

/** The line without the blanks at its end. */
export const withoutEndBlanks = (line: StyledLine): StyledLine =>
  sliceLine(line, 0, widthOf(lineToText(line).trimEnd()));

/** Draws `over` on `base` from cell `at`. The result is as wide as the base. */
export const overlayLine = (base: StyledLine, position: number, over: StyledLine): StyledLine => {
  const width = lineWidth(base);
  const end = position + lineWidth(over);
  return sliceLine([...sliceLine(base, 0, position), ...over, ...sliceLine(base, end, width)], 0, width);
};
