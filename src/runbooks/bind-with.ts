import type { ParamValues } from '../domain/param-value.ts';
import { bindParams, namesIn } from './bind.ts';

type With = Readonly<Record<string, unknown>>;

/**
 * A value as a part of an address (RFC 3986, 2.1): what would end the part or begin another is percent-encoded. Throws for
 * one that no encoding makes a part of its own: an empty one, '.' and '..' are taken away when the address is read.
 */
const partOfAddress = (value: string): string => {
  if (value === '' || value === '.' || value === '..')
    throw new Error(`"${value}" cannot be a part of an address`);
  return encodeURIComponent(value);
};

/** The values that a text names, each as a part of an address. */
const partsFor = (text: unknown, values: ParamValues): ParamValues =>
  Object.fromEntries(
    namesIn(text).flatMap((name) =>
      Object.hasOwn(values, name) ? [[name, partOfAddress(String(values[name]))]] : [],
    ),
  );

/** A step's `with`, bound; in the keys named by `encoded` each value is one part of an address, whatever it holds. */
export const bindWith = (given: With, values: ParamValues, encoded: readonly string[]): With =>
  Object.fromEntries(
    Object.entries(given).map(([key, part]) => [
      key,
      bindParams(part, encoded.includes(key) ? partsFor(part, values) : values),
    ]),
  );
