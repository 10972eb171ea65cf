import {
  compilePattern,
  type LabelMatcher,
  matcherText,
  matchesOr,
  parseDuration,
  parseMatchers,
} from '../../sdk.ts';
import { type Fold, promtextReads } from './reads.ts';
import { type FlatLabels, labelOf } from './scan/page.ts';

/** Which series of a page. */
export interface Selector {
  /** The first that is on the page is read. */
  readonly names: readonly string[];
  matches(labels: FlatLabels): boolean;
  /** Labels that are the same in all of its series, so that they tell nothing apart. */
  readonly pinned: ReadonlySet<string>;
  /** '{status=~"5.."}', or '' for all. */
  readonly said: string;
}

/** A checked `read`, compiled once. */
export interface MetricRead {
  readonly from: Selector;
  readonly to: Selector | undefined;
  readonly fold: Fold | undefined;
  /** The time that a rate counts in. */
  readonly perMs: number | undefined;
  readonly quantile: number | undefined;
}

type Test = (value: string) => boolean;

/** A whole value must match, as in Prometheus; a series of which that is not known is left out. A text: why this is no pattern. */
const testOf = ({ value, isRegex, isEqual }: LabelMatcher): Test | string => {
  if (!isRegex) return (found) => (found === value) === isEqual;
  const pattern = compilePattern(`^(?:${value})$`, 's');
  return typeof pattern === 'string' ? pattern : (found) => matchesOr(pattern, found, !isEqual) === isEqual;
};

type Labels = Readonly<Record<string, string | number | boolean>>;

const selectorOf = (names: readonly string[], labels: Labels = {}): Selector => {
  const matchers = parseMatchers(labels);
  const tests = matchers.flatMap((matcher): readonly (readonly [string, Test])[] => {
    const test = testOf(matcher);
    return typeof test === 'string' ? [] : [[matcher.name, test]];
  });
  const pins = matchers.filter(({ isRegex, isEqual }) => isEqual && !isRegex);
  return {
    names,
    matches: (found) => tests.every(([name, test]) => test(labelOf(found, name))),
    pinned: new Set(pins.map(({ name }) => name)),
    said: matchers.length === 0 ? '' : `{${matchers.map(matcherText).join(',')}}`,
  };
};

/** What a signal's `read` asks for. */
export const metricRead = (read: Readonly<Record<string, unknown>>): MetricRead => {
  const { metric, labels, fold, per, quantile, ratioTo } = promtextReads.parse(read);
  return {
    from: selectorOf(metric, labels),
    to: ratioTo && selectorOf(ratioTo.metric, ratioTo.labels),
    fold,
    perMs: per === undefined ? undefined : parseDuration(per),
    quantile,
  };
};

/** What is wrong with a read that the schema has passed: a pattern that is none. */
export const readProblem = (read: Readonly<Record<string, unknown>>): string | undefined => {
  const { labels = {}, ratioTo } = promtextReads.parse(read);
  return [...parseMatchers(labels), ...parseMatchers(ratioTo?.labels ?? {})]
    .map((matcher) => {
      const test = testOf(matcher);
      return typeof test === 'string' ? `the pattern for label ${matcher.name}: ${test}` : undefined;
    })
    .find((problem) => problem !== undefined);
};

/**
 * The sample names behind a metric's name, the first that is on the page being meant. OpenMetrics calls a counter
 * `requests` and its samples `requests_total`; a histogram's quantile is in its buckets, a summary's in itself.
 */
export const sampleNames = (name: string, quantile: number | undefined): readonly string[] => {
  if (quantile === undefined) return [name, `${name}_total`];
  const base = name.replace(/_bucket$/, '');
  return [`${base}_bucket`, base];
};

/** Every sample name that any of the reads may need. */
export const wantedNames = (reads: readonly MetricRead[]): ReadonlySet<string> =>
  new Set(
    reads.flatMap(({ from, to, quantile }) => [
      ...from.names.flatMap((name) => [name, ...sampleNames(name, quantile)]),
      ...(to?.names.flatMap((name) => sampleNames(name, undefined)) ?? []),
    ]),
  );
