import { defined } from '../../../domain/base/defined.ts';
import type { Millis } from '../../../domain/base/fault.ts';
import { formatDuration } from '../../../domain/text/duration.ts';
import type { Workload, WorkloadKind } from '../../../kinds/workloads/fact.ts';
import { oneLine } from '../../../platform/masking/sanitize.ts';
import { WireError } from '../../../platform/runtime/wire-error.ts';
import { field, list, number, text } from '../../kit/values/wire-value.ts';
import {
  type Condition,
  controllerRef,
  finalizersOf,
  parseConditions,
  parseMeta,
} from '../api/object-meta.ts';
import type { TimestampConverter } from '../pod/container-summary.ts';
import { isHealthChecked, startGraceMs, usualStartMs } from '../pod/start-grace.ts';

/** Progress of a workload towards its spec. */
export interface Rollout {
  readonly wanted: number;
  readonly ready: number;
  readonly updated: number;
  readonly available: number;
  /** 'available', 'progressing', 'paused', 'stuck: ProgressDeadlineExceeded', 'not ready', 'scaled to 0'. */
  readonly status: string;
  /** True: everything runs as specified. */
  readonly isDone: boolean;
  readonly detail?: string;
  /** True: its controller cannot create what is wanted, so that more time does not help. */
  readonly hasFailed?: true;
}

/** The count at a path; undefined when the API omits it. Throws `malformed` for anything that is not a count. */
const countAt = (raw: unknown, ...path: readonly string[]): number | undefined => {
  const value = path.reduce((current: unknown, name) => field(current, name), raw);
  if (value === undefined || value === null) return undefined;
  const count = number(value);
  if (count === undefined || count < 0)
    throw new WireError('malformed', `${path.join('.')} of the workload is not a number`);
  return count;
};

/** The API omits counts of 0. A spec that its controller has never observed has no counts at all. */
const isGenerationObserved = (raw: unknown): boolean =>
  (countAt(raw, 'status', 'observedGeneration') ?? 0) >= (countAt(raw, 'metadata', 'generation') ?? 0);

interface ReplicaCounts {
  readonly wanted: number;
  readonly ready: number;
  readonly updated: number;
  readonly available: number;
}

const settledStatus = ({ wanted, ready }: ReplicaCounts): string =>
  wanted === 0 ? 'scaled to 0' : ready >= wanted ? 'available' : 'not ready';

/**
 * Progress of a deployment. Done when the controller has observed the spec, all replicas have the newest template, no
 * older one is left and all are available. Source: kubernetes.io, "Deployments", deployment status.
 */
export const deploymentRollout = (raw: unknown): Rollout => {
  const wantedUpdated = countAt(raw, 'spec', 'replicas') ?? 1;
  const total = countAt(raw, 'status', 'replicas') ?? 0;
  const counts = {
    wanted: wantedUpdated,
    ready: countAt(raw, 'status', 'readyReplicas') ?? 0,
    updated: countAt(raw, 'status', 'updatedReplicas') ?? 0,
    available: countAt(raw, 'status', 'availableReplicas') ?? 0,
  };
  const conditions = parseConditions(raw);
  const progress = conditions.find((condition) => condition.type === 'Progressing');
  const failure = conditions.find(
    (condition) => condition.type === 'ReplicaFailure' && condition.status === 'True',
  );
  const isRolled = isGenerationObserved(raw) && counts.updated >= wantedUpdated && total <= counts.updated;
  const isDone = isRolled && counts.available >= counts.updated;
  const why = failure?.message ?? (isRolled ? undefined : `${counts.updated} of ${wantedUpdated} updated`);
  const detail = {
    ...defined({ detail: why }),
    ...(failure === undefined ? {} : { hasFailed: true as const }),
  };
  if (progress?.reason === 'ProgressDeadlineExceeded')
    return {
      ...counts,
      isDone: false,
      status: 'stuck: ProgressDeadlineExceeded',
      detail:
        failure?.message ??
        `${counts.updated} of ${wantedUpdated} replicas updated, ${counts.available} available`,
      hasFailed: true,
    };
  if (field(field(raw, 'spec'), 'paused') === true) return { ...counts, isDone, status: 'paused', ...detail };
  const hasArrived = isDone || (isRolled && progress?.reason === 'NewReplicaSetAvailable');
  return { ...counts, isDone, status: hasArrived ? settledStatus(counts) : 'progressing', ...detail };
};

const updateStrategy = (raw: unknown): unknown => field(field(raw, 'spec'), 'updateStrategy');

