import { isObject } from '../../../domain/text/value-text.ts';
import { WireError } from '../../../platform/runtime/wire-error.ts';

/**
 * True for a map of strings only, as nearly all are. It is used as it is, since a response may contain fifty thousand.
 */
const isStringMap = (value: unknown): value is Readonly<Record<string, string>> =>
  typeof value === 'object' &&
  value !== null &&
  !Array.isArray(value) &&
  Object.values(value).every((item) => typeof item === 'string');

/** The string entries of a parsed map: labels, annotations. */
export const stringMapOf = (value: unknown): Readonly<Record<string, string>> =>
  isStringMap(value) ? value : stringEntriesOf(value);

const stringEntriesOf = (value: unknown): Readonly<Record<string, string>> =>
  Object.fromEntries(
    entries(value).flatMap(([name, item]): readonly [string, string][] =>
      typeof item === 'string' ? [[name, item]] : [],
    ),
  );

/** One-line summary of an alert: the `summary` annotation, otherwise the first common alternative; '' without any. */
export const alertSummary = (annotations: unknown): string =>
  ['summary', 'description', 'message']
    .map((name) => text(field(annotations, name)) ?? '')
    .find((message) => message !== '') ?? '';

/** The `description` annotation of an alert, where it says more than its summary; absent otherwise. */
export const alertDescription = (annotations: unknown): { readonly description?: string } => {
  const description = text(field(annotations, 'description')) ?? '';
  return description === '' || description === alertSummary(annotations) ? {} : { description };
};

/** The runbook of an alert: the `runbook_url` annotation, or the older name `runbook`; absent without one. */
export const alertRunbook = (annotations: unknown): { readonly runbookUrl?: string } => {
  const runbookUrl = ['runbook_url', 'runbook']
    .map((name) => text(field(annotations, name)) ?? '')
    .find((url) => url !== '');
  return runbookUrl === undefined ? {} : { runbookUrl };
};

/** Converts an RFC 3339 time to ms since the epoch; undefined when it is not one. */
export const parseRfc3339 = (value: unknown): number | undefined => {
  const ms = Date.parse(text(value) ?? '');
  // Go writes a time that is not set as the year 1.
  return ms >= 0 ? ms : undefined;
};

/** A field of a parsed object; undefined when the value is not an object or lacks the field. */
export const field = (value: unknown, name: string): unknown =>
  isObject(value) && Object.hasOwn(value, name) ? value[name] : undefined;

/** Entries of a parsed object, in its order; none when the value is not an object. */
export const entries = (value: unknown): readonly (readonly [string, unknown])[] =>
  isObject(value) ? Object.entries(value) : [];

/** Items of a parsed list; none when the value is not a list. */
export const list = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

/** Items of a list that the protocol promises. Throws WireError `malformed` for anything else. */
export const requiredList = (value: unknown, name: string): readonly unknown[] => {
  if (!Array.isArray(value))
    throw new WireError(
      'malformed',
      `the response has no list ${name}: check the address and the version of the server`,
    );
  return value;
};

/** Items of a list that a Go program promises: null is its empty list. Throws WireError `malformed` for anything else. */
export const goList = (value: unknown, name: string): readonly unknown[] =>
  value === null ? [] : requiredList(value, name);

/** Entries of an object that the protocol promises. Throws WireError `malformed` for anything else. */
export const requiredEntries = (value: unknown, name: string): readonly (readonly [string, unknown])[] => {
  if (!isObject(value) || Array.isArray(value))
    throw new WireError(
      'malformed',
      `the response has no object ${name}: check the address and the version of the server`,
    );
  return Object.entries(value);
};

/** A parsed string; undefined for anything else. */
export const text = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);

/** A parsed finite number; undefined for NaN, infinities (which JSON writes as strings) and anything else. */
export const number = (value: unknown): number | undefined =>
  typeof value === 'number' && Number.isFinite(value) ? value : undefined;
