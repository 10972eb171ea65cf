import { Buffer } from 'node:buffer';
import type { ServerResponse } from 'node:http';
import { defined } from '../../../domain/base/defined.ts';
import type { Cluster } from '../../model/cluster/cluster.ts';
import { blockingBudget } from '../../model/cluster/disruption-budgets.ts';
import { terminatePod } from '../../model/cluster/pod-termination.ts';
import type { KubeObject } from '../../model/spec/cluster-objects.ts';
import { answerAccessReview, answerSelfReview, parseJsonBody } from './access-review.ts';
import type { KubeAnswer } from './api-context.ts';
import { type ApiContext, type KubeRequest, objectStoreOf } from './api-context.ts';
import { answerMetrics } from './metrics-server.ts';
import {
  apiPathNotFound,
  badRequest,
  continueExpired,
  evictionBlocked,
  noSuchPath,
  objectExists,
  objectModified,
  objectNotFound,
  verbNotSupported,
} from './patch/api-error.ts';
import { toJson } from './patch/json.ts';
import {
  apiVersionOf,
  isServedPath,
  parseResourceRoute,
  qualifiedResource,
  type ResourceKind,
  type ResourceRoute,
  resourceKinds,
} from './patch/resources.ts';
import { answerScale, isDryRun, patchObject } from './patch-object.ts';
import { answerPodLog } from './pod-log.ts';
import { objectSelector } from './selectors.ts';
import { type AccessAttributes, forbidden, isAuthorized } from './users.ts';
import { buildNewObject } from './validate.ts';
import { serveWatch } from './watch.ts';

const version = {
  major: '1',
  minor: '33',
  emulationMajor: '1',
  emulationMinor: '33',
  gitVersion: 'v1.33.4',
  gitCommit: '74cdb4273de6cc1d8d6a8aa2a5a0a0a6cbc2c8a1',
  gitTreeState: 'clean',
  buildDate: '2025-08-13T15:43:22Z',
  goVersion: 'go1.24.5',
  compiler: 'gc',
  platform: 'linux/amd64',
};

const resourceVerbs = ['create', 'delete', 'get', 'list', 'patch', 'watch'];

const resourceList = (kinds: readonly ResourceKind[], groupVersion: string) => ({
  kind: 'APIResourceList',
  apiVersion: 'v1',
  groupVersion,
  resources: kinds.map(({ plural, kind, isNamespaced, short }) => ({
    name: plural,
    singularName: kind.toLowerCase(),
    namespaced: isNamespaced,
    kind,
    verbs: resourceVerbs,
    ...(short === undefined || short.length === 0 ? {} : { shortNames: short }),
  })),
});

/** The kinds that the cluster serves: a custom resource only where something defines it. */
const servedKinds = ({ spec }: Cluster): readonly ResourceKind[] =>
  resourceKinds.filter(
    ({ definedBy }) => definedBy === undefined || spec.delivery?.[definedBy] !== undefined,
  );

const groups = (served: readonly ResourceKind[]) =>
  [...new Set(served.map(({ group }) => group))]
    .filter((group) => group !== '')
    .map((name) => {
      const kind = served.find(({ group }) => group === name);
      const preferred = { groupVersion: `${name}/${kind?.version ?? 'v1'}`, version: kind?.version ?? 'v1' };
      return { name, versions: [preferred], preferredVersion: preferred };
    });

