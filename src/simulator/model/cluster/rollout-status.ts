import type { Millis } from '../../../domain/fault.ts';
import type { Ground } from './ground.ts';
import { stamp } from './names.ts';
import type { Condition } from './objects.ts';
import { setsOf } from './revisions.ts';
import { leeway } from './rollout.ts';
import type { DeploymentObject, ReplicaSetObject } from './workload-objects.ts';

/** When a deployment last got further, and how far it was then. */
export interface Progress {
  readonly at: Millis;
  readonly far: string;
  /** Everything is as wanted, and nothing is waited for. */
  readonly isOver: boolean;
}

interface Counts {
  readonly replicas: number;
  readonly updated: number;
  readonly ready: number;
}

const countsOf = (sets: readonly ReplicaSetObject[]): Counts => ({
  replicas: sets.reduce((sum, { status }) => sum + status.replicas, 0),
  updated: sets[0]?.status.replicas ?? 0,
  ready: sets.reduce((sum, { status }) => sum + (status.readyReplicas ?? 0), 0),
});

/** A condition keeps the time of its last turn; `lastUpdateTime` is that of its last change of words. */
const turned = (was: Condition | undefined, now: Condition, at: Millis): Condition => {
  const sameStatus = was?.status === now.status;
  const same = sameStatus && was?.reason === now.reason && was?.message === now.message;
  return {
    ...now,
    lastUpdateTime: (same ? was?.lastUpdateTime : undefined) ?? stamp(at),
    lastTransitionTime: (sameStatus ? was?.lastTransitionTime : undefined) ?? stamp(at),
  };
};

const progressing = (
  deployment: DeploymentObject,
  { replicas, updated, ready }: Counts,
  set: ReplicaSetObject | undefined,
  stuckMs: Millis,
): Condition => {
  const wanted = deployment.spec.replicas;
  const name = `ReplicaSet "${set?.metadata.name ?? ''}"`;
  const was = deployment.status.conditions.find(({ type }) => type === 'Progressing');
  const isDone = updated === wanted && replicas === wanted && ready === wanted;
  const isDoneBefore =
    was?.reason === 'NewReplicaSetAvailable' &&
    deployment.status.observedGeneration === deployment.metadata.generation;
  if (isDone || isDoneBefore) {
    const message = `${name} has successfully progressed.`;
    return { type: 'Progressing', status: 'True', reason: 'NewReplicaSetAvailable', message };
  }
  if (stuckMs >= deployment.spec.progressDeadlineSeconds * 1000) {
    const message = `${name} has timed out progressing.`;
    return { type: 'Progressing', status: 'False', reason: 'ProgressDeadlineExceeded', message };
  }
  return {
    type: 'Progressing',
    status: 'True',
    reason: 'ReplicaSetUpdated',
    message: `${name} is progressing.`,
  };
};

/** How many pods may be missing: none of a deployment that is recreated. Source: Kubernetes, deploymentutil.MaxUnavailable. */
const mayMiss = (deployment: DeploymentObject): number =>
  deployment.spec.strategy.type === 'Recreate' ? 0 : leeway(deployment).missing;

const availability = (deployment: DeploymentObject, ready: number): Condition =>
  ready >= deployment.spec.replicas - mayMiss(deployment)
    ? {
        type: 'Available',
        status: 'True',
        reason: 'MinimumReplicasAvailable',
        message: 'Deployment has minimum availability.',
      }
    : {
        type: 'Available',
        status: 'False',
        reason: 'MinimumReplicasUnavailable',
        message: 'Deployment does not have minimum availability.',
      };

/** Writes a deployment's status as its sets are now; gives how far it is, to be handed in the next time. */
export const reportRollout = (
  ground: Ground,
  deployment: DeploymentObject,
  before: Progress | undefined,
): Progress => {
  const { now } = ground;
  const sets = setsOf(ground, deployment);
  const counts = countsOf(sets);
  const { replicas, updated, ready } = counts;
  const far = `${deployment.metadata.generation}/${updated}/${replicas - updated}/${ready}`;
  const isOver = updated === deployment.spec.replicas && replicas === updated && ready === updated;
  const progress = { at: before?.far === far ? before.at : now, far, isOver };
  const was = deployment.status.conditions;
  const turn = (condition: Condition): Condition =>
    turned(
      was.find(({ type }) => type === condition.type),
      condition,
      now,
    );
  const missing = Math.max(0, Math.max(replicas, deployment.spec.replicas) - ready);
  ground.shelves.deployments.put({
    ...deployment,
    status: {
      observedGeneration: deployment.metadata.generation ?? 1,
      ...(replicas === 0 ? {} : { replicas }),
      ...(updated === 0 ? {} : { updatedReplicas: updated }),
      ...(ready === 0 ? {} : { readyReplicas: ready, availableReplicas: ready }),
      ...(missing === 0 ? {} : { unavailableReplicas: missing }),
      conditions: [
        turn(availability(deployment, ready)),
        turn(progressing(deployment, counts, sets[0], now - progress.at)),
      ],
    },
  });
  return progress;
};
