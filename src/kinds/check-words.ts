import { formatDuration } from '../domain/duration.ts';
import { formatCount, formatPercent } from '../domain/format.ts';

/** `some('restarts', 3)` → '3 restarts'; undefined when there is no number, and for 0, which goes without saying. */
export const numberWord = (what: string, value: number | null): string | undefined =>
  value === null || value === 0 ? undefined : `${formatCount(value)} ${what}`;

/** A number of JSON as the rest of the program has it: absent, not null. */
export const presentNumber = (value: number | null): number | undefined => value ?? undefined;

/** 'failed 82.0 %'; undefined when there is no number. */
export const percentWord = (what: string, value: number | null): string | undefined =>
  value === null ? undefined : `${what} ${formatPercent(value)}`;

/** 'oldest 3m'; undefined when there is no number. `value` in seconds. */
export const secondsWord = (what: string, value: number | null): string | undefined =>
  value === null ? undefined : `${what} ${formatDuration(Math.round(value) * 1000)}`;

/** '9 of 10' */
export const countOutOf = (value: number | null, whole: number | null): string =>
  `${formatCount(presentNumber(value))} of ${formatCount(presentNumber(whole))}`;

/** The parts that are not empty, as one name: 'bus-0 · broker'. */
export const joinParts = (...parts: readonly string[]): string =>
  parts.filter((part) => part !== '').join(' · ');

/** What a row of an instance is called; a service that was asked as a whole goes by its own name. */
export const instanceName = (row: { readonly service: string; readonly instance: string }): string =>
  row.instance === '' ? row.service : row.instance;

type Labels = Readonly<Record<string, string>>;

/**
 * Keeps of each row's labels those that tell rows of one name apart: what all of them have alike is left out. Takes a time
 * that grows with the rows and no faster: a query may give thousands of series.
 */
const distinguishing = (all: readonly Labels[]): ((labels: Labels) => Labels) => {
  const [first] = all;
  if (first === undefined || all.length < 2) return (labels) => labels;
  const alike = new Set(Object.keys(first));
  for (const labels of all) for (const name of alike) if (labels[name] !== first[name]) alike.delete(name);
  return (labels) => Object.fromEntries(Object.entries(labels).filter(([name]) => !alike.has(name)));
};

/** For each name that several rows have, what keeps of their labels those that tell them apart. */
export const distinguishingLabels = <R extends { readonly labels: Labels }>(
  rows: readonly R[],
  nameOf: (row: R) => string,
): ReadonlyMap<string, (labels: Labels) => Labels> => {
  const several = [...Map.groupBy(rows, nameOf)].filter(([, named]) => named.length > 1);
  return new Map(several.map(([name, named]) => [name, distinguishing(named.map(({ labels }) => labels))]));
};
