import type { TextPen } from './pen.ts';

/** The character of a full cell of a bar below its top. */
const fullCell = ['█', '#'] as const;

/**
 * The character of a bar in a row, counted from below, of bars that are `rows` high: full, a part, or blank. `share`: the part of
 * the highest bar. The topmost cell is never full, so that bars do not touch the row above them.
 */
export const barStep = (
  { sparkSteps: steps, ascii }: Pick<TextPen, 'sparkSteps' | 'ascii'>,
  share: number,
  { row, rows }: { readonly row: number; readonly rows: number },
): string => {
  const part = share * rows - row;
  if (part <= 0) return ' ';
  if (part >= 1) return row === rows - 1 ? (steps.at(-1) ?? ' ') : fullCell[ascii ? 1 : 0];
  return steps[Math.max(0, Math.ceil(steps.length * part) - 1)] ?? ' ';
};
