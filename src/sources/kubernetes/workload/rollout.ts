import { field, number, text } from '../../wire-value.ts';
import { conditionsOf } from '../meta.ts';

/** How far a workload has come with what its spec wants. */
export interface Rollout {
  readonly wanted: number;
  readonly ready: number;
  readonly updated: number;
  readonly available: number;
  /** 'available', 'progressing', 'paused', 'stuck: ProgressDeadlineExceeded', 'not ready', 'scaled to 0'. */
  readonly status: string;
  /** True: everything runs as the spec wants it. */
  readonly isDone: boolean;
  readonly detail?: string;
}

const count = (raw: unknown, ...path: readonly string[]): number | undefined =>
  number(path.reduce((held: unknown, name) => field(held, name), raw));

/** The API leaves out counts that are 0; what has never been looked at by its controller is not counted at all. */
const isSeen = (raw: unknown): boolean =>
  (count(raw, 'status', 'observedGeneration') ?? 0) >= (count(raw, 'metadata', 'generation') ?? 0);

interface Counts {
  readonly wanted: number;
  readonly ready: number;
  readonly updated: number;
  readonly available: number;
}

const settled = ({ wanted, ready }: Counts): string =>
  wanted === 0 ? 'scaled to 0' : ready >= wanted ? 'available' : 'not ready';

/**
 * A deployment's rollout. Done when the controller has seen the spec, all replicas are of the newest template, none of
 * an older one is left and all are available. Source: kubernetes.io, "Deployments", deployment status.
 */
export const deploymentRollout = (raw: unknown): Rollout => {
  const wanted = count(raw, 'spec', 'replicas') ?? 1;
  const total = count(raw, 'status', 'replicas') ?? 0;
  const counts = {
    wanted,
    ready: count(raw, 'status', 'readyReplicas') ?? 0,
    updated: count(raw, 'status', 'updatedReplicas') ?? 0,
    available: count(raw, 'status', 'availableReplicas') ?? 0,
  };
  const conditions = conditionsOf(raw);
  const progress = conditions.find((one) => one.type === 'Progressing');
  const failure = conditions.find((one) => one.type === 'ReplicaFailure' && one.status === 'True');
  const isRolled = isSeen(raw) && counts.updated >= wanted && total <= counts.updated;
  const isDone = isRolled && counts.available >= counts.updated;
  const why = failure?.message ?? (isRolled ? undefined : `${counts.updated} of ${wanted} updated`);
  const detail = why === undefined ? {} : { detail: why };
  if (progress?.reason === 'ProgressDeadlineExceeded')
    return {
      ...counts,
      isDone: false,
      status: 'stuck: ProgressDeadlineExceeded',
      detail: failure?.message ?? `${counts.updated} of ${wanted} updated, ${counts.available} available`,
    };
  if (field(field(raw, 'spec'), 'paused') === true) return { ...counts, isDone, status: 'paused', ...detail };
  const hasArrived = isDone || (isRolled && progress?.reason === 'NewReplicaSetAvailable');
  return { ...counts, isDone, status: hasArrived ? settled(counts) : 'progressing', ...detail };
};

/** A stateful set's rollout: done when its newest revision is the current one and all of it is ready. */
export const statefulSetRollout = (raw: unknown): Rollout => {
  const wanted = count(raw, 'spec', 'replicas') ?? 1;
  const ready = count(raw, 'status', 'readyReplicas') ?? 0;
  const revision = (name: string): string | undefined => text(field(field(raw, 'status'), name));
  const isRolled = isSeen(raw) && revision('updateRevision') === revision('currentRevision');
  const updated = isRolled ? wanted : (count(raw, 'status', 'updatedReplicas') ?? 0);
  const counts = { wanted, ready, updated, available: count(raw, 'status', 'availableReplicas') ?? ready };
  return {
    ...counts,
    isDone: isRolled && ready >= wanted,
    status: isRolled ? settled(counts) : 'progressing',
    ...(isRolled ? {} : { detail: `${updated} of ${wanted} updated` }),
  };
};

/** A daemon set's rollout: done when it is updated and available on every node that it wants. */
export const daemonSetRollout = (raw: unknown): Rollout => {
  const counts = {
    wanted: count(raw, 'status', 'desiredNumberScheduled') ?? 0,
    ready: count(raw, 'status', 'numberReady') ?? 0,
    updated: count(raw, 'status', 'updatedNumberScheduled') ?? 0,
    available: count(raw, 'status', 'numberAvailable') ?? 0,
  };
  const isRolled = isSeen(raw) && counts.updated >= counts.wanted;
  return {
    ...counts,
    isDone: isRolled && counts.available >= counts.wanted,
    status: !isRolled ? 'progressing' : counts.wanted === 0 ? 'no node wants it' : settled(counts),
    ...(isRolled ? {} : { detail: `${counts.updated} of ${counts.wanted} updated` }),
  };
};
