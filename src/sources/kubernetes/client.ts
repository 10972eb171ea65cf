import { isAbsolute, join } from 'node:path';
import type { KubeAccess } from '../../clients/kubernetes/kube.ts';
import type { Fault, Millis } from '../../domain/fault.ts';
import type { ChangeIo, ReadIo } from '../../doors/io.ts';
import { WireError } from '../../platform/failures.ts';
import { toFault } from '../../platform/fault.ts';
import type { HttpAnswer, HttpRequest } from '../../platform/network/http-messages.ts';
import { statusError } from '../../platform/network/status.ts';
import type { HttpStream, WebSocketWire } from '../../platform/network/stream.ts';
import { masker } from '../../platform/terminal/secrets.ts';
import { abortWireError } from '../../platform/wire-error.ts';
import type { KubernetesConfig } from './config.ts';
import { answerProblem, noLogin, problemOf } from './problem.ts';

/** A write as an operation makes it, or tries it with `?dryRun=All`. */
export interface KubeCall {
  readonly method: string;
  readonly path: string;
  readonly contentType?: string;
  readonly body?: string;
}

/** The API of one cluster, as one context of a kubeconfig sees it. Paths begin with a slash. Every call throws WireError. */
export interface KubeClient {
  readonly source: string;
  /** Opened by the first call; again after a login was refused, since somebody may have renewed it. */
  access(signal: AbortSignal): Promise<KubeAccess>;
  /** 'GET https://host:6443/api/v1/…', masked: how a call is named in faults, previews and the ledger. */
  line(method: string, path: string): string;
  /** The body of a 2xx answer. */
  get(path: string, signal: AbortSignal): Promise<unknown>;
  /** The answer whatever its status. */
  answer(path: string, signal: AbortSignal): Promise<HttpAnswer>;
  /** A 2xx answer that comes bit by bit. */
  stream(path: string, signal: AbortSignal): Promise<HttpStream>;
  /** A declared read that is a POST: an access review. The body of a 2xx answer. */
  ask(path: string, json: unknown, signal: AbortSignal): Promise<unknown>;
  /** A write with `dryRun=All`: the answer whatever its status. */
  rehearse(call: KubeCall, signal: AbortSignal): Promise<HttpAnswer>;
  /** Only a port-forward. */
  socket(path: string, protocols: readonly string[], signal: AbortSignal): Promise<WebSocketWire>;
  /** A request with its credentials, for what an operation sends by the door that is lent to it. */
  request(call: KubeCall, signal: AbortSignal): Promise<HttpRequest>;
  /** Sends a change by the lent door; the answer whatever its status. */
  send(change: ChangeIo, call: KubeCall, signal: AbortSignal): Promise<HttpAnswer>;
  /** What the API says against an answer; undefined for 2xx. */
  problem(answer: HttpAnswer): WireError | undefined;
  fault(path: string, error: unknown, method?: string): Fault;
  now(): Millis;
  /** Now on the machine's own clock, which the cluster's is taken to agree with. */
  wallNow(): Millis;
  /** A moment of the cluster ('2026-03-04T10:15:07Z') on our clock; undefined when it is none. */
  toClock(time: unknown): Millis | undefined;
  close(): void;
}

