import { prometheusReads } from '../../clients/prometheus/reading.ts';
import { defined } from '../../domain/base/defined.ts';
import type { Fault, Millis } from '../../domain/base/fault.ts';
import type { HistoryRange } from '../../domain/facts/reading.ts';
import { formatDuration } from '../../domain/text/duration.ts';
import type { ReadIo } from '../../doors/io.ts';
import type { HttpAnswer } from '../../platform/network/http-messages.ts';
import { WireError } from '../../platform/runtime/wire-error.ts';
import { authHeaders, type Endpoint, jsonAcceptHeader, openEndpoint } from '../kit/contract/endpoint.ts';
import { field, list, text } from '../kit/values/wire-value.ts';
import type { PrometheusConfig } from './config.ts';
import {
  type InstantOptions,
  type InstantResult,
  parseInstantResult,
  parseRangeResult,
  type RangeSeries,
} from './parse.ts';
import { prometheusAnswerError } from './problem.ts';

/** Difference between a server's clock and ours. */
interface ClockSkew {
  /** Ms that the server is ahead of our wall clock; 0 below half a minute; undefined before the first response. */
  ahead(): number | undefined;
  observe(serverMs: number, ourWallMs: number): void;
}

/** Smaller differences are latency and normal clock drift: correcting them would only make times jitter. */
const toleratedSkewMs = 30_000;

const createClockSkew = (): ClockSkew => {
  let ahead: number | undefined;
  return {
    ahead: () => ahead,
    observe: (serverMs, ourWallMs) => {
      const measured = serverMs - ourWallMs;
      if (ahead === undefined || Math.abs(measured - ahead) > toleratedSkewMs)
        ahead = Math.abs(measured) > toleratedSkewMs ? measured : 0;
    },
  };
};

/** A response with its annotations: `warnings` mean that its data is incomplete, `infos` are hints on the query. */
interface PrometheusAnswer<T> {
  readonly value: T;
  readonly warnings: readonly string[];
  readonly infos: readonly string[];
}

/** Client for Prometheus' HTTP API, read only. Every call throws WireError. */
export interface PrometheusClient {
  readonly endpoint: Endpoint;
  /** Evaluates PromQL now, by the server's own clock. */
  query(
    promql: string,
    signal: AbortSignal,
    options?: InstantOptions,
  ): Promise<PrometheusAnswer<InstantResult>>;
  /**
   * Evaluates PromQL at each step of a range of our clock, and converts the timestamps back. The steps are multiples of
   * `stepMs` on the server's clock, so that its caches can answer.
   */
  queryRange(
    promql: string,
    range: HistoryRange,
    signal: AbortSignal,
  ): Promise<PrometheusAnswer<readonly RangeSeries[]>>;
  /** Returns the `data` of any other endpoint of the API. */
  get(path: string, signal: AbortSignal): Promise<PrometheusAnswer<unknown>>;
  /**
   * Fault of a failed query. The URL does not contain the query, which may exceed its length: the message names it
   * where it matters.
   */
  queryFault(promql: string, error: unknown): Fault;
  /** Fault of any other failed call. */
  fault(path: string, error: unknown): Fault;
  now(): Millis;
  /** The machine's wall clock, with which the server's is compared. */
  wallNow(): Millis;
  /** Converts a time on the server's clock to our clock. */
  toClock(serverMs: number): Millis;
  /** Ms that the server's clock is ahead of ours (0 below half a minute); undefined before the first response. */
  clockAheadMs(): number | undefined;
}

/** Proxies truncate or reject longer URLs; Prometheus accepts the same fields by POST. */
const maxUrlLength = 2048;
const queryPath = '/api/v1/query';
type QueryPath = typeof queryPath | '/api/v1/query_range';

type FormFields = Readonly<Record<string, string>>;
const urlWithQuery = (path: string, form: FormFields): string =>
  `${path}?${new URLSearchParams(form).toString()}`;

