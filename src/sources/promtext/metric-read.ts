import {
  compilePattern,
  type LabelMatcher,
  matcherText,
  matchesOr,
  parseDuration,
  parseMatchers,
  z,
  zOneOrMore,
} from '../../sdk.ts';
import type { KeyedSeries, PageIndex } from './page-index.ts';
import { type FlatLabels, labelValue } from './scan/page.ts';

/** Series that match a selector: at least one, under the name found on the page. */
type SelectedSeries =
  | { readonly name: string; readonly sampleName: string; readonly series: readonly KeyedSeries[] }
  | { readonly why: string };

/**
 * Selects the series of the first name on the page. A name whose series match no label is final too, with no series:
 * the next name is for pages without the first.
 */
export const selectSeries = (
  { names, matches, description: selector }: SeriesSelector,
  catalogue: PageIndex,
  quantile: number | undefined,
): SelectedSeries => {
  for (const name of names)
    for (const sampleName of sampleNames(name, quantile)) {
      const all = candidateSeries(sampleName, catalogue, quantile);
      if (all.length === 0) continue;
      const series = all.filter((known) => matches(known.series.labels));
      return series.length > 0
        ? { name, sampleName, series }
        : { why: `${name} has ${all.length} series, but none with ${selector}` };
    }
  return { why: absenceReason(names, catalogue, quantile) };
};

/** A summary has a separate series for each of its quantiles. */
const candidateSeries = (
  sampleName: string,
  catalogue: PageIndex,
  quantile: number | undefined,
): readonly KeyedSeries[] => {
  const all = catalogue.series(sampleName);
  return quantile === undefined || sampleName.endsWith('_bucket')
    ? all
    : all.filter(({ series }) => {
        const written = labelValue(series.labels, 'quantile');
        return written !== '' && Number(written) === quantile;
      });
};

const absenceReason = (names: readonly string[], catalogue: PageIndex, quantile?: number): string => {
  const listed = names.find((name) => catalogue.families.has(name) || catalogue.has(name));
  const type = listed === undefined ? undefined : catalogue.families.get(listed)?.type;
  if (listed !== undefined && quantile !== undefined)
    return type === 'summary'
      ? `the summary ${listed} has no quantile ${quantile}: see the quantiles on the page`
      : `${listed} is ${type ?? 'untyped'} without buckets and has no quantiles: remove quantile`;
  if (type === 'histogram')
    return `${listed} is a histogram: read ${listed}_count or ${listed}_sum, or set quantile`;
  if (listed !== undefined)
    return `${listed} is declared on the page, but has no series yet: wait for the first use`;
  return names.length === 1
    ? `metric ${names[0]} not found: look up the name on the page`
    : `none of the metrics found: ${names.join(', ')}. Look up the names on the page`;
};

const folds = ['sum', 'min', 'max', 'avg', 'count'] as const;
export type PromtextFold = (typeof folds)[number];

const selectionShape = {
  metric: zOneOrMore.meta({
    description: 'name of the metric, or a list of names, of which opsdeck reads the first that exists',
  }),
  labels: z
    .record(z.string(), z.union([z.string(), z.number(), z.boolean()]))
    .meta({
      description:
        'conditions on labels, by name: a value, or "~regex", "!value", "!~regex". Write "=value" for a value that begins with = ! or ~',
      examples: [{ area: 'heap', status: '~5..' }],
    })
    .exactOptional(),
};

/** Stays a text so that validated parameters can be validated again. */
const zPer = z.string().refine((text) => (parseDuration(text) ?? 0) > 0, {
  error: (issue) => `"${String(issue.input)}" is not a duration: use 1s, 1m or 1h`,
});

/** Read target of a signal on a page. */
export const promtextReadSchema = z.strictObject({
  ...selectionShape,
  fold: z
    .enum(folds)
    .meta({ description: 'how the values of all series become one value (default: each series stays a row)' })
    .exactOptional(),
  per: zPer
    .meta({
      description: 'reads the rate of a counter between two scrapes, in this time: with 1m per minute',
      examples: ['1m'],
    })
    .exactOptional(),
  quantile: z
    .number()
    .min(0)
    .max(1)
    .meta({
      description:
        'quantile of a histogram or summary, such as 0.95. Without `per`, of all observations since the start',
    })
    .exactOptional(),
  ratioTo: z
    .strictObject(selectionShape)
    .meta({ description: 'metric whose value divides this value. With `per`, the rates are divided' })
    .exactOptional(),
});

