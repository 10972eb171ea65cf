import { defined } from '../base/defined.ts';
import { isSecretField, secretPlaceholder } from './secret-fields.ts';

/** Masks an outgoing text; `name`: the field that contains it, which may reveal its class. */
export type FieldMask = (text: string, name?: string) => string;

/** Field names of a command's JSON are its contract; any other name came from outside. */
const ownName = /^[a-z]\w*$/i;

/** Fields whose keys all come from outside. */
const foreign: ReadonlySet<string> = new Set(['labels', 'fields', 'annotations']);

interface Place {
  /** Name of the field that contains the value. */
  readonly name?: string;
  /** Set when an ancestor field marks everything below it as secret. */
  readonly secret?: string;
  readonly isForeign?: boolean;
}

const under = ({ name, secret, isForeign }: Place, key: string): Place => {
  const hidden = isSecretField(key) ? key : secret;
  return {
    name: hidden ?? key,
    ...defined({ secret: hidden }),
    isForeign: isForeign === true || foreign.has(name ?? ''),
  };
};

/** Detects numbers long enough to be a secret under a secret's name. */
const isLongNumber = (value: unknown): boolean =>
  (typeof value === 'number' || typeof value === 'bigint') && /^-?\d{3,}/.test(String(value));

const nameKey = /^(?:name|key|id|field|variable|k)$/i;
const valueKey = /^(?:value|val|default|v)$/i;

/** The name that a member gives its sibling: `{ name: 'DB_PASSWORD', value: … }`, as variables of a container are listed. */
const siblingName = (members: readonly (readonly [string, unknown])[]): string | undefined => {
  const found = members.find(
    ([key, name]) => nameKey.test(key) && typeof name === 'string' && isSecretField(name),
  );
  return found === undefined ? undefined : String(found[1]);
};

/** A number is data of opsdeck far more often than the value of a variable: a sibling's name says nothing of it. */
const besideName = (place: Place, key: string, element: unknown, sibling: string | undefined): Place =>
  sibling !== undefined && valueKey.test(key) && typeof element !== 'number' && typeof element !== 'bigint'
    ? { ...place, name: sibling, secret: sibling }
    : place;

/** A secret that consists of digits is one as a number, too. */
const isKnownNumber = (value: unknown, mask: FieldMask): boolean =>
  (typeof value === 'number' || typeof value === 'bigint') &&
  /^\d{4,}$/.test(String(value)) &&
  mask(String(value)) === secretPlaceholder;

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
  const members = Object.entries(value);
  const sibling = siblingName(members);
  return Object.fromEntries(
    members.map(([key, element]) => [
      keyOf(key),
      masked(element, mask, besideName(under(place, key), key, element, sibling)),
    ]),
  );
};

const masked = (value: unknown, mask: FieldMask, place: Place): unknown => {
  if (typeof value === 'string') return mask(value, place.name);
  if (place.secret !== undefined && isLongNumber(value)) return secretPlaceholder;
  if (isKnownNumber(value, mask)) return secretPlaceholder;
  if (typeof value !== 'object' || value === null) return value;
  // The name of a list field says about its items only whether they are secret.
  if (Array.isArray(value)) {
    const { name: _, ...rest } = place;
    const item: Place = place.secret === undefined ? rest : { ...rest, name: place.secret };
    return value.map((element) => masked(element, mask, item));
  }
  if ('toJSON' in value && typeof value.toJSON === 'function') return masked(value.toJSON(), mask, place);
  return entriesOf(value, mask, place);
};

/**
 * Masks every text in plain data by its form and its field's name; also field names that came from outside. Runs before
 * layout, so that nothing is cut in half.
 */
export const maskTree = <T>(value: T, mask: FieldMask): T =>
  // Texts replace texts, so the type stays.
  masked(value, mask, {}) as T;
