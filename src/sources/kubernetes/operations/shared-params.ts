import { z } from 'zod';
import { formatDuration, parseDuration } from '../../../domain/duration.ts';
import { findApiResource } from '../api-resources.ts';

/** No step of a run goes on for longer. */
const maxWaitMs = 5 * 60_000;

/** The executor has these values read by the schema twice, so that nothing is turned into something else here. */
export const zBoundedDuration = (what: string, mostMs = maxWaitMs) =>
  z
    .string()
    .refine((text) => (parseDuration(text) ?? 0) > 0, { error: 'a duration with its unit: 30s, 2m' })
    .refine((text) => (parseDuration(text) ?? 0) <= mostMs, { error: `at most ${formatDuration(mostMs)}` })
    .meta({ description: what })
    .exactOptional();

export const zObjectName = (what: string) =>
  z
    .string()
    .regex(/^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$/, {
      error: (issue) => `"${String(issue.input)}" is no name of an object`,
    })
    .meta({ description: what });

export const zNamespaceParam = zObjectName("default: the source's first namespace").exactOptional();
export const zContainerParam = zObjectName('default: its only container').exactOptional();
export const zRolloutWait = zBoundedDuration(
  'how long the rollout is waited for; default: not at all, at most 5m',
);

const deployment = zObjectName('a deployment').exactOptional();
const statefulset = zObjectName('a stateful set').exactOptional();
const daemonset = zObjectName('a daemon set').exactOptional();

export const workloadParams = {
  deployment,
  statefulset,
  daemonset,
  namespace: zNamespaceParam,
  wait: zRolloutWait,
};
export const scalableParams = { deployment, statefulset, namespace: zNamespaceParam, wait: zRolloutWait };

/** What names the workload that is meant. */
export interface WorkloadRef {
  readonly deployment?: string;
  readonly statefulset?: string;
  readonly daemonset?: string;
}

export const hasOneWorkload = ({
  deployment: one,
  statefulset: two,
  daemonset: three,
}: WorkloadRef): boolean => [one, two, three].filter((name) => name !== undefined).length === 1;
export const oneWorkloadError = { error: 'say one of deployment, statefulset, daemonset' };

export const zObjectKind = z
  .string()
  .refine((kind) => findApiResource(kind) !== undefined, {
    error: (issue) => `"${String(issue.input)}" is no kind that is known here: deployment, hpa, configmap`,
  })
  .meta({ description: 'a kind of object: deployment, hpa, configmap' });

export const zManifestFiles = z
  .array(z.string().min(1))
  .min(1)
  .meta({ description: "YAML files, directories or globs, relative to the profile's file" });
export const zFallbackNamespace = zObjectName(
  "for documents that name none; default: the source's first one",
).exactOptional();
