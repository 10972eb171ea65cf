import type { Millis } from '../../../domain/base/fault.ts';
import type { Clock } from '../../../platform/runtime/clock.ts';
import { formParameters, rfc3339 } from '../http/go-api.ts';
import type { Handler, ParsedRequest, ServerReply } from '../http/http-server.ts';
import type { Collector } from './collector.ts';
import type { LogStore, StoredLine, StoredStream, StreamLabels } from './log-store.ts';
import { type LogQuery, LogqlError, type MetricQuery, parseLogql } from './logql.ts';

/** Maximum entries per request: Loki's max_entries_limit_per_query. */
const mostEntries = 5000;
const defaultEntries = 100;
const hourNs = 3_600_000_000_000n;

const lokiSuccess = (data: unknown): ServerReply => ({ status: 200, json: { status: 'success', data } });
const lokiBadRequest = (why: string): ServerReply => ({
  status: 400,
  text: why,
  type: 'text/plain; charset=utf-8',
  headers: { 'X-Content-Type-Options': 'nosniff' },
});

/** A time in nanoseconds, given in nanoseconds or seconds; undefined if invalid. */
const parseTimeNs = (text: string): bigint | undefined => {
  if (/^\d+$/.test(text)) return text.length > 10 ? BigInt(text) : BigInt(text) * 1_000_000_000n;
  if (/^\d+\.\d+$/.test(text)) return BigInt(Math.round(Number(text) * 1e9));
  const moment = /^\d{4}-\d\d-\d\dT/.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(moment) ? undefined : BigInt(moment) * 1_000_000n;
};

interface RangeRequest {
  readonly start: bigint;
  readonly end: bigint;
  readonly limit: number;
  readonly isForward: boolean;
}

const isAnswer = (value: bigint | ServerReply): value is ServerReply => typeof value === 'object';

const time = (form: URLSearchParams, name: string, otherwise: bigint): bigint | ServerReply => {
  const text = form.get(name) ?? '';
  if (text === '') return otherwise;
  return (
    parseTimeNs(text) ??
    lokiBadRequest(`could not parse '${name}' parameter: strconv.ParseInt: parsing "${text}": invalid syntax`)
  );
};

/** Parameters of a range query, or the error response. */
const parseRangeForm = (form: URLSearchParams, nowNs: bigint): RangeRequest | ServerReply => {
  const end = time(form, 'end', nowNs);
  if (isAnswer(end)) return end;
  const start = time(form, 'start', end - hourNs);
  if (isAnswer(start)) return start;
  const limitText = form.get('limit') ?? String(defaultEntries);
  const direction = (form.get('direction') ?? 'backward').toLowerCase();
  if (!/^[+-]?\d+$/.test(limitText))
    return lokiBadRequest(`strconv.Atoi: parsing "${limitText}": invalid syntax`);
  const limit = Number(limitText);
  if (limit <= 0) return lokiBadRequest('limit must be a positive value');
  if (direction !== 'forward' && direction !== 'backward')
    return lokiBadRequest(`invalid direction '${direction}'`);
  if (end <= start) return lokiBadRequest('end timestamp must not be before or equal to start time');
  return { start, end, limit, isForward: direction === 'forward' };
};

interface MatchedLine extends StoredLine {
  readonly labels: StreamLabels;
}

const byTime = (a: MatchedLine, b: MatchedLine): number => (a.ns < b.ns ? -1 : a.ns > b.ns ? 1 : 0);

const matchedLines = (
  streams: readonly StoredStream[],
  query: LogQuery,
  start: bigint,
  end: bigint,
): readonly MatchedLine[] =>
  streams
    .filter(({ labels }) => query.selects(labels))
    .flatMap(({ labels, lines }) =>
      lines
        .filter(({ ns, text }) => ns >= start && ns < end && query.passes(text))
        .map((line) => ({ ...line, labels })),
    );

