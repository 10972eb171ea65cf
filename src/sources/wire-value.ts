import { isObject } from '../domain/is-object.ts';

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