/** True when a person replaces the pods: until then they keep the older template, as intended. */
const isUpdatedOnDelete = (raw: unknown): boolean => field(updateStrategy(raw), 'type') === 'OnDelete';

/**
 * Progress of a stateful set: done when its newest revision is the current one and all pods are ready. A partition keeps the
 * pods below it at the older revision, as intended. With OnDelete, or a partition of all pods, it is settled and not done: no
 * pod has to have the new template.
 * Source: `kubectl rollout status`.
 */
export const statefulSetRollout = (raw: unknown): Rollout => {
  const wantedAmount = countAt(raw, 'spec', 'replicas') ?? 1;
  const ready = countAt(raw, 'status', 'readyReplicas') ?? 0;
  const revision = (name: string): string | undefined => text(field(field(raw, 'status'), name));
  const isOfNewest = isGenerationObserved(raw) && revision('updateRevision') === revision('currentRevision');
  const updated = isOfNewest ? wantedAmount : (countAt(raw, 'status', 'updatedReplicas') ?? 0);
  const partition = number(field(field(updateStrategy(raw), 'rollingUpdate'), 'partition')) ?? 0;
  const isObserved = isGenerationObserved(raw);
  const newest = Math.max(0, wantedAmount - partition);
  const isPartitioned = isObserved && partition > 0 && updated >= newest;
  const isRolled = isOfNewest || (isPartitioned && newest > 0);
  const isSettled = isRolled || isPartitioned || (isObserved && isUpdatedOnDelete(raw));
  const counts = {
    wanted: wantedAmount,
    ready,
    updated,
    available: countAt(raw, 'status', 'availableReplicas') ?? ready,
  };
  return {
    ...counts,
    isDone: isRolled && ready >= wantedAmount,
    status: isSettled ? settledStatus(counts) : 'progressing',
    ...(isOfNewest ? {} : { detail: `${updated} of ${wantedAmount} updated` }),
  };
};

/** Progress of a daemon set: done when it is updated and available on every desired node; with OnDelete settled before. */
export const daemonSetRollout = (raw: unknown): Rollout => {
  const counts = {
    wanted: countAt(raw, 'status', 'desiredNumberScheduled') ?? 0,
    ready: countAt(raw, 'status', 'numberReady') ?? 0,
    updated: countAt(raw, 'status', 'updatedNumberScheduled') ?? 0,
    available: countAt(raw, 'status', 'numberAvailable') ?? 0,
  };
  const isUpdated = isGenerationObserved(raw) && counts.updated >= counts.wanted;
  const isSettled = isUpdated || (isGenerationObserved(raw) && isUpdatedOnDelete(raw));
  return {
    ...counts,
    isDone: isUpdated && counts.available >= counts.wanted,
    status: !isSettled ? 'progressing' : counts.wanted === 0 ? 'no matching nodes' : settledStatus(counts),
    ...(isUpdated ? {} : { detail: `${counts.updated} of ${counts.wanted} updated` }),
  };
};

/** The kept fields of a workload other than a pod: its row without the timestamp, and its conditions for signals. */
export interface WorkloadSummary {
  readonly row: Omit<Workload, 'source' | 'at'>;
  readonly conditions: readonly Condition[];
  /** Until then it need not be ready: it was created a moment ago. */
  readonly startsUntil?: Millis;
  /** The last progress of a rollout that has not ended. */
  readonly progressAt?: Millis;
  /** The time at which it was deleted, and what it waits for. */
  readonly deleted?: { readonly at: Millis; readonly waitsFor: string };
  /** Set for a job without any pod yet: the time of its start. */
  readonly podlessSince?: Millis;
}

export type WorkloadParser = (raw: unknown, toClock: TimestampConverter) => WorkloadSummary;

const summarizeWorkload = (
  kind: WorkloadKind,
  raw: unknown,
  toClock: TimestampConverter,
  fields: Pick<Workload, 'status'> & Partial<Workload>,
): WorkloadSummary => {
  const { name, namespace, uid } = parseMeta(raw);
  const deletedAt = toClock(field(field(raw, 'metadata'), 'deletionTimestamp'));
  const owner = controllerRef(raw);
  return {
    row: {
      kind,
      ...(uid === '' ? {} : { uid }),
      namespace,
      name,
      owner: owner === undefined ? '' : `${owner.kind.toLowerCase()} ${owner.name}`,
      node: '',
      ...fields,
    },
    conditions: parseConditions(raw),
    ...(deletedAt === undefined
      ? {}
      : { deleted: { at: deletedAt, waitsFor: oneLine(finalizersOf(raw).join(', ')) } }),
  };
};

