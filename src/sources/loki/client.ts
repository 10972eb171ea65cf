import { type LokiTail, lokiReads } from '../../clients/loki/reading.ts';
import type { Fault, Millis } from '../../domain/base/fault.ts';
import { formatDuration } from '../../domain/text/duration.ts';
import type { ReadIo } from '../../doors/io.ts';
import { oneLine } from '../../platform/masking/sanitize.ts';
import type { HttpAnswer } from '../../platform/network/http-messages.ts';
import { statusError } from '../../platform/network/status.ts';
import { type Clock, withTimeout } from '../../platform/runtime/clock.ts';
import { WireError } from '../../platform/runtime/wire-error.ts';
import { authHeaders, type Endpoint, openEndpoint } from '../kit/contract/endpoint.ts';
import { field, text } from '../kit/values/wire-value.ts';
import type { LokiConfig } from './config.ts';
import {
  type LokiEntry,
  type LokiLabels,
  type MetricQuerySample,
  millisToNanos,
  type Nanos,
  parseInstantVector,
  parseLabelSets,
  parseStreams,
} from './parse.ts';

const maxErrorLength = 300;

/**
 * Returns the error of a response; undefined when it succeeded. A rejected query has Loki's own message, which is plain
 * text. `wallNow`: the machine's wall clock.
 */
const lokiAnswerError = (answer: HttpAnswer, wallNow: number): WireError | undefined => {
  const problem = statusError(answer, wallNow);
  if (problem === undefined) return undefined;
  if (problem.kind === 'denied') return problem;
  const errorMessage = errorText(answer);
  return errorMessage === ''
    ? problem
    : new WireError(problem.kind, `${problem.message}: ${errorMessage}`, problem.retryAfterMs);
};

/** Loki's error message; some proxies in front of it respond in JSON. Any other page says no more than its status. */
const errorText = (answer: HttpAnswer): string => {
  if (/^\s*</.test(answer.text)) return '';
  try {
    const body = answer.json();
    return oneLine(text(field(body, 'message')) ?? text(field(body, 'error')) ?? '', maxErrorLength);
  } catch {
    return (answer.headers['content-type'] ?? '').startsWith('text/plain')
      ? oneLine(answer.text, maxErrorLength)
      : '';
  }
};

/**
 * The maximum number of entries per query, from Loki's error about a larger one. Source: Loki, pkg/querier,
 * ErrMaxEntries.
 */
export const entryLimitFromError = (problem: WireError): number | undefined => {
  const [, most] =
    /max entries limit per query exceeded, limit > max_entries_limit(?:_per_query)? \(\d+ > (\d+)\)/.exec(
      problem.message,
    ) ?? [];
  return most === undefined ? undefined : Number(most);
};

/** A Date header has a resolution of one second: smaller differences are ignored. */
const toleratedSkewMs: Millis = 2000;
/** A larger difference is not credible: the header comes from a cache on the way, or a clock was never set. */
const maxCredibleSkewMs: Millis = 86_400_000;

/** A server's clock, from the Date headers of its responses (RFC 9110 §6.6.1). */
interface ServerClock {
  now(): Nanos;
  observeDate(date: string | undefined): void;
}

const createServerClock = (wallNow: () => Millis): ServerClock => {
  let ahead: Millis = 0;
  return {
    now: () => millisToNanos(wallNow() + ahead),
    observeDate: (date) => {
      const serverMs = Date.parse(date ?? '');
      if (Number.isNaN(serverMs)) return;
      const offset = serverMs - wallNow();
      const off = Math.abs(offset);
      ahead = off > toleratedSkewMs && off < maxCredibleSkewMs ? offset : 0;
    },
  };
};

/** Range of log lines: includes `start`, excludes `end`. */
export interface LogRangeQuery {
  /** A LogQL log query. */
  readonly query: string;
  readonly start: Nanos;
  readonly end: Nanos;
  readonly direction: 'forward' | 'backward';
  readonly limit: number;
}

