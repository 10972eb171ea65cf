import { entries, field, text } from './wire-value.ts';

/** The texts of a map of the wire: labels, annotations. */
export const textsOf = (value: unknown): Readonly<Record<string, string>> =>
  Object.fromEntries(
    entries(value).flatMap(([name, held]): readonly [string, string][] =>
      typeof held === 'string' ? [[name, held]] : [],
    ),
  );

/** What an alert says in a line: its summary, or else the first of what people write in its place; '' when it says nothing. */
export const summaryOf = (annotations: unknown): string =>
  ['summary', 'description', 'message']
    .map((name) => text(field(annotations, name)) ?? '')
    .find((said) => said !== '') ?? '';

/** A moment of the wire (RFC 3339) in ms since the epoch; undefined when it is none. */
export const momentOf = (value: unknown): number | undefined => {
  const ms = Date.parse(text(value) ?? '');
  return Number.isNaN(ms) ? undefined : ms;
};
