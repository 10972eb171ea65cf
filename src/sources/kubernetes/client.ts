import { isAbsolute, join } from 'node:path';
import type { KubeAccess } from '../../clients/kubernetes/kube-types.ts';
import { type KubeCall, type KubernetesReader, kubernetesReads } from '../../clients/kubernetes/reading.ts';
import type { Fault, Millis } from '../../domain/fault.ts';
import type { ChangeIo, ReadIo } from '../../doors/io.ts';
import type { HttpAnswer, HttpRequest, HttpStream } from '../../platform/network/http-messages.ts';
import { statusError } from '../../platform/network/status.ts';
import { secretMasker } from '../../platform/terminal/secrets.ts';
import { toFault } from '../../platform/to-fault.ts';
import { WireError } from '../../platform/wire-error.ts';
import { explainApiStatus, kubeApiError, noLogin } from './api-errors.ts';
import type { KubernetesConfig } from './config.ts';

/** The API of one cluster, as one context of a kubeconfig sees it. Paths begin with a slash. Every call throws WireError. */
export interface KubeClient {
  readonly source: string;
  /** Opened by the first call; again after a login was refused, since somebody may have renewed it. */
  access(signal: AbortSignal): Promise<KubeAccess>;
  /** 'GET https://host:6443/api/v1/…', masked: how a call is named in faults, previews and the ledger. */
  describeCall(method: string, path: string): string;
  /** The body of a 2xx answer. */
  get(path: string, signal: AbortSignal): Promise<unknown>;
  /** The answer whatever its status. */
  getResponse(path: string, signal: AbortSignal): Promise<HttpAnswer>;
  /** A 2xx answer that comes bit by bit. */
  stream(path: string, signal: AbortSignal): Promise<HttpStream>;
  /** An access review. The body of a 2xx answer. */
  review(review: unknown, signal: AbortSignal): Promise<unknown>;
  /** A write with `dryRun=All`: the answer whatever its status. */
  dryRun(call: KubeCall, signal: AbortSignal): Promise<HttpAnswer>;
  /** A connection to a port of a pod. */
  readonly portForward: KubernetesReader['portForward'];
  /** A request with its credentials, for what an operation sends by the door that is lent to it. */
  request(call: KubeCall, signal: AbortSignal): Promise<HttpRequest>;
  /** Sends a change by the lent door; the answer whatever its status. */
  send(change: ChangeIo, call: KubeCall, signal: AbortSignal): Promise<HttpAnswer>;
  /** What the API says against an answer; undefined for 2xx. */
  responseError(answer: HttpAnswer): WireError | undefined;
  fault(path: string, error: unknown, method?: string): Fault;
  now(): Millis;
  /** Now on the machine's own clock, which the cluster's is taken to agree with. */
  wallNow(): Millis;
  /** A moment of the cluster ('2026-03-04T10:15:07Z') on our clock; undefined when it is none. */
  toClock(time: unknown): Millis | undefined;
  close(): void;
}

/** `dir`: where the profile is, for a kubeconfig that is named by a relative path. */
export const openKubeClient = (
  source: string,
  config: KubernetesConfig,
  io: ReadIo,
  dir?: string,
): KubeClient => {
  const target = {
    ...(config.context === undefined ? {} : { context: config.context }),
    ...(config.kubeconfig === undefined ? {} : { kubeconfig: resolveProfilePath(config.kubeconfig, dir) }),
  };
  const reads = io.open(kubernetesReads, target);
  const wallNow = (): Millis => io.clock.now() + io.clock.wallOffset();
  const line = (method: string, path: string): string => {
    const known = reads.known();
    return known === undefined
      ? `kubernetes context ${config.context ?? '(current)'}`
      : secretMasker.mask(`${method} ${known.server}${path}`);
  };

  const problem = (answer: HttpAnswer): WireError | undefined =>
    kubeApiError(answer, wallNow(), reads.known()?.login ?? noLogin);
  const checked = (answer: HttpAnswer): unknown => {
    const wrong = problem(answer);
    if (wrong !== undefined) throw wrong;
    return answer.json();
  };

  return {
    source,
    access: reads.access,
    describeCall: line,
    getResponse: reads.get,
    get: async (path, signal) => checked(await reads.get(path, signal)),
    stream: async (path, signal) => {
      const stream = await reads.stream(path, signal);
      if (stream.status >= 200 && stream.status < 300) return stream;
      const body = await stream.text();
      const answer = { ...stream, text: body, json: () => tryParseJson(body) };
      const plain = statusError(answer, wallNow()) ?? new WireError('malformed', `answered ${stream.status}`);
      throw explainApiStatus(plain, stream.status, tryParseJson(body), reads.known()?.login ?? noLogin);
    },
    review: async (review, signal) => checked(await reads.review(review, signal)),
    dryRun: reads.rehearse,
    portForward: reads.portForward,
    request: reads.request,
    send: async (change, call, signal) => {
      const answer = await change.send(await reads.request(call, signal), signal);
      if (answer.status === 401) reads.refused();
      return answer;
    },
    responseError: problem,
    fault: (path, error, method = 'GET') => toFault(source, line(method, path), error, io.clock.now()),
    now: () => io.clock.now(),
    wallNow,
    toClock: (time) => {
      const at = typeof time === 'string' ? Date.parse(time) : Number.NaN;
      return Number.isNaN(at) ? undefined : at - io.clock.wallOffset();
    },
    close: () => void reads.close(),
  };
};

/** A path as the profile says it: below the home directory, absolute, or beside the profile. */
export const resolveProfilePath = (path: string, dir: string | undefined): string =>
  dir === undefined || isAbsolute(path) || path.startsWith('~') ? path : join(dir, path);

const tryParseJson = (body: string): unknown => {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
};
