/** Three-valued: what is not known is never true. */
export type TriState = 'true' | 'false' | 'unknown';

export const triStateOf = (value: boolean | undefined): TriState =>
  value === undefined ? 'unknown' : value ? 'true' : 'false';

export const not = (value: TriState): TriState =>
  value === 'unknown' ? 'unknown' : value === 'true' ? 'false' : 'true';

export const and = (values: readonly TriState[]): TriState =>
  values.includes('false') ? 'false' : values.includes('unknown') ? 'unknown' : 'true';

export const or = (values: readonly TriState[]): TriState =>
  values.includes('true') ? 'true' : values.includes('unknown') ? 'unknown' : 'false';

/** What an expression is now, and the row or signal that decides it, in words. */
export interface Truth {
  readonly value: TriState;
  readonly why: string;
  /** Unknown because everything was seen and there is no such row: with rows to come it can only change. */
  readonly isEmpty?: boolean;
}

const firstOf = (value: TriState, parts: readonly Truth[]): Truth | undefined =>
  parts.find((part) => part.value === value);
const joined = (parts: readonly Truth[], word: string): string =>
  [...new Set(parts.map((part) => part.why))].join(word);

/** Kleene's and: the first false decides, then the first unknown. */
export const allTrue = (parts: readonly Truth[]): Truth =>
  firstOf('false', parts) ?? firstOf('unknown', parts) ?? { value: 'true', why: joined(parts, ' and ') };

/** Kleene's or: the first true decides, then the first unknown; of those one that could not be seen before an empty one. */
export const anyTrue = (parts: readonly Truth[]): Truth =>
  firstOf('true', parts) ??
  firstOf(
    'unknown',
    parts.filter(({ isEmpty }) => isEmpty !== true),
  ) ??
  firstOf('unknown', parts) ?? { value: 'false', why: joined(parts, ' and ') };