/** `/version`, `/readyz`, `/livez`, `/healthz` and API discovery; undefined for other paths. */
const discoveryOf = (path: readonly string[], cluster: () => Cluster): KubeAnswer | undefined => {
  const whole = path.join('/');
  if (whole === 'version') return { status: 200, body: version };
  if (['readyz', 'livez', 'healthz'].includes(whole)) return { status: 200, body: 'ok' };
  if (whole === 'api')
    return { status: 200, body: { kind: 'APIVersions', versions: ['v1'], serverAddressByClientCIDRs: [] } };
  if (whole === 'apis')
    return {
      status: 200,
      body: { kind: 'APIGroupList', apiVersion: 'v1', groups: groups(servedKinds(cluster())) },
    };
  const groupVersion = whole.replace(/^apis?\//, '');
  if (path[0] !== 'api' && path[0] !== 'apis') return undefined;
  const kinds = servedKinds(cluster()).filter((kind) => apiVersionOf(kind) === groupVersion);
  return kinds.length === 0 ? undefined : { status: 200, body: resourceList(kinds, groupVersion) };
};

const creatable = [
  'jobs',
  'configmaps',
  'deployments',
  'statefulsets',
  'daemonsets',
  'services',
  'networkpolicies',
  'poddisruptionbudgets',
];

/** Creates an object (POST) and returns it. */
const create = (cluster: Cluster, route: ResourceRoute, ask: KubeRequest): KubeObject => {
  const { of, namespace } = route;
  if (!creatable.includes(of.plural) || namespace === undefined) throw verbNotSupported();
  const object = buildNewObject(cluster, route, toJson(parseJsonBody(ask.body)));
  const { name } = object.metadata;
  const shelf = objectStoreOf(cluster, of);
  if (shelf.get(namespace, name) !== undefined) throw objectExists(of, name);
  return isDryRun(ask.query) ? object : shelf.put(object);
};

/** `preconditions` of DeleteOptions: the object must have the given UID and version. */
const isAnother = (body: string, { uid, resourceVersion }: KubeObject['metadata']): boolean => {
  const bodyField = (key: string): string | undefined =>
    new RegExp(`"${key}"\\s*:\\s*"([^"]+)"`).exec(body)?.[1];
  return (
    (bodyField('uid') ?? uid) !== uid || (bodyField('resourceVersion') ?? resourceVersion) !== resourceVersion
  );
};

/** DELETE of an object. A pod terminates gracefully; dependents are deleted with their owner. */
const remove = (cluster: Cluster, { of, namespace, name = '' }: ResourceRoute, ask: KubeRequest): unknown => {
  const shelf = objectStoreOf(cluster, of);
  const object = shelf.get(namespace, name);
  if (object === undefined) throw objectNotFound(of, name);
  if (isAnother(ask.body, object.metadata)) throw objectModified(of, name);
  const success = {
    kind: 'Status',
    apiVersion: 'v1',
    metadata: {},
    status: 'Success',
    details: {
      name,
      group: of.group,
      kind: qualifiedResource({ group: '' }, of.plural),
      uid: object.metadata.uid,
    },
  };
  if (isDryRun(ask.query)) return of.plural === 'pods' ? object : success;
  const pod = of.plural === 'pods' ? cluster.shelves.pods.get(namespace, name) : undefined;
  const life = pod && cluster.lives.get(pod.metadata.uid);
  if (pod !== undefined && life !== undefined) {
    terminatePod(cluster, pod, life);
    return shelf.get(namespace, name) ?? object;
  }
  shelf.remove(namespace, name);
  return success;
};

/** POST of an Eviction: a DELETE of the pod that its PodDisruptionBudget permits. */
const evict = (cluster: Cluster, route: ResourceRoute, ask: KubeRequest): unknown => {
  const { of, namespace, name = '' } = route;
  const pod = cluster.shelves.pods.get(namespace, name);
  if (pod === undefined) throw objectNotFound(of, name);
  const blocking = blockingBudget(cluster, pod);
  if (blocking !== undefined) throw evictionBlocked(blocking);
  remove(cluster, route, ask);
  return { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', code: 201 };
};

interface Bookmark {
  readonly version: number;
  readonly after: string;
}

const keyOf = ({ metadata }: KubeObject): string => `${metadata.namespace ?? ''}/${metadata.name}`;

const writeToken = ({ version, after }: Bookmark): string =>
  Buffer.from(JSON.stringify({ v: 'meta.k8s.io/v1', rv: version, start: after })).toString('base64url');

const readToken = (text: string): Bookmark => {
  const match = /"rv":(\d+),"start":"([^"]*)"/.exec(Buffer.from(text, 'base64url').toString());
  if (match === null)
    throw badRequest(
      'invalid continue token: continue key is not valid: illegal base64 data at input byte 0',
    );
  return { version: Number(match[1]), after: match[2] ?? '' };
};

/** List items have neither kind nor apiVersion. */
const item = ({ apiVersion: _, kind: __, ...rest }: KubeObject) => rest;

/** A list, or the chunk selected by `limit` and `continue`, at the cluster's current version. */
const listOf = (cluster: Cluster, { of, namespace }: ResourceRoute, query: URLSearchParams) => {
  const fits = objectSelector(query, of.plural);
  const token = query.get('continue') ?? '';
  const from = token === '' ? undefined : readToken(token);
  if (from !== undefined && from.version < cluster.ledger.oldest) throw continueExpired();
  const all = objectStoreOf(cluster, of)
    .list()
    .filter((object) => (namespace === undefined || object.metadata.namespace === namespace) && fits(object));
  const rest = from === undefined ? all : all.filter((object) => keyOf(object) > from.after);
  const limit = Number(query.get('limit') ?? 0) || rest.length;
  const chunk = rest.slice(0, limit);
  const version = from?.version ?? cluster.ledger.version;
  const last = chunk.at(-1);
  const more =
    rest.length > limit && last !== undefined
      ? { continue: writeToken({ version, after: keyOf(last) }), remainingItemCount: rest.length - limit }
      : {};
  return envelope(of, String(version), more, chunk.map(item));
};

