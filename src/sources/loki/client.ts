import { type LokiTail, lokiReads } from '../../clients/loki/reading.ts';
import { formatDuration } from '../../domain/duration.ts';
import type { Fault, Millis } from '../../domain/fault.ts';
import type { ReadIo } from '../../doors/io.ts';
import type { Clock } from '../../platform/clock.ts';
import type { HttpAnswer } from '../../platform/network/http-messages.ts';
import { statusError } from '../../platform/network/status.ts';
import { oneLine } from '../../platform/terminal/sanitize.ts';
import { WireError } from '../../platform/wire-error.ts';
import { authHeaders, type Endpoint, openEndpoint } from '../endpoint.ts';
import { field, text } from '../wire-value.ts';
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
 * What is wrong with an answer, as a WireError; undefined when nothing is. A query that Loki does not take is told in its
 * own words, which it writes as plain text. `wallNow`: the machine's time.
 */
const lokiAnswerError = (answer: HttpAnswer, wallNow: number): WireError | undefined => {
  const problem = statusError(answer, wallNow);
  if (problem === undefined) return undefined;
  if (problem.kind === 'denied') return problem;
  const said = errorText(answer);
  return said === ''
    ? problem
    : new WireError(problem.kind, `${problem.message}: ${said}`, problem.retryAfterMs);
};

/** Loki's words; some of what stands before it answers in JSON. Another's page has none that tell more than its status. */
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

/** The most entries that Loki gives at once, when it complains of a question for more. Source: Loki, pkg/querier, ErrMaxEntries. */
export const entryLimitFromError = (problem: WireError): number | undefined => {
  const [, most] =
    /max entries limit per query exceeded, limit > max_entries_limit(?:_per_query)? \(\d+ > (\d+)\)/.exec(
      problem.message,
    ) ?? [];
  return most === undefined ? undefined : Number(most);
};

/** Whole seconds are all that a Date header tells: a smaller difference is none. */
const toleratedSkewMs: Millis = 2000;
/** A header that is further off tells no time: it was kept by something on the way, or somebody's clock was never set. */
const maxCredibleSkewMs: Millis = 86_400_000;

/** The time at a server, as the Date headers of its answers tell (RFC 9110 §6.6.1). */
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

/** Which lines are asked for: of `start`, not of `end`. */
export interface LogRangeQuery {
  /** A log query of LogQL. */
  readonly query: string;
  readonly start: Nanos;
  readonly end: Nanos;
  readonly direction: 'forward' | 'backward';
  readonly limit: number;
}

/** Loki's HTTP API, read only. Every call throws WireError, and ends in the time that the profile gives it. */
export interface LokiClient {
  readonly endpoint: Endpoint;
  readonly clock: Clock;
  /** Oldest first, whatever the direction. */
  queryRange(range: LogRangeQuery, signal: AbortSignal): Promise<readonly LokiEntry[]>;
  /** The label sets that have had lines since then. */
  series(selector: string, back: Millis, signal: AbortSignal): Promise<readonly LokiLabels[]>;
  /** A metric query, evaluated now. */
  queryInstant(logql: string, signal: AbortSignal): Promise<readonly MetricQuerySample[]>;
  /** The answer of any other page, without an error of its own. */
  get(path: string, signal: AbortSignal): Promise<HttpAnswer>;
  /** New lines as they are written, from now on. */
  tail(logql: string, signal: AbortSignal): Promise<LokiTail>;
  fault(path: string, error: unknown): Fault;
  wallNow(): Millis;
  /** Loki's own now, as far as its answers have told. */
  serverNow(): Nanos;
  /** A time of a line on our clock. */
  toClock(wallMs: Millis): Millis;
}

export const queryRangePath = '/loki/api/v1/query_range';
export const instantQueryPath = '/loki/api/v1/query';
export const seriesPath = '/loki/api/v1/series';
type QueryPath = typeof queryRangePath | typeof instantQueryPath | typeof seriesPath;
const tailPath = '/loki/api/v1/tail';

