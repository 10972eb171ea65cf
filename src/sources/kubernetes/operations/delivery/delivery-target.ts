import { z } from 'zod';
import type { GenericAction } from '../../../../domain/runbooks/generic-action.ts';
import type { DeclaredEffect } from '../../../../domain/runbooks/operation.ts';
import { PlanError } from '../../../../domain/runbooks/operation.ts';
import { configuredDeliveryNamespaces } from '../../api/config.ts';
import { type DeliveryResource, deliveryResources } from '../../api/delivery-resources.ts';
import type { KubeParts } from '../../api/parts.ts';
import { isBeingDeleted, type ManagedWorkload } from '../../delivery/delivery-summary.ts';
import { shortKindText } from '../../pod/parse-pod.ts';
import { type ClusterObject, readObject, resolveNamespace } from '../write/find-object.ts';
import { zObjectName } from '../write/shared-params.ts';

export const zDeliveryNamespace = zObjectName(
  'namespace of the object (default: the first of deliveryNamespaces, or the first namespace of the source)',
).exactOptional();

/** The names of an object that delivers others, of which a call names one. */
export const deliveryNames = {
  application: zObjectName('name of the Argo CD application').exactOptional(),
  kustomization: zObjectName('name of the Flux Kustomization').exactOptional(),
  helmrelease: zObjectName('Flux HelmRelease').exactOptional(),
};

type DeliveryRef = { readonly [K in DeliveryResource]?: string };

const deliveryKinds = ['application', 'kustomization', 'helmrelease'] as const;

/** The kind and the name of the only object that the parameters name; undefined without one. */
export const deliveryRef = (
  params: DeliveryRef,
): { readonly kind: DeliveryResource; readonly name: string } | undefined => {
  const [first, ...others] = deliveryKinds.flatMap((kind) => {
    const name = params[kind];
    return name === undefined ? [] : [{ kind, name }];
  });
  return others.length > 0 ? undefined : first;
};

/** Namespace of a call that names none. Throws WireError, PlanError. */
export const deliveryNamespace = async (
  parts: KubeParts,
  requested: string | undefined,
  signal: AbortSignal,
): Promise<string> => {
  const [first] = configuredDeliveryNamespaces(parts.config) ?? [];
  return resolveNamespace(parts, requested ?? (first === '*' ? undefined : first), signal);
};

/** Reads an object to act on. Throws WireError; PlanError `not-applicable` when it is missing or being deleted. */
export const readDelivery = async (
  parts: KubeParts,
  kind: DeliveryResource,
  name: string,
  requested: string | undefined,
  signal: AbortSignal,
): Promise<ClusterObject> => {
  const namespace = await deliveryNamespace(parts, requested, signal);
  const object = await readObject(parts, deliveryResources[kind], name, namespace, signal);
  if (isBeingDeleted(object.raw))
    throw new PlanError('not-applicable', `${object.object} is being deleted and can deliver nothing`);
  return object;
};

/** The pods that a delivery may replace: those of all workloads that the object manages. */
export const deliveryEffects = (workloads: readonly ManagedWorkload[]): readonly DeclaredEffect[] =>
  workloads.map(({ kind, namespace, name }) => ({
    does: 'replaces',
    kind: 'workloads',
    where: { kind: 'pod', namespace, owner: `${shortKindText(kind)} ${name}` },
  }));

/** 'rolls out what differs of: deployment/bus in shop' */
export const workloadsText = (workloads: readonly ManagedWorkload[]): string =>
  workloads.length === 0
    ? 'none of its objects is a Deployment, StatefulSet or DaemonSet'
    : `the delivery rolls out the changes of ${workloads
        .map(({ kind, namespace, name }) => `${kind.toLowerCase()}/${name} in ${namespace}`)
        .join(', ')}`;

/** A large delivery waits for hooks and for the health of what it applies. */
const deliveryMs = 10 * 60_000;

/** The action on the row of one kind, which is recovered when the object's own status says so, after the action. */
export const deliveryAction = (
  verb: string,
  title: string,
  kind: DeliveryResource,
  check: string,
): GenericAction => ({
  id: `${verb}-${kind}`,
  verb,
  title: `${title} ${deliveryTitles[kind]}`,
  step: `${title} ${kind}/\${param.${kind}}`,
  on: 'workloads',
  where: `kind = ${kind}`,
  params: [
    { name: kind, type: 'choice', from: 'workloads.name', title: deliveryTitles[kind] },
    { name: 'namespace', type: 'choice', from: 'workloads.namespace', title: 'Namespace' },
  ],
  with: { [kind]: `\${param.${kind}}`, namespace: '${param.namespace}' },
  verify: [
    {
      id: 'v1',
      title: check,
      use: 'delivery',
      with: { [kind]: `\${param.${kind}}`, namespace: '${param.namespace}' },
      expect: { json: { done: true }, path: 'handledAt', change: '> 0' },
      withinMs: deliveryMs,
      forMs: 0,
    },
  ],
  notes: 'There is no undo: the repository decides what is delivered. Revert the change there.',
});

const deliveryTitles = {
  application: 'Argo CD application',
  kustomization: 'Flux Kustomization',
  helmrelease: 'Flux HelmRelease',
} as const satisfies Readonly<Record<DeliveryResource, string>>;

/** Exactly one object. */
const oneDelivery = {
  error: 'the step needs one object: set one of application, kustomization and helmrelease',
};

export const deliveryParams = z
  .strictObject({ ...deliveryNames, namespace: zDeliveryNamespace })
  .refine((params) => deliveryRef(params) !== undefined, oneDelivery);
