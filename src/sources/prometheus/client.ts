import { prometheusReads } from '../../clients/prometheus/reading.ts';
import { durationText } from '../../domain/duration.ts';
import type { Fault, Millis } from '../../domain/fault.ts';
import type { ReadIo } from '../../doors/io.ts';
import { WireError } from '../../platform/failures.ts';
import type { HttpAnswer } from '../../platform/network/http-messages.ts';
import { authHeaders, type Endpoint, jsonFirst, openEndpoint } from '../endpoint.ts';
import { field, list, text } from '../wire-value.ts';
import type { PrometheusConfig } from './config.ts';
import { type Instant, type InstantOptions, parseInstant, parseRange, type RangeSeries } from './parse.ts';
import { answerProblem } from './problem.ts';

/** How far a server's clock is from ours. */
interface Skew {
  /** Ms that the server is ahead of our wall clock; 0 while it is less than half a minute; undefined before anybody knows. */
  ahead(): number | undefined;
  learn(serverMs: number, ourWallMs: number): void;
}

/** Less than this is how long an answer takes, and the jitter of clocks that are kept: correcting it would only make times wobble. */
const toleratedMs = 30_000;

const createSkew = (): Skew => {
  let ahead: number | undefined;
  return {
    ahead: () => ahead,
    learn: (serverMs, ourWallMs) => {
      const measured = serverMs - ourWallMs;
      if (ahead === undefined || Math.abs(measured - ahead) > toleratedMs)
        ahead = Math.abs(measured) > toleratedMs ? measured : 0;
    },
  };
};

/** An answer, with what it says of itself: `warnings` mean that data is missing in it, `infos` are hints on the query. */
interface Answered<T> {
  readonly value: T;
  readonly warnings: readonly string[];
  readonly infos: readonly string[];
}

/** Prometheus' HTTP API, read only. Every call throws WireError. */
export interface PrometheusClient {
  readonly endpoint: Endpoint;
  /** PromQL, evaluated now by the server's own clock. */
  query(promql: string, signal: AbortSignal, options?: InstantOptions): Promise<Answered<Instant>>;
  /** PromQL over the last `overMs`, every `stepMs`; the points' times are by our clock. */
  queryRange(promql: string, range: Range, signal: AbortSignal): Promise<Answered<readonly RangeSeries[]>>;
  /** The `data` of any other page of the API. */
  read(path: string, signal: AbortSignal): Promise<Answered<unknown>>;
  /** A failed query. It is not in the call's address, which it may outgrow: the reason names it where it matters. */
  queryFault(promql: string, error: unknown): Fault;
  /** Any other failed call. */
  fault(path: string, error: unknown): Fault;
  now(): Millis;
  /** Now on the machine's own clock, which the server's is compared with. */
  wallNow(): Millis;
  /** A moment of the server's clock on ours. */
  toClock(serverMs: number): Millis;
  /** Ms that the server's clock is ahead of ours (0 within half a minute); undefined before anybody knows. */
  aheadMs(): number | undefined;
}

interface Range {
  readonly overMs: Millis;
  readonly stepMs: Millis;
}

/** Longer addresses are cut off or refused by proxies on the way; Prometheus takes the same fields by POST. */
const longestAddress = 2048;
const queryPath = '/api/v1/query';
type QueryPath = typeof queryPath | '/api/v1/query_range';

type Form = Readonly<Record<string, string>>;
const addressOf = (path: string, form: Form): string => `${path}?${new URLSearchParams(form).toString()}`;
const isLong = (path: string, form: Form): boolean => addressOf(path, form).length > longestAddress;

export const openClient = (source: string, config: PrometheusConfig, io: ReadIo): PrometheusClient => {
  const { url, auth, tls, timeout } = config;
  const endpoint = openEndpoint(
    source,
    { url, ...(auth === undefined ? {} : { auth }), ...(tls === undefined ? {} : { tls }) },
    io,
  );
  const loggedIn = { accept: jsonFirst, ...authHeaders(auth, url) };
  const reads = io.open(prometheusReads, { url: endpoint.base, ...(tls === undefined ? {} : { tls }) });
  const skew = createSkew();
  const now = (): Millis => io.clock.now();
  const wallNow = (): Millis => io.clock.now() + io.clock.wallOffset();

  const checked = (answer: HttpAnswer, promql?: string): Answered<unknown> => {
    const problem = answerProblem(answer, wallNow(), promql);
    if (problem !== undefined) throw problem;
    const body = answer.json();
    if (text(field(body, 'status')) !== 'success')
      throw new WireError('malformed', 'no answer of a Prometheus: its JSON has no status "success"');
    return { value: field(body, 'data'), warnings: warningsOf(body), infos: texts(field(body, 'infos')) };
  };

  const ask = async (path: QueryPath, form: Form, signal: AbortSignal): Promise<Answered<unknown>> => {
    const answer = isLong(path, form)
      ? await reads.query(path, { form, headers: loggedIn }, signal)
      : await endpoint.get(addressOf(path, form), signal);
    return checked(answer, form.query);
  };
  const instant = (promql: string): Form => ({ query: promql, timeout: durationText(timeout) });

  const query: PrometheusClient['query'] = async (promql, signal, options) => {
    const answer = await ask(queryPath, instant(promql), signal);
    const value = parseInstant(answer.value, options);
    if (value.evaluatedAt !== undefined) skew.learn(value.evaluatedAt, wallNow());
    return { ...answer, value };
  };

  const toClock = (serverMs: number): Millis => serverMs - (skew.ahead() ?? 0) - io.clock.wallOffset();

  return {
    endpoint,
    now,
    wallNow,
    toClock,
    aheadMs: skew.ahead,
    query,
    queryRange: async (promql, { overMs, stepMs }, signal) => {
      if (skew.ahead() === undefined) await query('time()', signal);
      const end = wallNow() + (skew.ahead() ?? 0);
      const form = {
        query: promql,
        start: seconds(end - overMs),
        end: seconds(end),
        step: seconds(stepMs),
        timeout: durationText(timeout),
      };
      const answer = await ask('/api/v1/query_range', form, signal);
      const lines = parseRange(answer.value).map(({ labels, points }) => ({
        labels,
        points: points.map((point) => ({ ...point, at: toClock(point.at) })),
      }));
      return { ...answer, value: lines };
    },
    read: async (path, signal) => checked(await endpoint.get(path, signal)),
    queryFault: (promql, error) =>
      endpoint.fault(queryPath, error, isLong(queryPath, instant(promql)) ? 'POST' : 'GET'),
    fault: (path, error) => endpoint.fault(path, error),
  };
};

const seconds = (ms: Millis): string => (ms / 1000).toFixed(3);

const texts = (value: unknown): readonly string[] => list(value).flatMap((one) => text(one) ?? []);

/** Thanos and Prometheus say it in words; VictoriaMetrics by a flag. */
const warningsOf = (body: unknown): readonly string[] => [
  ...texts(field(body, 'warnings')),
  ...(field(body, 'isPartial') === true ? ['isPartial: some of its stores did not answer'] : []),
];
