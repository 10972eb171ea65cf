import { defined } from '../../../../domain/base/defined.ts';
import type { Target, TargetDrift } from '../../../../domain/runbooks/operation.ts';
import { PlanError } from '../../../../domain/runbooks/operation.ts';
import { WireError } from '../../../../platform/runtime/wire-error.ts';
import type { Right } from '../../../kit/contract/access-review.ts';
import { field, text } from '../../../kit/values/wire-value.ts';
import { type ApiResource, objectPath, parseObjectRef } from '../../api/api-resources.ts';
import { getIfExists, type KubeClient } from '../../api/client.ts';
import { parseMeta } from '../../api/object-meta.ts';
import type { KubeParts } from '../../api/parts.ts';
import { resolveNamespaces } from '../../api/parts.ts';
import { type WorkloadRef, workloadKind } from './shared-params.ts';

/** Placeholder uid of an object that does not exist yet. */
export const noUid = 'none yet';

/**
 * Reads a pinned target again. Returns undefined when it is still the same object with the same value. Throws
 * WireError.
 */
export const objectDrift = async (
  client: KubeClient,
  { name, uid, saw }: Target,
  path: string,
  signal: AbortSignal,
  sees: (raw: unknown) => string,
): Promise<TargetDrift | undefined> => {
  const raw = await getIfExists(client, path, signal);
  const drift = (found: string): TargetDrift => ({ target: name, planned: saw, found });
  if (raw === undefined)
    return uid === noUid ? undefined : drift('the object no longer exists in the cluster');
  if (uid === noUid) return drift('an object that exists');
  if (parseMeta(raw).uid !== uid) return drift('a different object with the same name');
  const now = sees(raw);
  return now === saw ? undefined : drift(now);
};

/** One GET and its subject. */
export interface ObjectRequest {
  readonly path: string;
  readonly target: Target;
}

/** Namespace of an operation that names none. Throws WireError. */
export const resolveNamespace = async (
  parts: KubeParts,
  requestedNamespace: string | undefined,
  signal: AbortSignal,
): Promise<string> => {
  if (requestedNamespace !== undefined) return requestedNamespace;
  const [first = 'default'] = await resolveNamespaces(parts, signal);
  if (first === '*') throw new PlanError('failed', 'this source reads all namespaces: set namespace:');
  return first;
};

/**
 * Converts a failed read to a PlanError: a missing object makes the operation not applicable, any other failure
 * prevents the plan.
 */
export const unreadablePlanError = ({ client }: KubeParts, path: string, error: unknown): PlanError => {
  const ending = error instanceof WireError && error.kind === 'missing' ? 'not-applicable' : 'failed';
  return new PlanError(ending, client.fault(path, error).message, { cause: error });
};

interface PinnedObject {
  readonly kind: ApiResource;
  readonly namespace: string;
  readonly path: string;
  readonly raw: unknown;
  readonly request: ObjectRequest;
}

/** Reads an object and pins it by its uid. Throws WireError, `missing` when it does not exist. */
export const readPinnedObject = async (
  parts: KubeParts,
  object: string,
  requestedNamespace: string | undefined,
  signal: AbortSignal,
): Promise<PinnedObject> => {
  const named = parseObjectRef(object);
  if (named === undefined) throw new PlanError('failed', `"${object}" is not an object. Write KIND/NAME`);
  const namespace = named.kind.isNamespaced ? await resolveNamespace(parts, requestedNamespace, signal) : '*';
  const path = objectPath(named.kind, namespace, named.name);
  const raw = await parts.client.get(path, signal).catch((error: unknown) => {
    throw unreadablePlanError(parts, path, error);
  });
  const { name, uid } = parseMeta(raw);
  const where = namespace === '*' ? 'the cluster' : `namespace ${namespace}`;
  const seen = `version ${text(field(field(raw, 'metadata'), 'resourceVersion')) ?? 'unknown'}`;
  return {
    kind: named.kind,
    namespace,
    path,
    raw,
    request: { path, target: { name, uid, saw: seen, where } },
  };
};

/** Path of the events of one object. Source: core/v1 Event, field selectors. */
export const eventsPath = (kind: ApiResource, namespace: string, name: string): string => {
  const of = `involvedObject.kind=${kind.kind},involvedObject.name=${name}`;
  const root =
    namespace === '*' ? '/api/v1/events' : `/api/v1/namespaces/${encodeURIComponent(namespace)}/events`;
  return `${root}?${new URLSearchParams({ fieldSelector: of }).toString()}`;
};

/** The current state of an object that an operation acts on. */
export interface ClusterObject {
  readonly kind: ApiResource;
  readonly name: string;
  /** 'deployment/billing' */
  readonly object: string;
  /** '*' for cluster-scoped kinds. */
  readonly namespace: string;
  readonly path: string;
  readonly raw: unknown;
  /** 'namespace prod of cluster eu, context prod' */
  readonly where: string;
}

/** Describes the location of an object, including cluster and context, since names repeat across clusters. */
export const describeLocation = async (
  client: KubeClient,
  namespace: string,
  signal: AbortSignal,
): Promise<string> => {
  const { cluster, context } = await client.access(signal);
  return `${namespace === '*' ? '' : `namespace ${namespace} of `}cluster ${cluster}, context ${context}`;
};

/** Reads an object. Throws WireError; PlanError `not-applicable` when it does not exist. */
export const readObject = async (
  parts: KubeParts,
  kind: ApiResource,
  name: string,
  requestedNamespace: string | undefined,
  signal: AbortSignal,
): Promise<ClusterObject> => {
  const namespace = kind.isNamespaced ? await resolveNamespace(parts, requestedNamespace, signal) : '*';
  const path = objectPath(kind, namespace, name);
  const raw = await getIfExists(parts.client, path, signal);
  const where = await describeLocation(parts.client, namespace, signal);
  const object = `${kind.singular}/${name}`;
  if (raw === undefined)
    throw new PlanError(
      'not-applicable',
      `${object} not found in ${where}: check the name and the namespace`,
    );
  return { kind, name, object, namespace, path, raw, where };
};

/** Reads the workload that the parameters name. Throws like `readObject`. */
export const findWorkload = (
  parts: KubeParts,
  params: WorkloadRef & { readonly namespace?: string },
  signal: AbortSignal,
): Promise<ClusterObject> => {
  const { kind, name } = workloadKind(params);
  return readObject(parts, kind, name, params.namespace, signal);
};

/** Converts an object to a pinned target. */
export const objectTarget = ({ raw, where }: ClusterObject, seen: string): Target => {
  const { name, uid } = parseMeta(raw);
  return { name, uid, saw: seen, where };
};

/** The permission for a verb on an object or on its subresource. */
export const rightTo = (
  verb: string,
  { kind, namespace, name }: Pick<ClusterObject, 'kind' | 'namespace' | 'name'>,
  subresource?: string,
): Right => ({
  verb,
  group: kind.group,
  resource: kind.plural,
  name,
  ...defined({ subresource }),
  ...(namespace === '*' ? {} : { namespace }),
});

/** Parameters that identify an object again, for the undo of an operation. */
export const namingParams = ({
  kind,
  name,
  namespace,
}: ClusterObject): Readonly<Record<string, unknown>> => ({
  [kind.singular]: name,
  namespace,
});