/** Streams in the API's format, with lines in the given order. */
export const streamsOf = (matchedLines: readonly MatchedLine[]): readonly unknown[] =>
  [...Map.groupBy(matchedLines, ({ labels }) => JSON.stringify(labels)).values()].map((lines) => ({
    stream: lines[0]?.labels,
    values: lines.map(({ ns, text }) => [String(ns), text]),
  }));

/** `/loki/api/v1/query_range` of a log query. Throws LogqlError. */
const rangeAnswer = (store: LogStore, form: URLSearchParams, nowNs: bigint): ServerReply => {
  const query = parseLogql(form.get('query') ?? '');
  const request = parseRangeForm(form, nowNs);
  if ('status' in request) return request;
  if (request.limit > mostEntries)
    return lokiBadRequest(
      `max entries limit per query exceeded, limit > max_entries_limit_per_query (${request.limit} > ${mostEntries})`,
    );
  if (query.is === 'metric') return lokiBadRequest('the embedded Loki counts at one moment only');
  const matches = [...matchedLines(store.streams, query, request.start, request.end)].sort(byTime);
  const page = request.isForward ? matches.slice(0, request.limit) : matches.slice(-request.limit).reverse();
  return lokiSuccess({ resultType: 'streams', result: streamsOf(page) });
};

const measured = (lines: readonly StoredLine[], { isRate, isNewestTime, overMs }: MetricQuery): number => {
  if (isNewestTime === true) return Math.max(...lines.map(({ ns }) => Number(ns / 1_000_000n)));
  return isRate ? lines.length / (overMs / 1000) : lines.length;
};

const vector = (streams: readonly StoredStream[], query: MetricQuery, nowNs: bigint): readonly unknown[] => {
  const start = nowNs - BigInt(Math.round(query.overMs)) * 1_000_000n;
  const matches = matchedLines(streams, query.of, start + 1n, nowNs + 1n);
  const metric = (labels: StreamLabels): StreamLabels =>
    query.sumBy === undefined
      ? labels
      : Object.fromEntries(
          query.sumBy.flatMap((name) => (labels[name] === undefined ? [] : [[name, labels[name]]])),
        );
  const moment = Number(nowNs / 1_000_000n) / 1000;
  if (matches.length === 0 && query.orZero === true) return [{ metric: {}, value: [moment, '0'] }];
  return [...Map.groupBy(matches, ({ labels }) => JSON.stringify(metric(labels))).entries()].map(
    ([key, lines]) => ({ metric: JSON.parse(key), value: [moment, String(measured(lines, query))] }),
  );
};

/** `/loki/api/v1/query`: a metric query at the current time. Throws LogqlError. */
const instantAnswer = (store: LogStore, form: URLSearchParams, nowNs: bigint): ServerReply => {
  const query = parseLogql(form.get('query') ?? '');
  if (query.is === 'log')
    return lokiBadRequest(
      'log queries are not supported as an instant query type, please change your query to a range query type',
    );
  const instant = time(form, 'time', nowNs);
  if (isAnswer(instant)) return instant;
  return lokiSuccess({ resultType: 'vector', result: vector(store.streams, query, instant) });
};

/** Streams with lines in the range that match `match[]`, or all. Throws LogqlError. */
const streamsIn = (store: LogStore, form: URLSearchParams, nowNs: bigint): readonly StoredStream[] => {
  const start = parseTimeNs(form.get('start') ?? '') ?? nowNs - 6n * hourNs;
  const end = parseTimeNs(form.get('end') ?? '') ?? nowNs + 1n;
  const queries = form.getAll('match[]').map(parseLogql);
  return store.streams.filter(
    ({ labels, lines }) =>
      lines.some(({ ns }) => ns >= start && ns < end) &&
      (queries.length === 0 || queries.some((query) => query.is === 'log' && query.selects(labels))),
  );
};

export const nanosecondsOf = (ms: Millis): bigint => BigInt(Math.round(ms * 1000)) * 1000n;

