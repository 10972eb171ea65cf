import { oneLine } from '../../platform/terminal/sanitize.ts';
import type { Series } from './parse.ts';

/** Series of several metrics, put together by what they are about. */
export interface Tally<I> {
  readonly rows: readonly { readonly of: I; readonly values: ReadonlyMap<string, number | undefined> }[];
  /** Series that say different things of the same row and value, in words. */
  readonly clashes: readonly string[];
}

/**
 * Puts series together: `of` says what a series is about, `value` which of its values it is. A second series for the
 * same value is not guessed about: the first is kept, and told as a clash.
 */
export const tally = <I extends object>(
  told: Readonly<Record<string, readonly Series[] | undefined>>,
  of: (labels: Readonly<Record<string, string>>) => I,
  value: (metric: string, labels: Readonly<Record<string, string>>) => string = (metric) => metric,
): Tally<I> => {
  const rows = new Map<string, { of: I; values: Map<string, number | undefined> }>();
  const clashes = new Set<string>();
  for (const [metric, all] of Object.entries(told))
    for (const series of all ?? []) {
      const about = of(series.labels);
      const key = JSON.stringify(about);
      const row = rows.get(key) ?? { of: about, values: new Map() };
      const name = value(metric, series.labels);
      if (row.values.has(name)) clashes.add(`${metric} of ${wordsOf(about)}`);
      else row.values.set(name, series.value);
      rows.set(key, row);
    }
  return { rows: [...rows.values()], clashes: [...clashes] };
};

const wordsOf = (about: object): string =>
  oneLine(
    Object.values(about)
      .filter((word) => word !== '')
      .join(' · '),
    80,
  );

/** The sum of what is known; undefined when nothing is. */
export const sumOf = (values: readonly (number | undefined)[]): number | undefined => {
  const known = values.filter((one) => one !== undefined);
  return known.length === 0 ? undefined : known.reduce((sum, one) => sum + one, 0);
};

/** Without the values that are not known: absence is absence. */
export const present = <T extends Record<string, number | undefined>>(
  values: T,
): { [K in keyof T]?: number } =>
  Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: number; // Object.fromEntries forgets the keys
  };
