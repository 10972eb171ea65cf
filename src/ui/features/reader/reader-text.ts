import type { TextPen } from '../../kit/text/pen.ts';
import type { RenderContext } from '../../shell/contract/render-context.ts';

const none: readonly string[] = [];
const seen = new WeakMap<readonly string[], readonly string[]>();

/**
 * Masked lines of the text, before wrapping and search, since a wrapped name would not be recognized. Returns the
 * same array while the content is unchanged. Empty while loading.
 */
export const maskedReaderLines = ({
  cockpit,
  pen,
}: Pick<RenderContext, 'cockpit' | 'pen'>): readonly string[] => {
  const { description: reading } = cockpit;
  if (reading?.state.is !== 'read') return none;
  const { lines } = reading.state;
  const now = lines.map((line) => pen.maskText(line));
  const had = seen.get(lines);
  if (had?.every((line, index) => line === now[index]) === true) return had;
  seen.set(lines, now);
  return now;
};

/** A row of the reader: a line, or a continuation of a wrapped line. */
export interface ReaderRow {
  readonly text: string;
  /** Index of its line. */
  readonly line: number;
  /** True if it is a continuation. */
  readonly isRest: boolean;
}

const made = new WeakMap<readonly string[], ReadonlyMap<number, readonly ReaderRow[]>>();

/** Wraps the text to `width` cells, cached per text and width. Continuations keep the indent of their line. */
export const wrapReaderText = (
  lines: readonly string[],
  width: number,
  pen: Pick<TextPen, 'wrap'>,
): readonly ReaderRow[] => {
  const known = made.get(lines)?.get(width);
  if (known !== undefined) return known;
  const rows = lines.flatMap((text, line): readonly ReaderRow[] => {
    const indent = ' '.repeat(Math.min(text.length - text.trimStart().length, Math.floor(width / 3)));
    const pieces = pen.wrap(text.trim(), Math.max(1, width - indent.length));
    return pieces.map((piece, index) => ({ text: indent + piece, line, isRest: index > 0 }));
  });
  made.set(lines, new Map([[width, rows]]));
  return rows;
};

/** Indices of lines that contain the text, ignoring case; empty for an empty search. */
export const matchingLineIndices = (lines: readonly string[], text: string): readonly number[] => {
  const wantedPart = text.trim().toLowerCase();
  if (wantedPart === '') return [];
  return lines.flatMap((line, index) => (line.toLowerCase().includes(wantedPart) ? [index] : []));
};

/** The match after or before line `from`, wrapping around; undefined if there is none. */
export const nextMatchingLine = (hits: readonly number[], from: number, step: 1 | -1): number | undefined =>
  step > 0
    ? (hits.find((hit) => hit > from) ?? hits[0])
    : (hits.findLast((hit) => hit < from) ?? hits.at(-1));
