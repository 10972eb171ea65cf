import { isObject } from '../domain/value-text.ts';

/** True for a map of texts alone, as nearly all of them are: it is taken as it is, since an answer may hold fifty thousand. */
const isStringMap = (value: unknown): value is Readonly<Record<string, string>> =>
  typeof value === 'object' &&
  value !== null &&
  !Array.isArray(value) &&
  Object.values(value).every((held) => typeof held === 'string');

/** The texts of a map of the wire: labels, annotations. */
export const stringMapOf = (value: unknown): Readonly<Record<string, string>> =>
  isStringMap(value) ? value : stringEntriesOf(value);

const stringEntriesOf = (value: unknown): Readonly<Record<string, string>> =>
  Object.fromEntries(
    entries(value).flatMap(([name, held]): readonly [string, string][] =>
      typeof held === 'string' ? [[name, held]] : [],
    ),
  );

/** What an alert says in a line: its summary, or else the first of what people write in its place; '' when it says nothing. */
export const alertSummary = (annotations: unknown): string =>
  ['summary', 'description', 'message']
    .map((name) => text(field(annotations, name)) ?? '')
    .find((said) => said !== '') ?? '';

/** A moment of the wire (RFC 3339) in ms since the epoch; undefined when it is none. */
export const parseRfc3339 = (value: unknown): number | undefined => {
  const ms = Date.parse(text(value) ?? '');
  return Number.isNaN(ms) ? undefined : ms;
};

/** What an object of the wire holds under a name; undefined when it is no object or has none. */
export const field = (value: unknown, name: string): unknown =>
  isObject(value) && Object.hasOwn(value, name) ? value[name] : undefined;

/** Names and values of an object of the wire, in its order; none when it is no object. */
export const entries = (value: unknown): readonly (readonly [string, unknown])[] =>
  isObject(value) ? Object.entries(value) : [];

/** The items of a list of the wire; none when it is no list. */
export const list = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

/** A text of the wire; undefined when it is none. */
export const text = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);

/** A finite number of the wire; NaN, infinities (which JSON writes as words) and anything else are no value. */
export const number = (value: unknown): number | undefined =>
  typeof value === 'number' && Number.isFinite(value) ? value : undefined;
