import fc from 'fast-check';

/** Any JSON value. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [name: string]: Json };

/** The value of a JSON text; undefined for another text. */
export const parsedJson = (text: string): Json | undefined => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

/** The place of a field in a JSON value. */
export type FieldPath = readonly (string | number)[];

/** The places of all fields in a value, those of objects and lists included. */
export const fieldPaths = (value: Json, fieldPath: FieldPath = []): readonly FieldPath[] => {
  const here = fieldPath.length === 0 ? [] : [fieldPath];
  if (typeof value !== 'object' || value === null) return here;
  const inner: readonly (readonly [string | number, Json])[] = Array.isArray(value)
    ? value.map((json: Json, index) => [index, json] as const)
    : Object.entries(value);
  return [...here, ...inner.flatMap(([name, json]) => fieldPaths(json, [...fieldPath, name]))];
};

/** Returns the value with another one at the place of a field; undefined removes the field. */
export const withField = (value: Json, [name, ...rest]: FieldPath, forged: Json | undefined): Json => {
  if (name === undefined) return forged ?? null;
  if (Array.isArray(value))
    return value.map((json: Json, index) => (index === name ? withField(json, rest, forged) : json));
  const { [name]: old = null, ...others } = value as { readonly [name: string]: Json };
  if (rest.length === 0 && forged === undefined) return others;
  return { ...others, [name]: withField(old, rest, forged) };
};

/** A call that no profile contains. */
const call = { title: 'x', use: 'bus.move', with: { name: 'ledger', to: 'open' } } as const;

/** Values that a forger would write into a field. */
export const hostileValue: fc.Arbitrary<Json | undefined> = fc.constantFrom<Json | undefined>(
  undefined,
  null,
  true,
  false,
  0,
  1,
  -1,
  Number.MAX_SAFE_INTEGER,
  '',
  'forged',
  'closed',
  'open',
  'ledger',
  'bus.move',
  'api.request',
  'destructive',
  'read',
  '../../../etc/passwd',
  '${exec:/bin/true}',
  '\u001b[2J\u202e',
  'x'.repeat(5000),
  [],
  {},
  call,
  [call],
  [[call]],
  { constructor: 'x', toString: 'x' },
);
