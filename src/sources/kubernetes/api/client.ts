import type { KubeAccess } from '../../../clients/kubernetes/kube-types.ts';
import {
  type KubeCall,
  type KubernetesReader,
  kubernetesReads,
} from '../../../clients/kubernetes/reading.ts';
import { defined } from '../../../domain/base/defined.ts';
import type { Fault, Millis } from '../../../domain/base/fault.ts';
import type { ChangeIo, ReadIo } from '../../../doors/io.ts';
import { secretMasker } from '../../../platform/masking/secrets.ts';
import type { HttpAnswer, HttpRequest, HttpStream } from '../../../platform/network/http-messages.ts';
import { statusError } from '../../../platform/network/status.ts';
import { toFault } from '../../../platform/network/to-fault.ts';
import { undefinedIfMissing, WireError } from '../../../platform/runtime/wire-error.ts';
import { resolveProfilePath } from '../../kit/contract/api-server.ts';
import { explainApiStatus, kubeApiError, noLogin } from '../../kit/contract/kube-api-errors.ts';
import { createApiProbe } from './api-probe.ts';
import type { KubernetesConfig } from './config.ts';

/**
 * Client for the API of one cluster, through one context of a kubeconfig. Paths begin with a slash. Every call throws
 * WireError.
 */
export interface KubeClient {
  readonly source: string;
  /** Opened by the first call; reopened after a rejected login, since the user may have renewed it. */
  access(signal: AbortSignal): Promise<KubeAccess>;
  /** 'GET https://host:6443/api/v1/…', masked: the name of a call in faults, previews and the ledger. */
  describeCall(method: string, path: string): string;
  /** Returns the body of a 2xx response. `maxBytes`: its limit, if it differs from that of other requests. */
  get(path: string, signal: AbortSignal, maxBytes?: number): Promise<unknown>;
  /** Returns a list whose objects have their metadata alone; the API server does not send the rest. */
  getMetadata(path: string, signal: AbortSignal): Promise<unknown>;
  /** Returns the response, whatever its status. */
  getResponse(path: string, signal: AbortSignal, maxBytes?: number): Promise<HttpAnswer>;
  /** Returns a 2xx response as a stream. */
  stream(path: string, signal: AbortSignal): Promise<HttpStream>;
  /** Sends an access review and returns the body of a 2xx response. */
  review(review: unknown, signal: AbortSignal): Promise<unknown>;
  /** Asks as whom the API server knows the login, and returns the response, whatever its status. */
  reviewSelf(signal: AbortSignal): Promise<HttpAnswer>;
  /** Sends a write with `dryRun=All` and returns the response, whatever its status. */
  dryRun(call: KubeCall, signal: AbortSignal): Promise<HttpAnswer>;
  /** Opens a connection to a port of a pod. */
  readonly portForward: KubernetesReader['portForward'];
  /** Builds a request with credentials, for operations to send through their changing io. */
  request(call: KubeCall, signal: AbortSignal): Promise<HttpRequest>;
  /** Sends a change through the given changing io and returns the response, whatever its status. */
  send(change: ChangeIo, call: KubeCall, signal: AbortSignal): Promise<HttpAnswer>;
  /** Resolves if the API responds, to whatever request: a quiet watch does not show it. */
  confirmReachable(signal: AbortSignal): Promise<void>;
  /** Returns the error that a response carries; undefined for 2xx. */
  responseError(answer: HttpAnswer): WireError | undefined;
  fault(path: string, error: unknown, method?: string): Fault;
  now(): Millis;
  /** The machine's wall clock; the cluster's clock is assumed to agree with it. */
  wallNow(): Millis;
  /** Converts a cluster timestamp ('2026-03-04T10:15:07Z') to our clock; undefined when it is not one. */
  toClock(time: unknown): Millis | undefined;
  close(): void;
}

/** Opens a client. `dir`: the directory of the profile, for a relative kubeconfig path. */
export const openKubeClient = (
  source: string,
  config: KubernetesConfig,
  io: ReadIo,
  dir?: string,
): KubeClient => {
  const target = {
    ...defined({ context: config.context }),
    ...(config.kubeconfig === undefined ? {} : { kubeconfig: resolveProfilePath(config.kubeconfig, dir) }),
  };
  const reads = io.open(kubernetesReads, target);
  const line = (method: string, path: string): string => {
    const known = reads.known();
    return known === undefined
      ? `kubernetes context ${config.context ?? '(current)'}`
      : secretMasker.mask(`${method} ${known.server}${path}`);
  };

  const problem = (answer: HttpAnswer): WireError | undefined =>
    kubeApiError(answer, io.clock.wallNow(), reads.known()?.login ?? noLogin);
  const checked = (answer: HttpAnswer): unknown => {
    const wrong = problem(answer);
    if (wrong !== undefined) throw wrong;
    return answer.json();
  };

  // Every login may read the version, and a refusal is a response of the API, too.
  const probe = createApiProbe(io.clock, config.timeout, async (signal) => {
    const answer = await reads.get('/version', signal);
    const wrong = answer.status < 500 ? undefined : problem(answer);
    if (wrong !== undefined) throw wrong;
  });
  const get: KubeClient['getResponse'] = async (path, signal, maxBytes) => {
    const answer = await reads.get(path, signal, maxBytes);
    if (answer.status < 500) probe.heard();
    return answer;
  };

  return {
    source,
    access: reads.access,
    describeCall: line,
    confirmReachable: probe.confirm,
    getResponse: get,
    get: async (path, signal, maxBytes) => checked(await get(path, signal, maxBytes)),
    getMetadata: async (path, signal) => checked(await reads.getMetadata(path, signal)),
    stream: async (path, signal) => {
      const stream = await reads.stream(path, signal);
      if (stream.status >= 200 && stream.status < 300) return stream;
      const body = await stream.text();
      const answer = { ...stream, text: body, json: () => tryParseJson(body) };
      const plain =
        statusError(answer, io.clock.wallNow()) ?? new WireError('malformed', `answered ${stream.status}`);
      throw explainApiStatus(plain, stream.status, tryParseJson(body), reads.known()?.login ?? noLogin);
    },
    review: async (review, signal) => checked(await reads.review(review, signal)),
    reviewSelf: reads.reviewSelf,
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
    wallNow: io.clock.wallNow,
    toClock: (time) => {
      const moment = typeof time === 'string' ? Date.parse(time) : Number.NaN;
      // Go writes a time that is not set as the year 1.
      return moment >= 0 ? moment - io.clock.wallOffset() : undefined;
    },
    close: () => void reads.close(),
  };
};

/** Returns an object, or undefined when it does not exist. Throws WireError. */
export const getIfExists = (client: KubeClient, path: string, signal: AbortSignal): Promise<unknown> =>
  client.get(path, signal).catch(undefinedIfMissing);

const tryParseJson = (body: string): unknown => {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
};
