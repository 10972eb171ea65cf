import type { Comparison } from '../../domain/facts/bound-hints.ts';
import { levelRank } from '../../domain/facts/level.ts';
import type { Field, FieldValue } from '../../kinds/define/fields.ts';
import { isLevel } from './operand.ts';

export type OperandValue = FieldValue | boolean;
type Ordered = string | number | bigint;

/** Uses `==` on purpose: the offset 5n equals the number 5. Both sides are numbers, or both are texts. */
const inOrder = (left: Ordered, op: Comparison, right: Ordered): boolean => {
  // biome-ignore lint/suspicious/noDoubleEquals: see above
  const same = left == right;
  switch (op) {
    case '=':
      return same;
    case '!=':
      return !same;
    case '<':
      return left < right;
    case '<=':
      return left < right || same;
    case '>':
      return left > right;
    case '>=':
      return left > right || same;
  }
};

const numberOf = (value: OperandValue): number | bigint | undefined => {
  if (typeof value === 'number' || typeof value === 'bigint') return value;
  if (typeof value !== 'string' || value.trim() === '') return undefined;
  if (/^-?\d+$/.test(value)) return BigInt(value);
  const number = Number(value);
  return Number.isNaN(number) ? undefined : number;
};

const timeOf = (value: OperandValue): number | undefined => {
  const ms = Date.parse(String(value));
  return Number.isNaN(ms) ? undefined : ms;
};

const both = <T extends Ordered>(
  left: T | undefined,
  op: Comparison,
  right: T | undefined,
): boolean | undefined => (left === undefined || right === undefined ? undefined : inOrder(left, op, right));

/** Compares levels by rank: `>=` is that level or worse. The level unknown compares only with unknown. */
export const compareLevels = (left: string, op: Comparison, right: string): boolean | undefined => {
  if (!isLevel(left) || !isLevel(right)) return undefined;
  return left === 'unknown' && right !== 'unknown'
    ? undefined
    : inOrder(levelRank[left], op, levelRank[right]);
};

/** Compares two numbers, also as decimal text of any length; undefined when either is not a number. */
export const compareNumbers = (
  left: OperandValue,
  op: Comparison,
  right: OperandValue,
): boolean | undefined => both(numberOf(left), op, numberOf(right));

const compareList = (left: readonly string[], op: Comparison, right: string): boolean | undefined => {
  if (op === '=') return left.includes(right);
  return op === '!=' ? !left.includes(right) : undefined;
};

/**
 * Compares a field's value by its type; undefined when the result is unknown. A list equals each of its members. The
 * state 'unknown' neither equals nor differs from any other state.
 */
export const compareField = (
  { type, anyCase }: Pick<Field<never>, 'type' | 'anyCase'>,
  left: FieldValue,
  op: Comparison,
  right: OperandValue,
): boolean | undefined => {
  if (type === 'level') return compareLevels(String(left), op, String(right));
  if (type === 'number') return compareNumbers(left, op, right);
  if (type === 'time') return both(timeOf(left), op, timeOf(right));
  if (typeof left === 'object') return compareList(left, op, String(right));
  if (type === 'state' && left === 'unknown' && right !== 'unknown') return undefined;
  const actual = String(left);
  const expected = String(right);
  return anyCase === true
    ? inOrder(actual.toLowerCase(), op, expected.toLowerCase())
    : inOrder(actual, op, expected);
};
