import { formatDuration } from '../../domain/text/duration.ts';
import { formatCount, formatPercent } from '../../domain/text/format.ts';

/**
 * Formats a count: `numberWord('restarts', 3)` → '3 restarts'. Undefined for null and for 0, which is not worth a
 * mention.
 */
export const numberWord = (what: string, value: number | null): string | undefined =>
  value === null || value === 0 ? undefined : `${formatCount(value)} ${what}`;

/** Converts a JSON number to the internal form: absent instead of null. */
export const presentNumber = (value: number | null): number | undefined => value ?? undefined;

/** Formats a percentage: 'failed 82.0 %'. Undefined for null. */
export const percentWord = (what: string, value: number | null): string | undefined =>
  value === null ? undefined : `${what} ${formatPercent(value)}`;

/** Formats a duration in seconds: 'oldest 3m'. Undefined for null. */
export const secondsWord = (what: string, value: number | null): string | undefined =>
  value === null ? undefined : `${what} ${formatDuration(Math.round(value) * 1000)}`;

/** Formats a count of a total: '9 of 10'. */
export const countOutOf = (value: number | null, whole: number | null): string =>
  `${formatCount(presentNumber(value))} of ${formatCount(presentNumber(whole))}`;

/** Joins the parts that are not empty: 'bus-0 · broker'. */
export const joinParts = (...parts: readonly string[]): string =>
  parts.filter((part) => part !== '').join(' · ');

/** Returns the display name of an instance's row; the service's name when the service was probed as a whole. */
export const instanceName = (row: { readonly service: string; readonly instance: string }): string =>
  row.instance === '' ? row.service : row.instance;

type Labels = Readonly<Record<string, string>>;

/**
 * Returns a filter for the labels that distinguish rows of one name: it drops those that all share. Linear in the
 * number of rows, since a query may return thousands of series.
 */
const distinguishing = (all: readonly Labels[]): ((labels: Labels) => Labels) => {
  const [first] = all;
  if (first === undefined || all.length < 2) return (labels) => labels;
  const alike = new Set(Object.keys(first));
  for (const labels of all) for (const name of alike) if (labels[name] !== first[name]) alike.delete(name);
  return (labels) => Object.fromEntries(Object.entries(labels).filter(([name]) => !alike.has(name)));
};

/** Returns, for each name that several rows share, the filter for their distinguishing labels. */
export const distinguishingLabels = <R extends { readonly labels: Labels }>(
  rows: readonly R[],
  nameOf: (row: R) => string,
): ReadonlyMap<string, (labels: Labels) => Labels> => {
  const several = [...Map.groupBy(rows, nameOf)].filter(([, named]) => named.length > 1);
  return new Map(several.map(([name, named]) => [name, distinguishing(named.map(({ labels }) => labels))]));
};

/** Labels that name the metric, which the title of a signal does already. */
const withoutMetric = ({ metric: _, __name__: __, ...labels }: Labels): Labels => labels;

/** Returns the labels that a series is named with: those in which it differs from the others of its signal, or of an only series all. */
export const seriesLabels = <R extends { readonly id: string; readonly labels: Labels }>(
  signals: readonly R[],
): ((signal: R) => Labels) => {
  const byId = distinguishingLabels(signals, ({ id }) => id);
  return ({ id, labels }) => byId.get(id)?.(labels) ?? withoutMetric(labels);
};