const envelope = <T>(of: ResourceKind, resourceVersion: string, more: object, items: readonly T[]) => ({
  kind: `${of.kind}List`,
  apiVersion: apiVersionOf(of),
  metadata: { resourceVersion, ...more },
  items,
});

/** Source: Kubernetes API concepts, "Receiving resources as tables and metadata". */
const isMetadataOnly = ({ accept }: KubeRequest): boolean => /\bas=PartialObjectMetadataList\b/.test(accept);

/** The same list with the metadata of its objects alone. */
const metadataListOf = (cluster: Cluster, route: ResourceRoute, query: URLSearchParams) => {
  const { metadata, items } = listOf(cluster, route, query);
  return {
    kind: 'PartialObjectMetadataList',
    apiVersion: 'meta.k8s.io/v1',
    metadata,
    items: items.map((each) => ({ metadata: each.metadata })),
  };
};

const verbs: Readonly<Record<string, string>> = {
  POST: 'create',
  PATCH: 'patch',
  PUT: 'update',
  DELETE: 'delete',
};

const isWatch = (query: URLSearchParams): boolean => ['1', 'true'].includes(query.get('watch') ?? '');

/** Authorization attributes of a request. */
const deedOf = (
  { method, query }: KubeRequest,
  { of, namespace, name, subresource }: ResourceRoute,
): AccessAttributes => {
  const reading = name === undefined ? (isWatch(query) ? 'watch' : 'list') : 'get';
  return {
    verb: verbs[method] ?? reading,
    group: of.group,
    resource: of.plural,
    ...defined({ subresource, namespace, name }),
  };
};

/** Throws a `403` for an unauthorized request. */
export const authorize = (ask: KubeRequest, route: ResourceRoute): void => {
  const deed = deedOf(ask, route);
  if (!isAuthorized(ask.user, deed)) throw forbidden(ask.user, deed);
};

const ok = (body: unknown, status = 200): KubeAnswer => ({ status, body });

const readOne = (cluster: Cluster, { of, namespace, name = '' }: ResourceRoute): unknown => {
  const object = objectStoreOf(cluster, of).get(namespace, name);
  if (object === undefined) throw objectNotFound(of, name);
  return object;
};

/** Throws for a subresource that is not served here: `status` is read, and `ephemeralcontainers` of a pod is patched too. */
const requireSubresource = ({ of, subresource }: ResourceRoute, method: string): void => {
  if (subresource === undefined) return;
  const isEphemeral = subresource === 'ephemeralcontainers' && of.plural === 'pods';
  if (!isEphemeral && !(subresource === 'status' && method === 'GET')) throw noSuchPath();
  if (method === 'DELETE') throw verbNotSupported();
};

const answerResource = (
  seat: ApiContext,
  ask: KubeRequest,
  route: ResourceRoute,
  response: ServerResponse,
): KubeAnswer => {
  authorize(ask, route);
  const { of, name, subresource } = route;
  const { method, query } = ask;
  const reads = method === 'GET';
  if (!servedKinds(seat.cluster()).includes(of)) return apiPathNotFound;
  if (name === undefined) {
    if (reads && isWatch(query)) {
      serveWatch(seat, route, query, response);
      return 'streamed';
    }
    if (reads && isMetadataOnly(ask)) return ok(metadataListOf(seat.cluster(), route, query));
    if (reads) return ok(listOf(seat.cluster(), route, query));
    if (method === 'POST') return ok(create(seat.cluster(), route, ask), 201);
    throw verbNotSupported();
  }
  if (subresource === 'log' && of.plural === 'pods' && reads)
    return answerPodLog(seat, route, query, response);
  if (subresource === 'eviction' && of.plural === 'pods' && method === 'POST')
    return ok(evict(seat.cluster(), route, ask), 201);
  if (subresource === 'scale') return ok(answerScale(seat.cluster(), route, ask));
  requireSubresource(route, method);
  if (reads) return ok(readOne(seat.cluster(), route));
  if (method === 'PATCH') return ok(patchObject(seat.cluster(), route, ask));
  if (method === 'DELETE') return ok(remove(seat.cluster(), route, ask));
  throw verbNotSupported();
};

/** Handles one request. Throws a Refusal for a rejected one. */
export const answerKubeRequest = (
  seat: ApiContext,
  ask: KubeRequest,
  response: ServerResponse,
): KubeAnswer => {
  const route = parseResourceRoute(ask.path);
  if (route !== undefined) return answerResource(seat, ask, route, response);
  const other =
    discoveryOf(ask.path, seat.cluster) ??
    answerAccessReview(ask) ??
    answerSelfReview(seat.cluster(), ask) ??
    answerMetrics(seat, ask);
  if (other !== undefined) return other;
  if (isServedPath(ask.path)) throw noSuchPath();
  return apiPathNotFound;
};
