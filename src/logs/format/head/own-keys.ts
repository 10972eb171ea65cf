import type { LogKeys } from '../../../domain/profile/profile.ts';
import { asciiBytes } from './ascii.ts';
import { PairCursor } from './json-pairs.ts';

/** A key in lower case, or a path of keys: 'event.level' is a key of that name, or `level` in the object `event`. */
interface KeyPath {
  readonly key: Uint8Array;
  /** Each way to enter an object: its key, and the path inside. */
  readonly inside: readonly { readonly key: Uint8Array; readonly path: KeyPath }[];
}

/** Position of a value. */
interface ValuePlace {
  readonly from: number;
  readonly to: number;
}

const pathOf = (text: string): KeyPath => ({
  key: asciiBytes(text.toLowerCase()),
  inside: [...text.matchAll(/\./g)].map(({ index }) => ({
    key: asciiBytes(text.slice(0, index).toLowerCase()),
    path: pathOf(text.slice(index + 1)),
  })),
});

const compiled = new WeakMap<readonly string[], readonly KeyPath[]>();

const pathsOf = (keys: readonly string[]): readonly KeyPath[] => {
  const known = compiled.get(keys);
  if (known !== undefined) return known;
  const paths = keys.map(pathOf);
  compiled.set(keys, paths);
  return paths;
};

const placeOf = (bytes: Uint8Array, from: number, end: number, path: KeyPath): ValuePlace | undefined => {
  const pair = new PairCursor().open(bytes, from, end);
  let nested: ValuePlace | undefined;
  while (pair.next()) {
    if (pair.isKey(path.key)) return { from: pair.value, to: pair.valueEnd };
    const entry = pair.isObject() ? path.inside.find(({ key }) => pair.isKey(key)) : undefined;
    if (entry !== undefined) nested ??= placeOf(bytes, pair.value, pair.valueEnd, entry.path);
  }
  return nested;
};

/** Calls `take` with the values of a profile's keys in an object that begins at `from`, in the profile's order, until it returns true. */
export const takeOwnKey = (
  keys: LogKeys[keyof LogKeys],
  bytes: Uint8Array,
  { from, to }: ValuePlace,
  take: (place: ValuePlace) => boolean,
): void => {
  for (const path of pathsOf(keys ?? [])) {
    const place = placeOf(bytes, from, to, path);
    if (place !== undefined && take(place)) return;
  }
};

/** Returns the name and the value of the first of a profile's keys that a parsed object has. */
export const ownValue = (
  value: object,
  keys: LogKeys[keyof LogKeys],
): { readonly name: string; readonly value: unknown } | undefined => {
  for (const name of keys ?? []) {
    const found = entryAt(value, name.toLowerCase(), '');
    if (found !== undefined) return found;
  }
  return undefined;
};

const entryAt = (
  value: object,
  path: string,
  prefix: string,
): { readonly name: string; readonly value: unknown } | undefined => {
  for (const [key, element] of Object.entries(value)) {
    const lower = key.toLowerCase();
    if (lower === path) return { name: prefix + key, value: element };
    if (typeof element !== 'object' || element === null || !path.startsWith(`${lower}.`)) continue;
    const found = entryAt(element, path.slice(lower.length + 1), `${prefix}${key}.`);
    if (found !== undefined) return found;
  }
  return undefined;
};