type Page = (store: LogStore, form: URLSearchParams, nowNs: bigint) => ServerReply;

const api = 'loki/api/v1';

const distinct = (texts: readonly string[]): readonly string[] => [...new Set(texts)].sort();

const pages: Readonly<Record<string, Page>> = {
  [`${api}/query_range`]: rangeAnswer,
  [`${api}/query`]: instantAnswer,
  [`${api}/series`]: (store, form, now) =>
    lokiSuccess(streamsIn(store, form, now).map(({ labels }) => labels)),
  [`${api}/labels`]: (store, form, now) =>
    lokiSuccess(distinct(streamsIn(store, form, now).flatMap(({ labels }) => Object.keys(labels)))),
};

const plain: Readonly<Record<string, ServerReply>> = {
  ready: { status: 200, text: 'ready\n' },
  [`${api}/status/buildinfo`]: {
    status: 200,
    json: { version: '3.7.8', revision: 'embedded', branch: '', buildUser: '', buildDate: '', goVersion: '' },
  },
  [`${api}/tail`]: lokiBadRequest('Bad Request'),
};

/** Content type of the query API; `buildinfo` has no charset. */
const jsonType = 'application/json; charset=UTF-8';
const nowhere: ServerReply = { status: 404, text: '404 page not found\n' };

const valuesOf = (store: LogStore, name: string, form: URLSearchParams, now: bigint): ServerReply => {
  const values = distinct(streamsIn(store, form, now).flatMap(({ labels }) => labels[name] ?? []));
  return values.length === 0 ? { status: 200, json: { status: 'success' } } : lokiSuccess(values);
};

const pageOf = ({ path }: ParsedRequest): Page | undefined => {
  const [first, second, third, label, name = '', values] = path;
  if (`${first}/${second}/${third}/${label}` === `${api}/label` && values === 'values' && path.length === 6)
    return (store, form, now) => valuesOf(store, name, form, now);
  return pages[path.join('/')];
};

/** The only member of the ring of ingesters. */
interface RingMember {
  readonly id: string;
  readonly registeredAt: Millis;
}

/** `/ring` for clients that accept JSON. Source: dskit, ring/http.go. */
const ringAnswer = ({ id, registeredAt }: RingMember, now: Millis): ServerReply => ({
  status: 200,
  json: {
    shards: [
      {
        id,
        state: 'ACTIVE',
        address: '10.0.0.9:9095',
        timestamp: rfc3339(now),
        registered_timestamp: rfc3339(registeredAt),
        zone: '',
        tokens: [],
      },
    ],
    now: rfc3339(now),
  },
});

const fixedAnswer = (path: string, now: Millis, member: RingMember | undefined): ServerReply | undefined =>
  path === 'ring' && member !== undefined ? ringAnswer(member, now) : plain[path];

/**
 * Loki 3's API over the collected lines: log queries with line filters, their counts, labels, series, and the ring. `member`: absent for
 * one behind a gateway that does not forward the ring.
 */
export const lokiHandler =
  (clock: Clock, collector: Collector, member?: RingMember): Handler =>
  (ask) => {
    const now = clock.now();
    const dated = (answer: ServerReply): ServerReply => ({
      ...answer,
      // Uses the clock of the simulator.
      headers: { ...answer.headers, Date: new Date(now).toUTCString() },
    });
    const fixed = fixedAnswer(ask.path.join('/'), now, member);
    if (fixed !== undefined) return dated(ask.method === 'GET' ? fixed : nowhere);
    const page = pageOf(ask);
    if (page === undefined || (ask.method !== 'GET' && ask.method !== 'POST')) return dated(nowhere);
    try {
      const answer = page(collector.see(), formParameters(ask), nanosecondsOf(now));
      return dated(answer.json === undefined ? answer : { ...answer, type: jsonType });
    } catch (error) {
      if (error instanceof LogqlError) return dated(lokiBadRequest(error.message));
      throw error;
    }
  };
