import { z } from 'zod';
import { formatDuration, parseDuration } from '../../../../domain/text/duration.ts';
import { type ApiResource, apiResources, findApiResource } from '../../api/api-resources.ts';

/** Maximum duration of a step. */
const maxWaitMs = 5 * 60_000;

/** The executor validates these values twice, so the schema must not transform them. */
export const zBoundedDuration = (what: string, mostMs = maxWaitMs) =>
  z
    .string()
    .refine((text) => (parseDuration(text) ?? 0) > 0, { error: 'not a duration with a unit: use 30s or 2m' })
    .refine((text) => (parseDuration(text) ?? 0) <= mostMs, { error: `at most ${formatDuration(mostMs)}` })
    .meta({ description: what })
    .exactOptional();

export const zObjectName = (what: string) =>
  z
    .string()
    .regex(/^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$/, {
      error: (issue) => `"${String(issue.input)}" is not an object name: use a-z, 0-9, - and .`,
    })
    .meta({ description: what });

export const zNamespaceParam = zObjectName(
  'the object is in this namespace. The default is the first namespace of the source',
).exactOptional();
export const zContainerParam = zObjectName(
  'the operation acts on this container. Required if there are several',
).exactOptional();
export const zRolloutWait = zBoundedDuration(
  'how long to wait until the rollout is complete (default: do not wait, at most 5m)',
);

const deployment = zObjectName('deployment name').exactOptional();
const statefulset = zObjectName('StatefulSet name').exactOptional();
const daemonset = zObjectName('DaemonSet name').exactOptional();

export const workloadNames = { deployment, statefulset, daemonset };
export const workloadParams = { ...workloadNames, namespace: zNamespaceParam, wait: zRolloutWait };
export const scalableParams = { deployment, statefulset, namespace: zNamespaceParam, wait: zRolloutWait };

/** The parameters that name a workload. */
export interface WorkloadRef {
  readonly deployment?: string;
  readonly statefulset?: string;
  readonly daemonset?: string;
}

export const hasOneWorkload = ({
  deployment: text,
  statefulset: two,
  daemonset: three,
}: WorkloadRef): boolean => [text, two, three].filter((name) => name !== undefined).length === 1;
export const oneWorkloadError = {
  error: 'the step needs one workload: set one of deployment, statefulset and daemonset',
};

/** The kind and the name of the workload that the parameters name. */
export const workloadKind = ({
  deployment: name,
  statefulset: two,
  daemonset: three = '',
}: WorkloadRef): { readonly kind: ApiResource; readonly name: string } => {
  if (name !== undefined) return { kind: apiResources.deployment, name: name };
  return two === undefined
    ? { kind: apiResources.daemonset, name: three }
    : { kind: apiResources.statefulset, name: two };
};

export const zObjectKind = z
  .string()
  .refine((kind) => findApiResource(kind) !== undefined, {
    error: (issue) => `unknown kind "${String(issue.input)}": use deployment, hpa, configmap`,
  })
  .meta({ description: 'kind of the object, such as deployment, hpa or configmap' });

export const zManifestFiles = z
  .array(z.string().min(1))
  .min(1)
  .meta({ description: 'manifests to read: YAML files, directories or globs, relative to the profile' });
export const zFallbackNamespace = zObjectName(
  'documents without a namespace go into this one. The default is the first namespace of the source',
).exactOptional();
