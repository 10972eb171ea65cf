import type { Environment } from '../../../src/simulator/model/environment.ts';
import type { ServiceInstance } from '../../../src/simulator/model/instances/instance.ts';
import { restartUnits } from './parts.ts';
import { isBad, openBreakers, type World } from './world.ts';

/** Time after which the symptom is there again. */
const returnsMs = 45_000;

/** Restarts the process as its supervisor does after a crash: in the same container or pod. */
const crash = (env: Environment, instance: ServiceInstance): void => {
  const { compose, cluster } = env.parts;
  const container = compose?.containers.find((candidate) => compose.instanceIn(candidate) === instance);
  const pod = [...(cluster?.lives.values() ?? [])].find((life) => life.instance === instance);
  if (pod !== undefined) {
    pod.restarts += 1;
    pod.startedAt = env.now;
  }
  if (container === undefined) instance.restart(env.now);
  else {
    if (container.isRunning) container.end(env.now, 1);
    container.start(env.now);
  }
  instance.running = true;
  instance.forgetBreakers();
};

const restartInstance = ({ env, later }: World, instance: ServiceInstance): void => {
  const { running, extraDelayMs, ownFailure, heapRetained } = instance;
  const names = openBreakers(instance);
  crash(env, instance);
  instance.extraDelayMs = 0;
  later(returnsMs, () => {
    Object.assign(instance, { running, extraDelayMs, ownFailure, heapRetained });
    for (const name of names) instance.breaker(name).trip(env.now);
  });
};

const restartServices = (world: World): number => {
  const { env, later } = world;
  const bad = env.instances.filter((instance) => isBad(instance) || openBreakers(instance).length > 0);
  for (const deployment of new Set(bad.map((instance) => instance.deployment))) {
    const { failing } = deployment;
    deployment.failing = undefined;
    later(returnsMs, () => {
      deployment.failing = failing;
    });
  }
  for (const instance of bad) restartInstance(world, instance);
  return bad.length;
};

const restartDependencies = ({ env, later }: World): number => {
  const down = [...env.dependencies.values()].filter(({ up }) => !up);
  for (const dependency of down) {
    dependency.up = true;
    dependency.restarts += 1;
    later(returnsMs, () => {
      dependency.up = false;
    });
  }
  return down.length;
};

const restartConsumers = ({ env, later }: World): number => {
  const stalled = [...(env.parts.messaging?.groups.values() ?? [])].filter(({ isStalled }) => isStalled);
  for (const group of stalled) {
    for (const { instance } of group.members) crash(env, instance);
    later(returnsMs, () => group.stall(env.now));
  }
  return stalled.length;
};

/** Every broken process restarts by itself: its counters are empty, and its symptom returns after a while. */
export const restartProcesses = (world: World): number =>
  restartServices(world) +
  restartDependencies(world) +
  restartConsumers(world) +
  restartUnits(world, returnsMs);
