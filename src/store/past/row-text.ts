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

/** The row that `rowText` was given, from its parsed text. */
export const rowOf = (parsed: Readonly<Record<string, unknown>>, stamp?: number): Record<string, unknown> => {
  const { [odd]: rest, ...others } = parsed;
  const row: Record<string, unknown> = others;
  if (stamp !== undefined && !Object.hasOwn(row, 'at')) row.at = stamp;
  if (typeof rest === 'object' && rest !== null)
    for (const [name, text] of Object.entries(rest)) row[name] = oddOf(String(text));
  return row;
};