/** Longer addresses are cut off or refused by proxies on the way; Loki takes the same fields by POST. */
const maxUrlLength = 2048;
/** Without it, what Loki itself finds in a line would stand among the labels of its stream. Source: Loki, HTTP API. */
const categorizeLabelsHeader = { 'x-loki-response-encoding-flags': 'categorize-labels' };

type FormFields = Readonly<Record<string, string>>;
const urlWithQuery = (path: string, form: FormFields): string =>
  `${path}?${new URLSearchParams(form).toString()}`;

export const openLokiClient = (source: string, config: LokiConfig, io: ReadIo): LokiClient => {
  const { url, auth, tls, orgId, timeout } = config;
  const tenant = orgId === undefined ? {} : { 'x-scope-orgid': orgId };
  const endpoint = openEndpoint(source, { url, ...(auth && { auth }), ...(tls && { tls }) }, io);
  const reads = io.open(lokiReads, { url: endpoint.base, ...(tls && { tls }) });
  const ownHeaders = { ...categorizeLabelsHeader, ...tenant };
  const loggedIn = { ...authHeaders(auth, url), ...ownHeaders };
  const { clock } = io;
  const serverClock = createServerClock(() => clock.now() + clock.wallOffset());
  const wallNow = (): Millis => clock.now() + clock.wallOffset();

  /** A call that has the profile's time, and no more. */
  const withDeadline = async <T>(
    signal: AbortSignal,
    call: (signal: AbortSignal) => Promise<T>,
  ): Promise<T> => {
    const deadline = clock.deadline(timeout);
    try {
      return await call(AbortSignal.any([signal, deadline.signal]));
    } finally {
      deadline.clear();
    }
  };
  const checkAnswer = (answer: HttpAnswer): HttpAnswer => {
    const problem = lokiAnswerError(answer, wallNow());
    if (problem !== undefined) throw problem;
    serverClock.observeDate(answer.headers.date);
    return answer;
  };
  const request = async (path: QueryPath, form: FormFields, signal: AbortSignal): Promise<unknown> => {
    const address = urlWithQuery(path, form);
    const answer = await withDeadline(signal, (within) =>
      address.length > maxUrlLength
        ? reads.query(path, { form, headers: loggedIn }, within)
        : endpoint.get(address, within, { headers: ownHeaders }),
    );
    const body = checkAnswer(answer).json();
    if (text(field(body, 'status')) !== 'success')
      throw new WireError('malformed', 'not a Loki response: the JSON has no status "success"');
    return field(body, 'data');
  };

  return {
    endpoint,
    clock,
    wallNow,
    serverNow: serverClock.now,
    toClock: (wallMs) => wallMs - clock.wallOffset(),
    queryRange: async ({ query, start, end, direction, limit }, signal) => {
      const form = { query, start: `${start}`, end: `${end}`, direction, limit: `${limit}` };
      return parseStreams(await request(queryRangePath, form, signal), direction === 'backward');
    },
    series: async (selector, back, signal) => {
      const form = { 'match[]': selector, start: `${serverClock.now() - millisToNanos(back)}` };
      return parseLabelSets((await request(seriesPath, form, signal)) ?? []);
    },
    queryInstant: async (logql, signal) =>
      parseInstantVector(
        await request(instantQueryPath, { query: logql, timeout: formatDuration(timeout) }, signal),
      ),
    get: async (path, signal) =>
      checkAnswer(
        await withDeadline(signal, (within) => endpoint.get(path, within, { headers: ownHeaders })),
      ),
    tail: async (logql, signal) => {
      const form = { query: logql, start: `${serverClock.now()}`, limit: '100' };
      return reads.tail({ url: endpoint.url(urlWithQuery(tailPath, form)), headers: loggedIn }, signal);
    },
    fault: (path, error) => endpoint.fault(path, error),
  };
};
