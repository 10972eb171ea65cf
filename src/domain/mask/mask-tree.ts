import { isSecretField, secretPlaceholder } from './secret-fields.ts';

/** What is done to a text that leaves; `name`: the field that it is the value of, which may tell what it is. */
export type FieldMask = (text: string, name?: string) => string;

/** Names of fields are the contract of a command's JSON; what is no such word came from outside. */
const ownName = /^[a-z]\w*$/i;

/** Fields under which every name came from outside. */
const foreign: ReadonlySet<string> = new Set(['labels', 'fields', 'annotations']);

interface Place {
  /** Name of the field that holds the value. */
  readonly name?: string;
  /** The field above says that everything below it is secret. */
  readonly secret?: string;
  readonly isForeign?: boolean;
}

const under = ({ name, secret, isForeign }: Place, key: string): Place => {
  const hidden = isSecretField(key) ? key : secret;
  return {
    name: hidden ?? key,
    ...(hidden === undefined ? {} : { secret: hidden }),
    isForeign: isForeign === true || foreign.has(name ?? ''),
  };
};

/** Numbers of so many digits under a name for a secret are one. */
const isLongNumber = (value: unknown): boolean =>
  (typeof value === 'number' || typeof value === 'bigint') && /^-?\d{3,}/.test(String(value));

const entriesOf = (value: object, mask: FieldMask, place: Place): Readonly<Record<string, unknown>> => {
  const isForeign = place.isForeign === true || foreign.has(place.name ?? '');
  const seen = new Set<string>();
  const keyOf = (key: string): string => {
    const masked = ownName.test(key) && !isForeign ? key : mask(key);
    let free = masked;
    for (let nth = 2; seen.has(free); nth++) free = `${masked} (${nth})`;
    seen.add(free);
    return free;
  };
  return Object.fromEntries(
    Object.entries(value).map(([key, one]) => [keyOf(key), masked(one, mask, under(place, key))]),
  );
};

const masked = (value: unknown, mask: FieldMask, place: Place): unknown => {
  if (typeof value === 'string') return mask(value, place.name);
  if (place.secret !== undefined && isLongNumber(value)) return secretPlaceholder;
  if (typeof value !== 'object' || value === null) return value;
  // The name of a field that holds a list tells of its items only that they are secrets.
  if (Array.isArray(value)) {
    const { name: _, ...rest } = place;
    const item: Place = place.secret === undefined ? rest : { ...rest, name: place.secret };
    return value.map((one) => masked(one, mask, item));
  }
  if ('toJSON' in value && typeof value.toJSON === 'function') return masked(value.toJSON(), mask, place);
  return entriesOf(value, mask, place);
};

/**
 * Plain data with every text in it masked by its form and by the name of its field; names of fields too,
 * where they came from outside. Before it is laid out, so that nothing is cut in half.
 */
export const maskTree = <T>(value: T, mask: FieldMask): T =>
  // Texts are replaced by texts: the shape stays.
  masked(value, mask, {}) as T;
