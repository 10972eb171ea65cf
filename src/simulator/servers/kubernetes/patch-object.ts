import { defined } from '../../../domain/base/defined.ts';
import { parseYamlValue } from '../../../domain/yaml/bounded-yaml.ts';
import type { Cluster } from '../../model/cluster/cluster.ts';
import { rfc3339Seconds } from '../../model/cluster/state/names.ts';
import type { DeploymentObject, KubeObject, StatefulSetObject } from '../../model/spec/cluster-objects.ts';
import { parseJsonBody } from './access-review.ts';
import { type KubeRequest, objectStoreOf } from './api-context.ts';
import { checkPodUpdate } from './ephemeral-containers.ts';
import {
  badRequest,
  fieldConflict,
  invalidObject,
  noSuchPath,
  objectModified,
  objectNotFound,
  unsupportedMediaType,
  verbNotSupported,
} from './patch/api-error.ts';
import { isJsonObject, isSameJson, type Json, toJson } from './patch/json.ts';
import { jsonPatch } from './patch/json-patch.ts';
import { applyConflictsOf, managedFieldsAfter, managedFieldsBefore } from './patch/managed-fields.ts';
import { mergePatch, strategicPatch } from './patch/merge-patch.ts';
import type { ResourceRoute } from './patch/resources.ts';
import { apiVersionOf } from './patch/resources.ts';
import { buildNewObject, validateObject } from './validate.ts';

type Scalable = DeploymentObject | StatefulSetObject;

const targetOf = (cluster: Cluster, { of, namespace, name = '' }: ResourceRoute): Scalable => {
  const { deployments, statefulsets } = cluster.shelves;
  if (of.plural !== 'deployments' && of.plural !== 'statefulsets') throw noSuchPath();
  const workload =
    of.plural === 'deployments' ? deployments.get(namespace, name) : statefulsets.get(namespace, name);
  if (workload === undefined) throw objectNotFound(of, name);
  return workload;
};

/** The `Scale` of an object with replicas. */
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

/** The subresource `scale`: GET, and PATCH of the replicas with a merge patch. */
export const answerScale = (cluster: Cluster, route: ResourceRoute, ask: KubeRequest): unknown => {
  const target = targetOf(cluster, route);
  if (ask.method === 'GET') return scale(target, target.spec.replicas);
  if (ask.method !== 'PATCH' && ask.method !== 'PUT') throw verbNotSupported();
  const body = toJson(parseJsonBody(ask.body));
  const { spec, metadata } = isJsonObject(body) ? body : {};
  const replicas = isJsonObject(spec) ? (spec.replicas ?? target.spec.replicas) : target.spec.replicas;
  const version = isJsonObject(metadata) ? metadata.resourceVersion : undefined;
  const scalePatch = {
    ...(version === undefined ? {} : { metadata: { resourceVersion: version } }),
    spec: { replicas },
  };
  patchObject(cluster, route, {
    ...ask,
    contentType: 'application/merge-patch+json',
    body: JSON.stringify(scalePatch),
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

const wantedOf = ({ body, contentType }: KubeRequest): Json => {
  if (contentType !== applyType) return toJson(parseJsonBody(body));
  try {
    return toJson(parseYamlValue(body));
  } catch {
    throw badRequest('error decoding YAML: the request body is no YAML');
  }
};

const part = (object: Json, key: string): Json | undefined =>
  isJsonObject(object) ? object[key] : undefined;

/** Restores fields that a patch must not change. */
const guarded = (route: ResourceRoute, before: Json, after: Json): Json => {
  if (!isJsonObject(after)) throw badRequest('the patch leaves no object');
  const was = part(before, 'metadata');
  const is = part(after, 'metadata');
  if (!isJsonObject(was) || !isJsonObject(is)) throw badRequest('the patch leaves no metadata');
  if (is.resourceVersion !== undefined && is.resourceVersion !== was.resourceVersion)
    throw objectModified(route.of, route.name ?? '');
  if (is.uid !== undefined && is.uid !== was.uid)
    throw invalidObject(route.of, route.name ?? '', [
      { field: 'metadata.uid', message: `Invalid value: ${JSON.stringify(is.uid)}: field is immutable` },
    ]);
  const { name, namespace, uid, resourceVersion, creationTimestamp, generation } = was;
  const kept = { name, namespace, uid, resourceVersion, creationTimestamp, generation };
  const metadata = { ...is, ...JSON.parse(JSON.stringify(kept)) };
  const status = part(before, 'status');
  return { ...after, metadata, ...defined({ status }) };
};

/** A changed spec increments the generation. */
const numbered = (before: Json, object: KubeObject): KubeObject => {
  const spec = 'spec' in object ? toJson(object.spec) : undefined;
  const { generation } = object.metadata;
  if (generation === undefined || isSameJson(part(before, 'spec'), spec)) return object;
  return { ...object, metadata: { ...object.metadata, generation: generation + 1 } };
};

/** PATCH of an object, in any of the four patch types. Returns the object after the patch (also for a dry run). */
export const patchObject = (cluster: Cluster, route: ResourceRoute, ask: KubeRequest): KubeObject => {
  const { of, namespace, name = '' } = route;
  const shelf = objectStoreOf(cluster, of);
  const patch = patchers[ask.contentType];
  const applies = ask.contentType === applyType;
  if (patch === undefined || (patch === strategicPatch && of.definedBy !== undefined && !applies))
    throw unsupportedMediaType();
  const manager = ask.query.get('fieldManager') ?? '';
  if (applies && manager === '')
    throw badRequest(
      'PatchOptions.meta.k8s.io "" is invalid: fieldManager: Required value: is required for apply patch',
    );
  const manifest = wantedOf(ask);
  const live = shelf.get(namespace, name);
  if (live === undefined && !applies) throw objectNotFound(of, name);
  const start = live ?? buildNewObject(cluster, route, manifest);
  const before = live === undefined ? toJson({}) : toJson(live);
  const patched = guarded(route, toJson(start), patch(toJson(start), manifest));
  const after = checkPodUpdate(cluster, route, before, patched);
  const managed = managedFieldsBefore(live);
  if (applies && ask.query.get('force') !== 'true') {
    const conflicts = applyConflictsOf(managed, manager, before, after);
    if (conflicts.length > 0) throw fieldConflict(apiVersionOf(of), conflicts);
  }
  const object = numbered(toJson(start), validateObject(of, name, after));
  const written = {
    manager: manager === '' ? ask.agent || 'unknown' : manager,
    operation: applies ? ('Apply' as const) : ('Update' as const),
    apiVersion: apiVersionOf(of),
    time: rfc3339Seconds(cluster.now),
  };
  const managedFields = managedFieldsAfter(managed, before, after, written, applies ? manifest : undefined);
  // A patch without a change gives its manager no new fields.
  const result =
    managedFields === managed ? object : { ...object, metadata: { ...object.metadata, managedFields } };
  return isDryRun(ask.query) ? result : shelf.put(result);
};
