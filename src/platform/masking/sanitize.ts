import { stripControls } from '../../domain/text/controls.ts';
import { cutText, headText } from '../../domain/text/cut-text.ts';
import { secretMasker } from './secrets.ts';

/** Objects with keys that differ from the wire, and those keys. */
const respelled = new WeakMap<object, ReadonlySet<string>>();

/**
 * True if a key of a stripped value differs from the wire: it may be shown, but sent back it would name another
 * field.
 */
export const hasAlteredKey = (holder: object, key: string): boolean =>
  respelled.get(holder)?.has(key) === true;

/** Objects and lists that contain a stripped text or key at any depth. */
const altered = new WeakSet<object>();

/** True if a stripped value differs from the wire at any depth: it may be shown, but not sent back. */
export const hasAlteredText = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && altered.has(value);

const differs = (was: unknown, is: unknown): boolean =>
  typeof is === 'object' ? hasAlteredText(is) : was !== is;

/** Strips every string and key of a parsed JSON value. */
export const sanitizeDeep = (value: unknown): unknown => {
  if (typeof value === 'string') return stripControls(value);
  if (Array.isArray(value)) {
    const items = value.map(sanitizeDeep);
    if (items.some((item, index) => differs(value[index], item))) altered.add(items);
    return items;
  }
  if (typeof value !== 'object' || value === null) return value;
  const stripped = Object.entries(value).map(
    ([key, was]) => ({ key: stripControls(key), clean: sanitizeDeep(was), wireKey: key, was }) as const,
  );
  const result = Object.fromEntries(stripped.map(({ key, clean }) => [key, clean]));
  const others = stripped.flatMap(({ key, wireKey }) => (key === wireKey ? [] : [key]));
  if (others.length > 0) respelled.set(result, new Set(others));
  if (others.length > 0 || stripped.some(({ was, clean }) => differs(was, clean))) altered.add(result);
  return result;
};

/** Notes that the members of a stripped object or list were moved into another one. */
export const noteMergedText = (from: object, into: object): void => {
  if (!altered.has(from)) return;
  altered.add(into);
  const keys = respelled.get(from);
  if (keys !== undefined) respelled.set(into, new Set([...(respelled.get(into) ?? []), ...keys]));
};

/** Notes that a stripped object or list became a member of another one. */
export const noteMemberText = (member: object, of: object): void => {
  if (altered.has(member)) altered.add(of);
};

/** Escapes that may encode a control character: all except quotes, slashes, line ends, tabs and <, >, &. */
const oddEscape = /\\(?!["\\/nt]|u003[ce]|u0026)/i;

/**
 * True if no string of this JSON can contain characters to strip. Checking the text is ten times faster than walking
 * the value.
 */
const isPlain = (json: string): boolean => !oddEscape.test(json) && stripControls(json) === json;

/**
 * Parses a JSON text and strips its strings afterwards: stripping first, an escape that opens a string would swallow what
 * follows. Throws a SyntaxError.
 */
export const parseStripped = (json: string): unknown => {
  const value: unknown = JSON.parse(json);
  return isPlain(json) ? value : sanitizeDeep(value);
};

/** The most characters of a text to examine for one line. */
const lookedAt = 65_536;

/** Truncates a text to `max` characters with an ellipsis. Masks it first: no pattern recognizes half a secret. */
export const clipped = (text: string, max: number): string =>
  text.length <= max
    ? text
    : cutText(secretMasker.outgoing(headText(text, Math.max(lookedAt, 4 * max))), max);

/**
 * Reduces a text to one line of at most `max` characters: masked, controls stripped, whitespace collapsed, cut with
 * an ellipsis. Masked before and after stripping: an escape sequence or collapsed whitespace inside a secret would
 * hide it.
 */
export const oneLine = (text: string, max = 160): string => {
  const plain = secretMasker.mask(
    stripControls(secretMasker.mask(headText(text, Math.max(lookedAt, 4 * max)))),
  );
  return clipped(plain.replaceAll(/\s+/g, ' ').trim(), max);
};