/** `dir`: where the profile is, for a kubeconfig that is named by a relative path. */
export const openClient = (
  source: string,
  config: KubernetesConfig,
  io: ReadIo,
  dir?: string,
): KubeClient => {
  let opened: Promise<KubeAccess> | undefined;
  let known: KubeAccess | undefined;
  const closing = new AbortController();
  const target = {
    ...(config.context === undefined ? {} : { context: config.context }),
    ...(config.kubeconfig === undefined ? {} : { kubeconfig: pathOf(config.kubeconfig, dir) }),
  };
  const access = async (signal: AbortSignal): Promise<KubeAccess> => {
    if (signal.aborted) throw abortWireError(signal);
    // One opening serves all who ask, so that none of them may end it.
    opened ??= io.kube(target, closing.signal);
    const mine = opened;
    try {
      known = await mine;
      return known;
    } catch (error) {
      if (opened === mine) opened = undefined;
      throw error;
    }
  };
  const wallNow = (): Millis => io.clock.now() + io.clock.wallOffset();
  const line = (method: string, path: string): string =>
    known === undefined
      ? `kubernetes context ${config.context ?? '(current)'}`
      : masker.mask(`${method} ${known.server}${path}`);

  const prepared = async (path: string, signal: AbortSignal) => {
    const at = await access(signal);
    const headers = { accept: 'application/json', ...(await at.headers(signal)) };
    const proxy = at.proxy === undefined ? {} : { proxy: at.proxy };
    return { url: `${at.server}${path}`, headers, tls: at.tls, ...proxy };
  };
  const judged = (problem: WireError | undefined, code: number, used: KubeAccess | undefined): void => {
    if (problem === undefined) return;
    // A kubeconfig may hold another token by now.
    if (code === 401 && used === known) opened = undefined;
    throw problem;
  };
  const problem = (answer: HttpAnswer): WireError | undefined =>
    answerProblem(answer, wallNow(), known?.login ?? noLogin);
  const checked = (answer: HttpAnswer): unknown => {
    judged(problem(answer), answer.status, known);
    return answer.json();
  };
  const answerTo = async (path: string, signal: AbortSignal): Promise<HttpAnswer> =>
    io.get(await prepared(path, signal), signal);
  const request: KubeClient['request'] = async ({ method, path, contentType, body }, signal) => {
    const { headers, ...rest } = await prepared(path, signal);
    return {
      ...rest,
      method,
      headers: { ...headers, ...(contentType === undefined ? {} : { 'content-type': contentType }) },
      maxRedirects: 0,
      ...(body === undefined ? {} : { body }),
    };
  };

  return {
    source,
    access,
    line,
    answer: answerTo,
    get: async (path, signal) => checked(await answerTo(path, signal)),
    stream: async (path, signal) => {
      const stream = await io.stream(await prepared(path, signal), signal);
      if (stream.status >= 200 && stream.status < 300) return stream;
      const body = await stream.text();
      const answer = { ...stream, text: body, json: () => jsonOr(body) };
      const plain = statusError(answer, wallNow()) ?? new WireError('malformed', `answered ${stream.status}`);
      judged(problemOf(plain, stream.status, jsonOr(body), known?.login ?? noLogin), stream.status, known);
      return stream;
    },
    ask: async (path, json, signal) =>
      checked(await io.ask({ ...(await prepared(path, signal)), json }, signal)),
    rehearse: async (call, signal) => io.rehearse(await request(call, signal), signal),
    socket: async (path, protocols, signal) => {
      const {
        // A kubelet answers 406 to a WebSocket that says what it accepts.
        headers: { accept: _, ...headers },
        ...rest
      } = await prepared(path, signal);
      return io.socket({ ...rest, headers, protocols }, signal);
    },
    request,
    send: async (change, call, signal) => {
      const answer = await change.send(await request(call, signal), signal);
      if (answer.status === 401) opened = undefined;
      return answer;
    },
    problem,
    fault: (path, error, method = 'GET') => toFault(source, line(method, path), error, io.clock.now()),
    now: () => io.clock.now(),
    wallNow,
    toClock: (time) => {
      const at = typeof time === 'string' ? Date.parse(time) : Number.NaN;
      return Number.isNaN(at) ? undefined : at - io.clock.wallOffset();
    },
    close: () => {
      closing.abort(new WireError('cancelled', 'this source is closed'));
      known?.close();
    },
  };
};

/** A path as the profile says it: below the home directory, absolute, or beside the profile. */
export const pathOf = (path: string, dir: string | undefined): string =>
  dir === undefined || isAbsolute(path) || path.startsWith('~') ? path : join(dir, path);

const jsonOr = (body: string): unknown => {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
};
