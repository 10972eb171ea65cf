import type { IncomingMessage } from 'node:http';
import type { Cluster } from '../../model/cluster/cluster.ts';
import type { ObjectStore } from '../../model/cluster/state/object-store.ts';
import type { PodRuntime } from '../../model/cluster/state/pod-runtime.ts';
import type { KubeObject, Pod } from '../../model/spec/cluster-objects.ts';
import type { SystemModel } from '../../model/system-model.ts';
import type { SimulatorContext } from '../http/simulator-context.ts';
import { unauthorized } from './patch/api-error.ts';
import type { ResourceKind } from './patch/resources.ts';
import type { UserName } from './users.ts';
import { userOf } from './users.ts';

/** Timestamp fields. */
const moments = new Set([
  'creationTimestamp',
  'deletionTimestamp',
  'startTime',
  'completionTime',
  'startedAt',
  'finishedAt',
  'lastTransitionTime',
  'lastUpdateTime',
  'firstTimestamp',
  'lastTimestamp',
  'deployStartedAt',
  'deployedAt',
  'firstDeployed',
  'lastDeployed',
]);

/** An object as JSON with its times on the caller's clock. */
export const renderForClock = (model: SystemModel, value: unknown): string =>
  JSON.stringify(value, (key, field: unknown) => {
    if (!moments.has(key) || typeof field !== 'string') return field;
    const time = Date.parse(field);
    return Number.isNaN(time) ? field : `${new Date(model.toClock(time)).toISOString().slice(0, 19)}Z`;
  });

/** Parses a request. Throws a `401` for an unknown token. */
export const parseKubeRequest = (request: IncomingMessage, body: string): KubeRequest => {
  const url = new URL(request.url ?? '/', 'http://localhost');
  const user = userOf(request.headers.authorization);
  if (user === undefined) throw unauthorized();
  return {
    method: request.method ?? 'GET',
    path: url.pathname
      .split('/')
      .filter((part) => part !== '')
      .map(decodeURIComponent),
    query: url.searchParams,
    body,
    contentType: (request.headers['content-type'] ?? '').split(';')[0]?.trim() ?? '',
    accept: request.headers.accept ?? '',
    agent: (request.headers['user-agent'] ?? '').split('/')[0] ?? '',
    user,
  };
};

/** The response; a string is sent unchanged. 'streamed': the handler writes it itself. */
export type KubeAnswer = { readonly status: number; readonly body: unknown } | 'streamed';

/** Purpose of a WebSocket into a pod. */
export interface PodSession {
  readonly seat: ApiContext;
  readonly ask: KubeRequest;
  readonly pod: Pod;
  readonly life: PodRuntime;
}

/** A parsed request with its user. */
export interface KubeRequest {
  readonly method: string;
  readonly path: readonly string[];
  readonly query: URLSearchParams;
  readonly body: string;
  readonly contentType: string;
  /** Requested form of the answer. */
  readonly accept: string;
  readonly agent: string;
  readonly user: UserName;
}

/** Context of a request. */
export interface ApiContext {
  readonly view: SimulatorContext;
  /** The current cluster. */
  cluster(): Cluster;
}

export const createApiContext = (view: SimulatorContext): ApiContext => ({
  view,
  cluster: () => {
    const { cluster } = view.model.environmentAt(view.env, view.clock.now()).parts;
    if (cluster === undefined) throw new Error(`no cluster in ${view.env} of the simulator`);
    return cluster;
  },
});

/** Objects of one resource of any type. */
export const objectStoreOf = (cluster: Cluster, { plural }: ResourceKind): ObjectStore<KubeObject> =>
  cluster.shelves[plural];
