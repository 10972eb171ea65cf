import { secretWords } from '../../domain/mask/field-kinds.ts';
import { maskTree, type NamedMask } from '../../domain/mask/mask-tree.ts';

/** Name of the field that holds what JSON has no word for; no fact has a field of this name. */
const odd = '$';

/** What JSON cannot say: 64-bit offsets, and numbers that are none. */
const isOdd = (value: unknown): value is bigint | number =>
  typeof value === 'bigint' || (typeof value === 'number' && !Number.isFinite(value));

const oddOf = (text: string): bigint | number => (/^-?\d+$/.test(text) ? BigInt(text) : Number(text));

/**
 * One row as JSON, so that `rowOf` gives the same again. Its `at` is left out where it is `stamp`: all rows of an
 * answer were read at one moment, and one that says the same as before is the same text.
 */
export const rowText = (row: object, stamp?: number): string => {
  const plain: Record<string, unknown> = { ...row };
  if (stamp !== undefined && plain.at === stamp) delete plain.at;
  let rest: Record<string, string> | undefined;
  for (const name in plain) {
    const value = plain[name];
    if (!isOdd(value)) continue;
    rest = { ...rest, [name]: String(value) };
    delete plain[name];
  }
  return JSON.stringify(rest === undefined ? plain : { ...plain, [odd]: rest });
};

/** What takes secrets out of a text. */
export type Mask = NamedMask;

/** A field whose name says that its value is a secret, in JSON. */
const secretField = new RegExp(`(?:${secretWords})(?:[-_.]\\w+)?"\\s*:`, 'i');

/** JSON without secrets. Only texts in it are masked: digits that look like one are a number all the same. */
export const maskedText = (text: string, mask: Mask): string =>
  mask(text) === text && !secretField.test(text) ? text : JSON.stringify(maskTree(JSON.parse(text), mask));

/** The row that `rowText` was given, from its parsed text, which it becomes: thousands of rows are not copied. */
export const rowOf = (row: Record<string, unknown>, stamp?: number): Record<string, unknown> => {
  const rest = row[odd];
  if (typeof rest === 'object' && rest !== null) {
    delete row[odd];
    for (const [name, text] of Object.entries(rest)) row[name] = oddOf(String(text));
  }
  if (stamp !== undefined && row.at === undefined) row.at = stamp;
  return row;
};
