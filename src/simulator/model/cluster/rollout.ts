import type { Ground } from './ground.ts';
import { countReplicaSet, keepReplicaSet } from './replica-set.ts';
import { forgetSets, presentSet, revisionKey, revisionOf, setsOf } from './revisions.ts';
import type { DeploymentObject, ReplicaSetObject } from './workload-objects.ts';

/** A number, or a percentage of the replicas; surge is rounded up, what may be missing down. */
const part = (of: number | string | undefined, replicas: number, round: (x: number) => number): number => {
  if (typeof of === 'number') return of;
  return round((replicas * Number.parseFloat(of ?? '25%')) / 100);
};

/** How many pods a rollout may have too many, and too few; never both 0, or it could not move. */
export const leeway = ({
  spec: { replicas, strategy },
}: DeploymentObject): { readonly surge: number; readonly missing: number } => {
  if (strategy.type === 'Recreate') return { surge: 0, missing: replicas };
  const surge = part(strategy.rollingUpdate?.maxSurge, replicas, Math.ceil);
  const missing = Math.min(replicas, part(strategy.rollingUpdate?.maxUnavailable, replicas, Math.floor));
  return surge === 0 && missing === 0 ? { surge, missing: 1 } : { surge, missing };
};

const available = ({ status }: ReplicaSetObject): number => status.availableReplicas ?? 0;
const sum = (sets: readonly ReplicaSetObject[], of: (set: ReplicaSetObject) => number): number =>
  sets.reduce((total, set) => total + of(set), 0);

/** Sets how many pods a set wants, and has them made or ended; gives the set as it is then. */
const resize = (
  ground: Ground,
  deployment: DeploymentObject,
  set: ReplicaSetObject,
  replicas: number,
): ReplicaSetObject => {
  if (set.spec.replicas !== replicas) {
    const way = replicas > set.spec.replicas ? 'up' : 'down';
    const message = `Scaled ${way} replica set ${set.metadata.name} from ${set.spec.replicas} to ${replicas}`;
    ground.say(deployment, {
      type: 'Normal',
      reason: 'ScalingReplicaSet',
      message,
      by: 'deployment-controller',
    });
  }
  const changed = set.spec.replicas === replicas ? 0 : 1;
  const metadata = { ...set.metadata, generation: (set.metadata.generation ?? 1) + changed };
  return keepReplicaSet(
    ground,
    ground.shelves.replicasets.put({ ...set, metadata, spec: { ...set.spec, replicas } }),
  );
};

/** Pods of a set that nobody would miss: those that are not ready. */
const unhealthy = (set: ReplicaSetObject): number => Math.max(0, set.spec.replicas - available(set));

/** Takes old pods away as far as enough others are ready; what does not work goes first. */
const shrinkOld = (
  ground: Ground,
  deployment: DeploymentObject,
  present: ReplicaSetObject,
  old: readonly ReplicaSetObject[],
): void => {
  const { replicas } = deployment.spec;
  const all = [present, ...old];
  const least = replicas - leeway(deployment).missing;
  let spare = sum(all, ({ spec }) => spec.replicas) - least - unhealthy(present);
  let readySpare = sum(all, available) - least;
  for (const set of old) {
    const sick = Math.max(0, Math.min(spare, unhealthy(set)));
    const well = Math.max(0, Math.min(spare - sick, readySpare, available(set)));
    spare -= sick + well;
    readySpare -= well;
    resize(ground, deployment, set, set.spec.replicas - sick - well);
  }
};

const recreate = (
  ground: Ground,
  deployment: DeploymentObject,
  present: ReplicaSetObject,
  old: readonly ReplicaSetObject[],
): void => {
  for (const set of old) resize(ground, deployment, set, 0);
  const leaving = [...ground.shelves.pods.all()].some((pod) =>
    old.some(({ metadata }) => pod.metadata.ownerReferences?.[0]?.uid === metadata.uid),
  );
  resize(ground, deployment, present, leaving ? present.spec.replicas : deployment.spec.replicas);
};

/** One step of the deployment controller: sets of replicas follow the template, the number and the strategy. */
export const rollOut = (ground: Ground, wanted: DeploymentObject): DeploymentObject => {
  const { shelves } = ground;
  const paused = wanted.spec.paused === true;
  const latest = setsOf(ground, wanted)[0];
  const chosen = paused && latest !== undefined ? latest : presentSet(ground, wanted);
  const deployment = shelves.deployments.put({
    ...wanted,
    metadata: {
      ...wanted.metadata,
      annotations: { ...wanted.metadata.annotations, [revisionKey]: String(revisionOf(chosen)) },
    },
  });
  const sets = setsOf(ground, deployment).map((set) => countReplicaSet(ground, set));
  const [present = chosen] = sets;
  const old = sets.slice(1);
  const { replicas, strategy } = deployment.spec;
  if (strategy.type === 'Recreate') recreate(ground, deployment, present, old);
  else {
    const room = replicas + leeway(deployment).surge - sum(sets, ({ spec }) => spec.replicas);
    const grown = Math.min(replicas, present.spec.replicas + Math.max(0, room));
    const resized = resize(ground, deployment, present, present.spec.replicas > replicas ? replicas : grown);
    if (paused) for (const set of old) resize(ground, deployment, set, set.spec.replicas);
    else shrinkOld(ground, deployment, resized, old);
  }
  forgetSets(ground, deployment);
  return deployment;
};