export const openPrometheusClient = (
  source: string,
  config: PrometheusConfig,
  io: ReadIo,
): PrometheusClient => {
  const { url, auth, tls, timeout } = config;
  const endpoint = openEndpoint(source, config, io);
  // An API server takes long URLs, and a POST to its proxy is another permission, which need not be one to read.
  const needsPost = (path: string, form: FormFields): boolean =>
    config.apiServer === undefined && urlWithQuery(path, form).length > maxUrlLength;
  const loggedIn = { accept: jsonAcceptHeader, ...authHeaders(auth, url) };
  const reads = io.open(prometheusReads, { url: endpoint.base, ...defined({ tls }) });
  const skew = createClockSkew();
  const now = (): Millis => io.clock.now();

  const checkAnswer = (answer: HttpAnswer, promql?: string): PrometheusAnswer<unknown> => {
    const problem = prometheusAnswerError(answer, io.clock.wallNow(), promql);
    if (problem !== undefined) throw problem;
    const body = answer.json();
    if (text(field(body, 'status')) !== 'success')
      throw new WireError(
        'malformed',
        'the response is not from Prometheus: the JSON has no status "success". Check url of the source',
      );
    return {
      value: field(body, 'data'),
      warnings: answerWarnings(body),
      infos: textList(field(body, 'infos')),
    };
  };

  const request = async (
    path: QueryPath,
    form: FormFields,
    signal: AbortSignal,
  ): Promise<PrometheusAnswer<unknown>> => {
    const answer = needsPost(path, form)
      ? await reads.query(path, { form, headers: loggedIn }, signal)
      : await endpoint.get(urlWithQuery(path, form), signal);
    return checkAnswer(answer, form.query);
  };
  const instantForm = (promql: string): FormFields => ({ query: promql, timeout: formatDuration(timeout) });

  const query: PrometheusClient['query'] = async (promql, signal, options) => {
    const answer = await request(queryPath, instantForm(promql), signal);
    const value = parseInstantResult(answer.value, options);
    if (value.evaluatedAt !== undefined) skew.observe(value.evaluatedAt, io.clock.wallNow());
    return { ...answer, value };
  };

  const toClock = (serverMs: number): Millis => serverMs - (skew.ahead() ?? 0) - io.clock.wallOffset();

  return {
    endpoint,
    now,
    wallNow: io.clock.wallNow,
    toClock,
    clockAheadMs: skew.ahead,
    query,
    queryRange: async (promql, { from, to, stepMs }, signal) => {
      if (skew.ahead() === undefined) await query('time()', signal);
      const ahead = io.clock.wallOffset() + (skew.ahead() ?? 0);
      const form = {
        query: promql,
        start: unixSeconds(Math.ceil((from + ahead) / stepMs) * stepMs),
        end: unixSeconds(Math.floor((to + ahead) / stepMs) * stepMs),
        step: unixSeconds(stepMs),
        timeout: formatDuration(timeout),
      };
      const answer = await request('/api/v1/query_range', form, signal);
      const lines = parseRangeResult(answer.value).map(({ labels, points }) => ({
        labels,
        points: points.map((point) => ({ ...point, at: toClock(point.at) })),
      }));
      return { ...answer, value: lines };
    },
    get: async (path, signal) => checkAnswer(await endpoint.get(path, signal)),
    queryFault: (promql, error) =>
      endpoint.fault(queryPath, error, needsPost(queryPath, instantForm(promql)) ? 'POST' : 'GET'),
    fault: (path, error) => endpoint.fault(path, error),
  };
};

const unixSeconds = (ms: Millis): string => (ms / 1000).toFixed(3);

const textList = (value: unknown): readonly string[] => list(value).flatMap((element) => text(element) ?? []);

/** Thanos and Prometheus report it in warnings; VictoriaMetrics by a flag. */
const answerWarnings = (body: unknown): readonly string[] => [
  ...textList(field(body, 'warnings')),
  ...(field(body, 'isPartial') === true
    ? ['isPartial: the answer is incomplete, because some stores of Thanos did not answer']
    : []),
];