/** Client for Loki's HTTP API, read only. Every call throws WireError, and ends within the profile's timeout. */
export interface LokiClient {
  readonly endpoint: Endpoint;
  readonly clock: Clock;
  /** Returns entries oldest first, whatever the direction. */
  queryRange(range: LogRangeQuery, signal: AbortSignal): Promise<readonly LokiEntry[]>;
  /** Returns label sets with lines since then. */
  series(selector: string, back: Millis, signal: AbortSignal): Promise<readonly LokiLabels[]>;
  /** Evaluates a metric query now. */
  queryInstant(logql: string, signal: AbortSignal): Promise<readonly MetricQuerySample[]>;
  /** Returns the response of any other endpoint, whatever its status. */
  get(path: string, signal: AbortSignal): Promise<HttpAnswer>;
  /** Streams new lines from now on. */
  tail(logql: string, signal: AbortSignal): Promise<LokiTail>;
  fault(path: string, error: unknown): Fault;
  wallNow(): Millis;
  /** Loki's current time, as far as known from its responses. */
  serverNow(): Nanos;
  /** Converts the time of a line to our clock. */
  toClock(wallMs: Millis): Millis;
}

export const queryRangePath = '/loki/api/v1/query_range';
export const instantQueryPath = '/loki/api/v1/query';
export const seriesPath = '/loki/api/v1/series';
type QueryPath = typeof queryRangePath | typeof instantQueryPath | typeof seriesPath;
const tailPath = '/loki/api/v1/tail';

/** Proxies truncate or reject longer URLs; Loki accepts the same fields by POST. */
const maxUrlLength = 2048;
/**
 * Without it, labels that Loki parses from a line would be mixed with the labels of its stream. Source: Loki, HTTP API.
 */
const categorizeLabelsHeader = { 'x-loki-response-encoding-flags': 'categorize-labels' };

type FormFields = Readonly<Record<string, string>>;
const urlWithQuery = (path: string, form: FormFields): string =>
  `${path}?${new URLSearchParams(form).toString()}`;

export const openLokiClient = (source: string, config: LokiConfig, io: ReadIo): LokiClient => {
  const { url, auth, tls, orgId, timeout } = config;
  const tenant = orgId === undefined ? {} : { 'x-scope-orgid': orgId };
  const endpoint = openEndpoint(source, config, io);
  const reads = io.open(lokiReads, { url: endpoint.base, ...(tls && { tls }) });
  const ownHeaders = { ...categorizeLabelsHeader, ...tenant };
  const loggedIn = { ...authHeaders(auth, url), ...ownHeaders };
  const { clock } = io;
  const serverClock = createServerClock(clock.wallNow);

  const checkAnswer = (answer: HttpAnswer): HttpAnswer => {
    const problem = lokiAnswerError(answer, clock.wallNow());
    if (problem !== undefined) throw problem;
    serverClock.observeDate(answer.headers.date);
    return answer;
  };
  const request = async (path: QueryPath, form: FormFields, signal: AbortSignal): Promise<unknown> => {
    const address = urlWithQuery(path, form);
    const answer = await withTimeout(clock, timeout, signal, (within) =>
      address.length > maxUrlLength
        ? reads.query(path, { form, headers: loggedIn }, within)
        : endpoint.get(address, within, { headers: ownHeaders }),
    );
    const body = checkAnswer(answer).json();
    if (text(field(body, 'status')) !== 'success')
      throw new WireError(
        'malformed',
        'the response is not from Loki: the JSON has no status "success". Check url of the source',
      );
    return field(body, 'data');
  };

  return {
    endpoint,
    clock,
    wallNow: clock.wallNow,
    serverNow: serverClock.now,
    toClock: (wallMs) => wallMs - clock.wallOffset(),
    queryRange: async ({ query, start, end, direction, limit }, signal) => {
      const form = { query, start: `${start}`, end: `${end}`, direction, limit: `${limit}` };
      return parseStreams(await request(queryRangePath, form, signal), direction === 'backward');
    },
    series: async (selector, back, signal) => {
      const form = { 'match[]': selector, start: `${serverClock.now() - millisToNanos(back)}` };
      return parseLabelSets(await request(seriesPath, form, signal));
    },
    queryInstant: async (logql, signal) =>
      parseInstantVector(
        await request(instantQueryPath, { query: logql, timeout: formatDuration(timeout) }, signal),
      ),
    get: async (path, signal) =>
      checkAnswer(
        await withTimeout(clock, timeout, signal, (within) =>
          endpoint.get(path, within, { headers: ownHeaders }),
        ),
      ),
    tail: async (logql, signal) => {
      const form = { query: logql, start: `${serverClock.now()}`, limit: '100' };
      return reads.tail({ url: endpoint.url(urlWithQuery(tailPath, form)), headers: loggedIn }, signal);
    },
    fault: (path, error) => endpoint.fault(path, error),
  };
};
