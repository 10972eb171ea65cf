import type { Target } from '../../../domain/operation.ts';
import { PlanError } from '../../../domain/plan-error.ts';
import type { KubeClient } from '../client.ts';
import { type Kind, kinds, objectPath } from '../kinds.ts';
import { metaOf } from '../meta.ts';
import type { KubeParts } from '../parts.ts';
import { namespaceFor } from '../reading/object.ts';
import type { Right } from '../rights.ts';
import { ifThere } from './drift.ts';
import type { Named } from './param-parts.ts';

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
