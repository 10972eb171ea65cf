import type { MissingObservation } from '../../domain/facts/missing-observation.ts';

/** A three-valued truth value: missing data is never true. */
export type TriState = 'true' | 'false' | 'unknown';

export const triStateOf = (value: boolean | undefined): TriState =>
  value === undefined ? 'unknown' : value ? 'true' : 'false';

export const not = (value: TriState): TriState =>
  value === 'unknown' ? 'unknown' : value === 'true' ? 'false' : 'true';

export const and = (values: readonly TriState[]): TriState =>
  values.includes('false') ? 'false' : values.includes('unknown') ? 'unknown' : 'true';

export const or = (values: readonly TriState[]): TriState =>
  values.includes('true') ? 'true' : values.includes('unknown') ? 'unknown' : 'false';

/** The value of an expression, with the row or signal that decides it, as text. */
export interface Truth {
  readonly value: TriState;
  readonly why: string;
  /** Unknown because the data is complete and contains no such row; only new rows can change it. */
  readonly isEmpty?: boolean;
  /** True: it is false only because what it says has not lasted long enough yet. */
  readonly isPending?: true;
  /** The observation without which it is unknown, where it is known which one. */
  readonly missing?: MissingObservation;
}

const firstOf = (value: TriState, parts: readonly Truth[]): Truth | undefined =>
  parts.find((part) => part.value === value);
const joined = (parts: readonly Truth[], word: string): string =>
  [...new Set(parts.map((part) => part.why))].join(word);

/** Kleene conjunction: the first false decides, before it one that time alone does not change, then the first unknown. */
export const allTrue = (parts: readonly Truth[]): Truth =>
  firstOf(
    'false',
    parts.filter(({ isPending }) => isPending !== true),
  ) ??
  firstOf('false', parts) ??
  firstOf('unknown', parts) ?? { value: 'true', why: joined(parts, ' and ') };

/**
 * Kleene disjunction: the first true decides, then the first unknown; missing data takes precedence over an empty set.
 */
export const anyTrue = (parts: readonly Truth[]): Truth =>
  firstOf('true', parts) ??
  firstOf(
    'unknown',
    parts.filter(({ isEmpty }) => isEmpty !== true),
  ) ??
  firstOf('unknown', parts) ?? {
    ...{ value: 'false', why: joined(parts, ' and ') },
    ...(parts.some(({ isPending }) => isPending === true) ? { isPending: true } : {}),
  };
