import { defined } from '../../domain/base/defined.ts';
import type { Millis } from '../../domain/base/fault.ts';
import type { PartsFold } from '../../domain/facts/facts.ts';
import type { PrometheusFold } from './config.ts';
import { withoutOutcome } from './matchers.ts';
import { type QuerySelector, scanQuery } from './selectors.ts';

/** A query for series of one metric. */
export interface PartsQuery {
  readonly promql: string;
  /** '' for a selector without a name. */
  readonly metric: string;
  /**
   * The labels of one of its series in what is recorded from it; undefined: it has no part in the value. Absent: the value is computed
   * from the series as they are.
   */
  labelsOf?(labels: Readonly<Record<string, string>>): Readonly<Record<string, string>> | undefined;
}

/** The queries that read the series from which the server computes a value. */
export interface PartsPlan {
  readonly queries: readonly PartsQuery[];
  /** The function that computes the value from their results. Absent: by more than one aggregation. */
  readonly fold?: PartsFold;
  /** True: a part of 0 adds nothing, so that nothing is missing without it. */
  readonly addsUp: boolean;
  /** The time over which the value looks back. Absent: it is of now. */
  readonly windowMs?: Millis;
  /** Where the value counts failed events in a window. */
  readonly traffic?: TrafficQueries;
}

/** The queries of how many events of any outcome there are in a window, and how many failed. */
export type TrafficQueries = Readonly<Record<'all' | 'failed', string>>;

/** A query over so many series that they are not read. */
interface HiddenParts {
  readonly hidden: string;
}

/** A query over recorded series: the rules of the server tell from which series they are computed. */
interface RecordedParts {
  readonly recorded: readonly string[];
}

const folds: ReadonlySet<string> = new Set(['sum', 'avg', 'min', 'max', 'count']);
const isFold = (op: string): op is PartsFold => folds.has(op);

/** Functions that keep the labels of each series. Source: Prometheus docs, query functions. */
const labelKeeping =
  /^(?:i?rate|increase|i?delta|deriv|predict_linear|(?!absent)\w+_over_time|abs|ceil|floor|round|sgn|clamp(?:_min|_max)?|exp|ln|log2|log10|sqrt)$/;

/** More queries with each reading cost the server more than the value itself. */
const mostQueries = 8;

const isAggregation = (name: string): boolean => folds.has(name) || !labelKeeping.test(name);

/** Only series that are there now: what ended keeps its place in a window until that has passed. */
const presentOnly = (query: string, { text, windowMs }: QuerySelector): string =>
  windowMs === undefined ? query : `(${query}) and ${text}`;

/** The query of the series of one selector. */
export const partQuery = (selector: QuerySelector): PartsQuery => ({
  promql: selector.call === undefined ? selector.text : presentOnly(selector.call, selector),
  metric: selector.metric,
});

/** True if a series of 0 adds nothing to the value of a query. */
export const addsUp = (selector: QuerySelector, fold: PrometheusFold | undefined): boolean =>
  (selector.within.findLast(isAggregation) ?? fold) === 'sum';

/** True for a recorded series, which has a colon in its name. Source: Prometheus docs, metric names; recording rules. */
export const isRecorded = ({ metric }: QuerySelector): boolean => metric.includes(':');

/**
 * The query of all the events among which selectors count the failed ones. No series where the server has nothing but failures, so that their number
 * says nothing about the others.
 */
const trafficOf = (selectors: readonly QuerySelector[]): TrafficQueries | undefined => {
  const parts = selectors.flatMap(({ text, call }) => {
    const whole = call === undefined ? undefined : withoutOutcome(text);
    if (call === undefined || whole === undefined || !/^(?:i?rate|increase)\(/.test(call)) return [];
    const all = call.replace(text, () => whole);
    const isAmong = `count(${whole}) > (count(${text}) or vector(0))`;
    return [{ all: `(sum(${all}) and (${isAmong}))`, failed: `(sum(${call}) or vector(0))` }];
  });
  const added = (of: keyof TrafficQueries): string => [...new Set(parts.map((part) => part[of]))].join(' + ');
  return parts.length === 0 ? undefined : { all: added('all'), failed: added('failed') };
};

/** The part of one aggregation, or none, over one selector; undefined: more is computed. */
const exactPart = (
  query: string,
  fold: PrometheusFold | undefined,
): Required<Pick<PartsPlan, 'queries' | 'fold'>> | undefined => {
  const scanned = scanQuery(query);
  const [selector, other] = scanned?.selectors ?? [];
  if (scanned === undefined || selector === undefined || other !== undefined || scanned.isFiltered)
    return undefined;
  const { whole, aggregations } = scanned;
  const [outer, ...inner] = selector.within;
  const calls = whole === undefined ? selector.within : inner;
  if (!calls.every((name) => labelKeeping.test(name))) return undefined;
  const queryOf = (part: string) => [{ promql: presentOnly(part, selector), metric: selector.metric }];
  if (aggregations === 0) return { queries: queryOf(query), fold: fold ?? 'sum' };
  if (whole === undefined || fold !== undefined || aggregations > 1 || outer === undefined) return undefined;
  return isFold(whole.op) ? { queries: queryOf(whole.of), fold: whole.op } : undefined;
};

/**
 * Plans how to see what a query is computed from. Undefined: each of its series is one of the server's own, which says for itself
 * that it is gone.
 */
export const planParts = (
  query: string,
  fold?: PrometheusFold,
): PartsPlan | HiddenParts | RecordedParts | undefined => {
  const scanned = scanQuery(query);
  if (scanned === undefined) return undefined;
  const isComputed = scanned.selectors.some(
    ({ within, windowMs }) => windowMs !== undefined || within.some(isAggregation),
  );
  const present = scanned.selectors.filter(({ isPast }) => !isPast);
  const recorded = present.filter(isRecorded).map(({ metric }) => metric);
  if (recorded.length > 0) return { recorded };
  if (!isComputed || present.length === 0) return undefined;
  const exact = present.length === scanned.selectors.length ? exactPart(query, fold) : undefined;
  const byText = new Map(present.map((selector) => [partQuery(selector).promql, partQuery(selector)]));
  const queries = exact?.queries ?? [...byText.values()];
  if (queries.length > mostQueries) return { hidden: `${queries.length} selectors` };
  const windows = present.flatMap(({ windowMs }) => windowMs ?? []);
  return {
    queries,
    ...defined({ fold: exact?.fold }),
    addsUp: present.every((selector) => addsUp(selector, fold)),
    ...(windows.length === 0 ? {} : { windowMs: Math.max(...windows) }),
    ...defined({ traffic: trafficOf(present) }),
  };
};
