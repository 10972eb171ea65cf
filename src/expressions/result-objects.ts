import { isInBound, parseBound } from '../domain/facts/threshold.ts';
import type { Truth } from './rows/truth.ts';

/** Columns that name a row: 'id', 'order_id', 'relname'. */
export const naming =
  /^(?:.*_)?(?:id|uid|oid|uuid|key|pid|name|instance|pod|host|node|queue|topic|group|partition|slot|user|role|database|table|index)$|name$/i;

/** True for a number, also as text. */
export const isNumeric = (cell: unknown): boolean =>
  typeof cell !== 'string' || (cell.trim() !== '' && !Number.isNaN(Number(cell)));

/** Returns whether a cell meets an expected value: a bound, or the value itself. */
export const isMet = (expected: string, cell: unknown): boolean => {
  const parsed = parseBound(expected);
  if (/^\s*[=!<>≥≤≠]/.test(expected) && !('error' in parsed))
    return isInBound(parsed, typeof cell === 'number' ? cell : String(cell)) === true;
  return String(cell) === expected || (isNumeric(cell) && Number(cell) === Number(expected));
};

/** The answer about an object that failed before the action, and is gone. `was`: its field and the value, as shown. */
export const goneObject = (
  object: string,
  was: { readonly field: string; readonly value: string },
): Truth => ({
  value: 'unknown',
  why: `${object} is gone. Before the action its ${was.field} was ${was.value}`,
  missing: { is: 'gone', object },
});
