import { stripControls } from '../../domain/controls.ts';
import { cutText, headText } from '../../domain/mask/cut-text.ts';
import { secretMasker } from './secrets.ts';

/** Objects with keys that are spelled otherwise on the wire, and those keys as they are here. */
const respelled = new WeakMap<object, ReadonlySet<string>>();

/** True when a key of a stripped value is not what the wire calls it: it may be shown, and sent back it names another. */
export const hasAlteredKey = (holder: object, key: string): boolean =>
  respelled.get(holder)?.has(key) === true;

/** Objects and lists in which, however deep, something was taken out of a text or a key. */
const altered = new WeakSet<object>();

/** True when a stripped value is not, however deep, what came by the wire: it may be shown, and sent back it is another. */
export const hasAlteredText = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && altered.has(value);

const differs = (was: unknown, is: unknown): boolean =>
  typeof is === 'object' ? hasAlteredText(is) : was !== is;

/** A parsed JSON value with every string stripped, keys too (written out or as \u001b escapes, it is the same here). */
export const sanitizeDeep = (value: unknown): unknown => {
  if (typeof value === 'string') return stripControls(value);
  if (Array.isArray(value)) {
    const items = value.map(sanitizeDeep);
    if (items.some((item, index) => differs(value[index], item))) altered.add(items);
    return items;
  }
  if (typeof value !== 'object' || value === null) return value;
  const stripped = Object.entries(value).map(
    ([key, held]) =>
      ({ key: stripControls(key), held: sanitizeDeep(held), wireKey: key, was: held }) as const,
  );
  const result = Object.fromEntries(stripped.map(({ key, held }) => [key, held]));
  const others = stripped.flatMap(({ key, wireKey }) => (key === wireKey ? [] : [key]));
  if (others.length > 0) respelled.set(result, new Set(others));
  if (others.length > 0 || stripped.some(({ was, held }) => differs(was, held))) altered.add(result);
  return result;
};

/** So much of a text is looked at for one line of it. */
const lookedAt = 65_536;

/** A text of at most `max` characters, the rest an ellipsis. What is cut is masked before: half a secret is recognised by nothing. */
export const clipped = (text: string, max: number): string =>
  text.length <= max
    ? text
    : cutText(secretMasker.outgoing(headText(text, Math.max(lookedAt, 4 * max))), max);

/**
 * One line of at most `max` characters, for a message: masked, controls stripped, blanks folded, cut with an ellipsis.
 * Masked before and after it is stripped: an escape inside a secret hides it, and so does a folded blank.
 */
export const oneLine = (text: string, max = 160): string => {
  const plain = secretMasker.mask(
    stripControls(secretMasker.mask(headText(text, Math.max(lookedAt, 4 * max)))),
  );
  return clipped(plain.replaceAll(/\s+/g, ' ').trim(), max);
};