/** Image of the template, revision and generation. Source: kubernetes.io, "Deployments", revision annotation. */
const workloadSpecFields = (raw: unknown): Pick<Workload, 'image' | 'revision' | 'generation'> => {
  const metadata = field(raw, 'metadata');
  const template = field(field(field(raw, 'spec'), 'template'), 'spec');
  const image = list(field(template, 'containers'))
    .flatMap((value) => text(field(value, 'image')) ?? [])
    .join(' ');
  const revision =
    text(field(field(metadata, 'annotations'), 'deployment.kubernetes.io/revision')) ??
    text(field(field(raw, 'status'), 'updateRevision'));
  const generation = number(field(metadata, 'generation'));
  return {
    ...(image === '' ? {} : { image: oneLine(image) }),
    ...(revision === undefined ? {} : { revision: oneLine(revision) }),
    ...defined({ generation }),
  };
};

const rolloutWorkloadParser =
  (kind: WorkloadKind, rolloutOf: (raw: unknown) => Rollout): WorkloadParser =>
  (raw, toClock) => {
    const { status, ready, wanted, detail, hasFailed } = rolloutOf(raw);
    const startedAt = toClock(field(field(raw, 'metadata'), 'creationTimestamp'));
    const template = field(field(field(raw, 'spec'), 'template'), 'spec');
    const startsUntil =
      startedAt === undefined || hasFailed === true || ready >= wanted
        ? undefined
        : startedAt + (startGraceMs(template) ?? usualStartMs);
    const progressAt = status === 'progressing' ? lastProgress(raw, toClock) : undefined;
    const summary = summarizeWorkload(kind, raw, toClock, {
      status,
      ready,
      wanted,
      ...workloadSpecFields(raw),
      ...defined({ startedAt, isHealthChecked: isHealthChecked(template) }),
      ...(detail === undefined ? {} : { detail: oneLine(detail) }),
    });
    return {
      ...summary,
      ...defined({ startsUntil, progressAt }),
    };
  };

/** Time of the last progress of a deployment. Source: apps/v1, DeploymentCondition. */
const lastProgress = (raw: unknown, toClock: TimestampConverter): Millis | undefined => {
  const progress = list(field(field(raw, 'status'), 'conditions')).find(
    (condition) => field(condition, 'type') === 'Progressing' && field(condition, 'status') === 'True',
  );
  return toClock(field(progress, 'lastUpdateTime'));
};

export const parseDeployment = rolloutWorkloadParser('deployment', deploymentRollout);
export const parseStatefulSet = rolloutWorkloadParser('statefulset', statefulSetRollout);
export const parseDaemonSet = rolloutWorkloadParser('daemonset', daemonSetRollout);

/**
 * Parses a job: completed and desired runs. A job in progress is not "not ready", so its counts appear when it ends.
 */
export const parseJob: WorkloadParser = (raw, toClock) => {
  const spec = field(raw, 'spec');
  const status = field(raw, 'status');
  const conditions = parseConditions(raw);
  const is = (type: string): Condition | undefined =>
    conditions.find((condition) => condition.type === type && condition.status === 'True');
  const done = number(field(status, 'succeeded')) ?? 0;
  // A job with a work queue names no number of completions.
  const wantedAmount = number(field(spec, 'completions')) ?? Math.max(1, done);
  const failed = number(field(status, 'failed')) ?? 0;
  const startedAt = toClock(field(status, 'startTime'));
  const endedAt = toClock(field(status, 'completionTime'));
  const took =
    startedAt === undefined || endedAt === undefined ? '' : ` in ${formatDuration(endedAt - startedAt)}`;
  const word = is('Failed')
    ? 'failed'
    : is('Complete')
      ? 'complete'
      : is('Suspended')
        ? 'suspended'
        : 'running';
  const why = is('Failed');
  const parts = [
    why === undefined ? '' : `${why.reason}: ${why.message}`,
    `${done} of ${wantedAmount} runs succeeded${took}`,
    failed === 0 ? '' : `${failed} failed`,
  ];
  const hasPods = ['active', 'succeeded', 'failed'].some((name) => (number(field(status, name)) ?? 0) > 0);
  const summary = summarizeWorkload('job', raw, toClock, {
    status: word,
    // A success policy completes a job before all its completions.
    ...(word === 'complete' ? { ready: done, wanted: done } : {}),
    ...defined({ startedAt }),
    detail: oneLine(parts.filter((part) => part !== '').join('; ')),
  });
  return {
    ...summary,
    ...(word === 'running' && !hasPods ? defined({ podlessSince: startedAt }) : {}),
  };
};
