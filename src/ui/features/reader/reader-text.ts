import type { RenderContext } from '../../render-context.ts';
import type { TextPen } from '../../text/pen.ts';

const none: readonly string[] = [];
const seen = new WeakMap<readonly string[], readonly string[]>();

/**
 * The lines of the text as they may be seen, before they are wrapped or searched: half a name would not be recognised. The
 * very same ones as before as long as they say the same: what the pen masks grows with what is learnt. None while the
 * text has not come.
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

/** A row of the reader: a line of the text, or a further piece of one that is longer than the card is wide. */
export interface ReaderRow {
  readonly text: string;
  /** Index of the line that it belongs to. */
  readonly line: number;
  /** True: its line began above it. */
  readonly isRest: boolean;
}

const made = new WeakMap<readonly string[], ReadonlyMap<number, readonly ReaderRow[]>>();

/** The text in rows of at most `width` cells; worked out once for each text and width. Further pieces keep the line's indent. */
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
    return pieces.map((piece, at) => ({ text: indent + piece, line, isRest: at > 0 }));
  });
  made.set(lines, new Map([[width, rows]]));
  return rows;
};

/** Indices of the lines that have the text; upper and lower case are the same. None while nothing is looked for. */
export const matchingLineIndices = (lines: readonly string[], text: string): readonly number[] => {
  const wanted = text.trim().toLowerCase();
  if (wanted === '') return [];
  return lines.flatMap((line, index) => (line.toLowerCase().includes(wanted) ? [index] : []));
};

/** The hit after (or before) line `from`, around the end; undefined when there is none. */
export const nextMatchingLine = (hits: readonly number[], from: number, step: 1 | -1): number | undefined =>
  step > 0
    ? (hits.find((hit) => hit > from) ?? hits[0])
    : (hits.findLast((hit) => hit < from) ?? hits.at(-1));
