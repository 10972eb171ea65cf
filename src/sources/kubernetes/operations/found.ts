import type { Drift, Target } from '../../../domain/operation.ts';
import { PlanError } from '../../../domain/operation.ts';
import { WireError } from '../../../platform/failures.ts';
import { field, text } from '../../wire-value.ts';
import type { KubeClient } from '../client.ts';
import { type Kind, kinds, objectNamed, objectPath } from '../kinds.ts';
import { metaOf } from '../meta.ts';
import type { KubeParts } from '../parts.ts';
import { namespacesRead } from '../parts.ts';
import type { Right } from './admission.ts';
import type { Named } from './param-parts.ts';

/** The uid of what is not there yet. */
export const noUid = 'none yet';

/** Reads a pinned target again: undefined when it is the same object and shows the same value. Throws WireError. */
export const driftOf = async (
  client: KubeClient,
  { name, uid, saw }: Target,
  look: string,
  signal: AbortSignal,
  sees: (raw: unknown) => string,
): Promise<Drift | undefined> => {
  const raw = await ifThere(client, look, signal);
  const drift = (found: string): Drift => ({ target: name, planned: saw, found });
  if (raw === undefined) return uid === noUid ? undefined : drift('it is not there any more');
  if (uid === noUid) return drift('it is there by now');
  if (metaOf(raw).uid !== uid) return drift('another object of the same name');
  const now = sees(raw);
  return now === saw ? undefined : drift(now);
};

/** An object, or undefined when it is not there. Throws WireError. */
export const ifThere = async (client: KubeClient, path: string, signal: AbortSignal): Promise<unknown> => {
  try {
    return await client.get(path, signal);
  } catch (error) {
    if (error instanceof WireError && error.kind === 'missing') return undefined;
    throw error;
  }
};

/** One GET, and what it is about. */
export interface Asked {
  readonly path: string;
  readonly target: Target;
}

/** Where an operation looks that names no namespace. Throws WireError. */
export const namespaceFor = async (
  parts: KubeParts,
  given: string | undefined,
  signal: AbortSignal,
): Promise<string> => {
  if (given !== undefined) return given;
  const [first = 'default'] = await namespacesRead(parts, signal);
  if (first === '*') throw new PlanError('failed', 'this source reads all namespaces: say namespace:');
  return first;
};

/** What could not be read is no plan; what is not there is not applicable. */
export const noPlan = ({ client }: KubeParts, path: string, error: unknown): PlanError => {
  const ending = error instanceof WireError && error.kind === 'missing' ? 'not-applicable' : 'failed';
  return new PlanError(ending, client.fault(path, error).message, { cause: error });
};

interface FoundObject {
  readonly kind: Kind;
  readonly namespace: string;
  readonly path: string;
  readonly raw: unknown;
  readonly asked: Asked;
}

/** Reads an object afresh and pins it by its uid. Throws WireError, `missing` when it is not there. */
export const findObject = async (
  parts: KubeParts,
  object: string,
  given: string | undefined,
  signal: AbortSignal,
): Promise<FoundObject> => {
  const named = objectNamed(object);
  if (named === undefined) throw new PlanError('failed', `"${object}" is no object`);
  const namespace = named.kind.isNamespaced ? await namespaceFor(parts, given, signal) : '*';
  const path = objectPath(named.kind, namespace, named.name);
  const raw = await parts.client.get(path, signal).catch((error: unknown) => {
    throw noPlan(parts, path, error);
  });
  const { name, uid } = metaOf(raw);
  const where = namespace === '*' ? 'the cluster' : `namespace ${namespace}`;
  const saw = `version ${text(field(field(raw, 'metadata'), 'resourceVersion')) ?? 'unknown'}`;
  return { kind: named.kind, namespace, path, raw, asked: { path, target: { name, uid, saw, where } } };
};

/** Events of one object. Source: core/v1 Event, field selectors. */
export const eventsPath = (kind: Kind, namespace: string, name: string): string => {
  const of = `involvedObject.kind=${kind.kind},involvedObject.name=${name}`;
  const root =
    namespace === '*' ? '/api/v1/events' : `/api/v1/namespaces/${encodeURIComponent(namespace)}/events`;
  return `${root}?${new URLSearchParams({ fieldSelector: of }).toString()}`;
};

/** An object that an operation means, as it is now. */
export interface Found {
  readonly kind: Kind;
  readonly name: string;
  /** 'deployment/billing' */
  readonly object: string;
  /** '*' for what is in none. */
  readonly namespace: string;
  readonly path: string;
  readonly raw: unknown;
  /** 'namespace prod of cluster eu, context prod' */
  readonly where: string;
}

/** Where an object is, in words: cluster and context too, since names repeat from one to the next. */
export const placeOf = async (
  client: KubeClient,
  namespace: string,
  signal: AbortSignal,
): Promise<string> => {
  const { cluster, context } = await client.access(signal);
  return `${namespace === '*' ? '' : `namespace ${namespace} of `}cluster ${cluster}, context ${context}`;
};

/** Reads an object afresh. Throws WireError; PlanError `not-applicable` when it is not there. */
export const findIt = async (
  parts: KubeParts,
  kind: Kind,
  name: string,
  given: string | undefined,
  signal: AbortSignal,
): Promise<Found> => {
  const namespace = kind.isNamespaced ? await namespaceFor(parts, given, signal) : '*';
  const path = objectPath(kind, namespace, name);
  const raw = await ifThere(parts.client, path, signal);
  const where = await placeOf(parts.client, namespace, signal);
  const object = `${kind.word}/${name}`;
  if (raw === undefined) throw new PlanError('not-applicable', `there is no ${object} in ${where}`);
  return { kind, name, object, namespace, path, raw, where };
};

/** The workload that the parameters name. Throws as `findIt` does. */
export const findNamed = (
  parts: KubeParts,
  params: Named & { readonly namespace?: string },
  signal: AbortSignal,
): Promise<Found> => {
  const { deployment, statefulset, daemonset, namespace } = params;
  if (deployment !== undefined) return findIt(parts, kinds.deployment, deployment, namespace, signal);
  if (statefulset !== undefined) return findIt(parts, kinds.statefulset, statefulset, namespace, signal);
  return findIt(parts, kinds.daemonset, daemonset ?? '', namespace, signal);
};

/** A found object as a pinned target. */
export const targetOf = ({ raw, where }: Found, saw: string): Target => {
  const { name, uid } = metaOf(raw);
  return { name, uid, saw, where };
};

/** The right to do something to a found object, or to a part of it. */
export const rightTo = (
  verb: string,
  { kind, namespace, name }: Pick<Found, 'kind' | 'namespace' | 'name'>,
  subresource?: string,
): Right => ({
  verb,
  group: kind.group,
  resource: kind.plural,
  name,
  ...(subresource === undefined ? {} : { subresource }),
  ...(namespace === '*' ? {} : { namespace }),
});

/** The parameters that name an object again: of what takes an operation back. */
export const namingOf = ({ kind, name, namespace }: Found): Readonly<Record<string, unknown>> => ({
  [kind.word]: name,
  namespace,
});
