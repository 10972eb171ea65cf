import type { Cluster } from '../../../src/simulator/model/cluster/cluster.ts';
import { seedNamespace } from '../../../src/simulator/model/cluster/seed/workloads.ts';
import type { Environment } from '../../../src/simulator/model/environment.ts';
import { expireDeadLetters, loseCiRuns } from './parts.ts';
import { isBad, openBreakers, type World } from './world.ts';

const services = ({ deployments }: Environment): readonly string[] => [...deployments.keys()];

/** Of a service whose instances are all bad, the first one works from the start: one that dies later leaves a good one. */
export const leaveOneBad = ({ env }: World): void => {
  for (const service of services(env)) {
    const [first, ...others] = env.instancesOf(service);
    if (first !== undefined && others.length > 0 && others.every(isBad)) first.repair(env.now);
  }
};

/** Another person scales a workload in; returns the number of pods that it loses. */
const scaleIn = ({ shelves, spec }: Cluster, env: Environment, name: string, by: number): number => {
  const namespace = seedNamespace(env.spec.name, spec.namespace);
  const object = shelves.deployments.get(namespace, name);
  if (object === undefined) return 0;
  const replicas = Math.max(0, object.spec.replicas - by);
  shelves.deployments.put({
    ...object,
    metadata: { ...object.metadata, generation: (object.metadata.generation ?? 1) + 1 },
    spec: { ...object.spec, replicas },
  });
  return object.spec.replicas - replicas;
};

const badPods = ({ lives }: Cluster, service: string): number =>
  [...lives.values()].filter(
    ({ role, isReady, leak, lastExit, isTerminating }) =>
      role.service === service &&
      !isTerminating &&
      (!isReady || leak !== undefined || lastExit !== undefined),
  ).length;

const loseInstances = (env: Environment, service: string): number => {
  const { cluster, compose } = env.parts;
  const bad = env.instancesOf(service).filter(isBad);
  if (cluster?.runs(service) === true) {
    const pods = Math.max(bad.length, badPods(cluster, service));
    return pods === 0 ? 0 : scaleIn(cluster, env, service, pods);
  }
  for (const instance of bad) {
    const container = compose?.containers.find((candidate) => compose.instanceIn(candidate) === instance);
    container?.remove(env.now);
    env.lose(instance.name);
  }
  return bad.length;
};

const quietMs = 240_000;

/** The process of an open breaker is replaced by one that has not called anything yet. Once it has traffic, its breaker opens. */
const loseBreakers = ({ env, later }: World): number => {
  const open = env.instances.map((instance) => ({ instance, names: openBreakers(instance) }));
  const bad = open.filter(({ instance, names }) => instance.running && names.length > 0);
  for (const { instance, names } of bad) {
    instance.restart(env.now);
    instance.forgetBreakers();
    instance.inService = false;
    later(quietMs, () => {
      instance.inService = true;
      for (const name of names) instance.breaker(name).trip(env.now);
    });
  }
  return bad.length;
};

const lagging = 200;

const loseGroups = ({ parts: { messaging } }: Environment): number => {
  const groups = [...(messaging?.groups.values() ?? [])].filter(
    ({ lag, isStalled }) => isStalled || lag > lagging,
  );
  for (const { name } of groups) messaging?.groups.delete(name);
  return groups.length;
};

const loseContainers = ({ now, parts: { compose } }: Environment): number => {
  const bad = (compose?.containers ?? []).filter(
    ({ isRemoved, isRunning, diagnostic }) => !isRemoved && (!isRunning || diagnostic !== ''),
  );
  for (const container of bad) container.remove(now);
  return bad.length;
};

/** Every bad object disappears: instances, pods, containers, breakers, consumer groups, dead letters, runs of CI. Nothing is better. */
export const disappear = (world: World): number => {
  const { env } = world;
  const instances = services(env).map((service) => loseInstances(env, service));
  const others = [loseBreakers(world), loseGroups(env), loseContainers(env)];
  return [...instances, ...others, expireDeadLetters(env), loseCiRuns(world)].reduce(
    (sum, count) => sum + count,
    0,
  );
};