/** Selects series of a page. */
export interface SeriesSelector {
  /** The first one on the page is read. */
  readonly names: readonly string[];
  matches(labels: FlatLabels): boolean;
  /** Labels that are equal in all of its series and therefore distinguish nothing. */
  readonly pinned: ReadonlySet<string>;
  /** '{status=~"5.."}', or '' without matchers. */
  readonly description: string;
}

/** A validated `read`, compiled once. */
export interface CompiledMetricRead {
  readonly selector: SeriesSelector;
  readonly divisor: SeriesSelector | undefined;
  readonly fold: PromtextFold | undefined;
  /** Time unit of a rate. */
  readonly perMs: number | undefined;
  readonly quantile: number | undefined;
}

type ValueTest = (value: string) => boolean;

/**
 * Compiles a matcher. As in Prometheus, the whole value must match; a series with an undecidable match is left out.
 * Returns a text when the pattern is invalid.
 */
const compileMatcher = ({ value, isRegex, isEqual }: LabelMatcher): ValueTest | string => {
  if (!isRegex) return (labelText) => (labelText === value) === isEqual;
  const pattern = compilePattern(`^(?:${value})$`, 's');
  return typeof pattern === 'string'
    ? pattern
    : (labelText) => matchesOr(pattern, labelText, !isEqual) === isEqual;
};

type Labels = Readonly<Record<string, string | number | boolean>>;

const compileSelector = (names: readonly string[], labels: Labels = {}): SeriesSelector => {
  const matchers = parseMatchers(labels);
  const tests = matchers.flatMap((matcher): readonly (readonly [string, ValueTest])[] => {
    const test = compileMatcher(matcher);
    return typeof test === 'string' ? [] : [[matcher.name, test]];
  });
  const pins = matchers.filter(({ isRegex, isEqual }) => isEqual && !isRegex);
  return {
    names,
    matches: (labels) => tests.every(([name, test]) => test(labelValue(labels, name))),
    pinned: new Set(pins.map(({ name }) => name)),
    description: matchers.length === 0 ? '' : `{${matchers.map(matcherText).join(',')}}`,
  };
};

/** Compiles the `read` of a signal. */
export const compileMetricRead = (read: Readonly<Record<string, unknown>>): CompiledMetricRead => {
  const { metric, labels, fold, per, quantile, ratioTo } = promtextReadSchema.parse(read);
  return {
    selector: compileSelector(metric, labels),
    divisor: ratioTo && compileSelector(ratioTo.metric, ratioTo.labels),
    fold,
    perMs: per === undefined ? undefined : parseDuration(per),
    quantile,
  };
};

/** Returns the problem of a read that passed the schema: an invalid pattern. */
export const promtextReadProblem = (read: Readonly<Record<string, unknown>>): string | undefined => {
  const { labels = {}, ratioTo } = promtextReadSchema.parse(read);
  return [...parseMatchers(labels), ...parseMatchers(ratioTo?.labels ?? {})]
    .map((matcher) => {
      const test = compileMatcher(matcher);
      return typeof test === 'string'
        ? `cannot use the pattern for label ${matcher.name}: ${test}`
        : undefined;
    })
    .find((problem) => problem !== undefined);
};

/**
 * Sample names of a metric. The first one on the page is read. OpenMetrics calls a counter `requests` and its samples
 * `requests_total`. A histogram's quantile is in its buckets, a summary's in itself.
 */
const sampleNames = (name: string, quantile: number | undefined): readonly string[] => {
  if (quantile === undefined) return [name, `${name}_total`];
  const base = name.replace(/_bucket$/, '');
  return [`${base}_bucket`, base];
};

/** All sample names that the reads may need. */
export const requiredSampleNames = (reads: readonly CompiledMetricRead[]): ReadonlySet<string> =>
  new Set(
    reads.flatMap(({ selector: from, divisor: to, quantile }) => [
      // The description of an OpenMetrics family is under its name without a suffix.
      ...from.names.flatMap((name) => [
        name,
        name.replace(/_(?:total|count|sum|bucket)$/, ''),
        ...sampleNames(name, quantile),
      ]),
      ...(to?.names.flatMap((name) => sampleNames(name, undefined)) ?? []),
    ]),
  );
