import { parse } from 'yaml';
import type { Cluster } from '../../model/cluster/cluster.ts';
import { stamp } from '../../model/cluster/names.ts';
import type { DeploymentObject, KubeObject, StatefulSetObject } from '../../model/cluster/objects.ts';
import { isObject, type Json, same, toJson } from './patch/json.ts';
import { jsonPatch } from './patch/json-patch.ts';
import { conflictsOf, managedAfter, managedBefore } from './patch/managers.ts';
import { mergePatch, strategicPatch } from './patch/strategic.ts';
import type { Route } from './resources.ts';
import { apiVersionOf } from './resources.ts';
import { jsonOf } from './review.ts';
import { type KubeAsk, shelfOf } from './seat.ts';
import {
  badRequest,
  modified,
  noSuchPath,
  notAllowed,
  notFound,
  ownedByOthers,
  unsupportedType,
} from './status.ts';
import { newObject, validated } from './validate.ts';

type Scalable = DeploymentObject | StatefulSetObject;

const targetOf = (cluster: Cluster, { of, namespace, name = '' }: Route): Scalable => {
  const { deployments, statefulsets } = cluster.shelves;
  if (of.plural !== 'deployments' && of.plural !== 'statefulsets') throw noSuchPath();
  const found =
    of.plural === 'deployments' ? deployments.get(namespace, name) : statefulsets.get(namespace, name);
  if (found === undefined) throw notFound(of, name);
  return found;
};

/** The `Scale` of an object that has replicas. */
const scale = ({ metadata, spec, status }: Scalable, replicas: number) => {
  const { name, namespace, uid, resourceVersion, creationTimestamp } = metadata;
  return {
    kind: 'Scale',
    apiVersion: 'autoscaling/v1',
    metadata: { name, namespace, uid, resourceVersion, creationTimestamp },
    spec: { replicas },
    status: {
      replicas: status.replicas ?? 0,
      selector: Object.entries(spec.selector.matchLabels)
        .map(([key, value]) => `${key}=${value}`)
        .join(),
    },
  };
};

/** The subresource `scale`: reading it, and setting the number of replicas by a merge patch. */
export const scaleOf = (cluster: Cluster, route: Route, ask: KubeAsk): unknown => {
  const target = targetOf(cluster, route);
  if (ask.method === 'GET') return scale(target, target.spec.replicas);
  if (ask.method !== 'PATCH' && ask.method !== 'PUT') throw notAllowed();
  const body = toJson(jsonOf(ask.body));
  const { spec, metadata } = isObject(body) ? body : {};
  const replicas = isObject(spec) ? (spec.replicas ?? target.spec.replicas) : target.spec.replicas;
  const version = isObject(metadata) ? metadata.resourceVersion : undefined;
  const wanted = {
    ...(version === undefined ? {} : { metadata: { resourceVersion: version } }),
    spec: { replicas },
  };
  change(cluster, route, {
    ...ask,
    contentType: 'application/merge-patch+json',
    body: JSON.stringify(wanted),
  });
  const now = targetOf(cluster, route);
  return scale(now, isDryRun(ask.query) ? Number(replicas) : now.spec.replicas);
};

export const isDryRun = (query: URLSearchParams): boolean => query.get('dryRun') === 'All';

const applyType = 'application/apply-patch+yaml';

const patchers: Readonly<Record<string, (target: Json, patch: Json) => Json>> = {
  'application/json-patch+json': jsonPatch,
  'application/merge-patch+json': mergePatch,
  'application/strategic-merge-patch+json': strategicPatch,
  [applyType]: strategicPatch,
};

const wantedOf = ({ body, contentType }: KubeAsk): Json => {
  if (contentType !== applyType) return toJson(jsonOf(body));
  try {
    return toJson(parse(body));
  } catch {
    throw badRequest('error decoding YAML: the request body is no YAML');
  }
};

const part = (object: Json, key: string): Json | undefined => (isObject(object) ? object[key] : undefined);

/** What a client may not change by a patch is as it was. */
const guarded = (route: Route, before: Json, after: Json): Json => {
  if (!isObject(after)) throw badRequest('the patch leaves no object');
  const [was, is] = [part(before, 'metadata'), part(after, 'metadata')];
  if (!isObject(was) || !isObject(is)) throw badRequest('the patch leaves no metadata');
  if (is.resourceVersion !== undefined && is.resourceVersion !== was.resourceVersion)
    throw modified(route.of, route.name ?? '');
  const { name, namespace, uid, resourceVersion, creationTimestamp, generation } = was;
  const kept = { name, namespace, uid, resourceVersion, creationTimestamp, generation };
  const metadata = { ...is, ...JSON.parse(JSON.stringify(kept)) };
  const status = part(before, 'status');
  return { ...after, metadata, ...(status === undefined ? {} : { status }) };
};

/** Another spec is another generation. */
const numbered = (before: Json, object: KubeObject): KubeObject => {
  const spec = 'spec' in object ? toJson(object.spec) : undefined;
  const { generation } = object.metadata;
  if (generation === undefined || same(part(before, 'spec'), spec)) return object;
  return { ...object, metadata: { ...object.metadata, generation: generation + 1 } };
};

/** PATCH of an object, in any of the four kinds; gives the object as it is then (or, in a dry run, would be). */
export const change = (cluster: Cluster, route: Route, ask: KubeAsk): KubeObject => {
  const { of, namespace, name = '' } = route;
  const shelf = shelfOf(cluster, of);
  const patch = patchers[ask.contentType];
  if (patch === undefined) throw unsupportedType();
  const applies = ask.contentType === applyType;
  const manager = ask.query.get('fieldManager') ?? '';
  if (applies && manager === '')
    throw badRequest(
      'PatchOptions.meta.k8s.io "" is invalid: fieldManager: Required value: is required for apply patch',
    );
  const wanted = wantedOf(ask);
  const live = shelf.get(namespace, name);
  if (live === undefined && !applies) throw notFound(of, name);
  const start = live ?? newObject(cluster, route, wanted);
  const before = live === undefined ? toJson({}) : toJson(live);
  const after = guarded(route, toJson(start), patch(toJson(start), wanted));
  const managed = managedBefore(live);
  if (applies && ask.query.get('force') !== 'true') {
    const conflicts = conflictsOf(managed, manager, before, after);
    if (conflicts.length > 0) throw ownedByOthers(apiVersionOf(of), conflicts);
  }
  const object = numbered(toJson(start), validated(of, name, after));
  const written = {
    manager: manager === '' ? ask.agent || 'unknown' : manager,
    operation: applies ? ('Apply' as const) : ('Update' as const),
    apiVersion: apiVersionOf(of),
    time: stamp(cluster.now),
  };
  const managedFields = managedAfter(managed, before, after, written, applies ? wanted : undefined);
  // Nothing new was said: nobody owns more than before.
  const result =
    managedFields === managed ? object : { ...object, metadata: { ...object.metadata, managedFields } };
  return isDryRun(ask.query) ? result : shelf.put(result);
};
