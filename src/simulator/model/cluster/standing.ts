import type { Deployment, Release } from '../deployment.ts';
import type { Instance } from '../instance.ts';
import type { Ground } from './ground.ts';
import { mainOf } from './main-container.ts';
import { heapMaxOf } from './memory.ts';
import type { Pod } from './objects.ts';
import type { PodLife } from './pod-life.ts';

/** The pod's work is done from now on: the process that it stands for answers, the dependency is up. */
export const takeUp = ({ env, isHurried }: Ground, life: PodLife): void => {
  if (life.instance !== undefined) {
    life.instance.running = true;
    life.instance.databasePassword = life.databasePassword;
  }
  const dependency = env.dependencies.get(life.role.dependency ?? '');
  if (dependency === undefined || isHurried) return;
  dependency.up = true;
  dependency.restarts += 1;
};

/** Nobody does the pod's work any more; a dependency is down with its last pod. */
export const putDown = ({ env, lives }: Ground, life: PodLife): void => {
  if (life.instance !== undefined) life.instance.running = false;
  const dependency = env.dependencies.get(life.role.dependency ?? '');
  if (dependency === undefined) return;
  const others = [...lives.values()].filter(
    ({ role, step, uid }) =>
      uid !== life.uid && role.dependency === life.role.dependency && step === 'running',
  );
  if (others.length === 0) dependency.up = false;
};

const stand = (ground: Ground, life: PodLife, pod: Pod, instance: Instance, release: Release): void => {
  life.instance = instance;
  instance.release = release;
  instance.heapMaxBytes = heapMaxOf(mainOf(pod)) ?? instance.service.heapMaxBytes;
  if (!ground.isFresh) instance.restart(life.startedAt ?? ground.now);
  instance.databasePassword = life.databasePassword;
  instance.running = life.step === 'running';
};

/**
 * Gives every instance that there should be the pod that stands for it: one whose pod left gets the pod that has
 * waited longest, and begins anew with it. A pod more than there are instances serves nothing yet.
 */
export const takePlaces = (ground: Ground, service: string, releaseOf: (pod: Pod) => Release): void => {
  const instances = ground.env.instancesOf(service);
  const deployment = ground.env.deployments.get(service);
  const lives = [...ground.lives.values()].filter(({ role }) => role.service === service);
  for (const life of lives)
    if (life.instance !== undefined && (life.isLeaving || !instances.includes(life.instance)))
      life.instance = undefined;
  const taken = new Set(lives.map(({ instance }) => instance));
  const waiting = lives
    .filter((life) => life.instance === undefined && !life.isLeaving && life.step !== 'ended')
    .sort((a, b) => Number(b.step === 'running') - Number(a.step === 'running') || a.createdAt - b.createdAt);
  for (const instance of instances) {
    if (taken.has(instance)) continue;
    const life = waiting.shift();
    const pod = life && ground.shelves.pods.get(life.namespace, life.name);
    if (life === undefined || pod === undefined) instance.running = false;
    else stand(ground, life, pod, instance, releaseOf(pod));
  }
  if (deployment !== undefined) count(deployment, instances, lives);
};

/** A Service leads to pods that are ready; where none is, whoever asks finds out. */
const count = (deployment: Deployment, instances: readonly Instance[], lives: readonly PodLife[]): void => {
  const standing = new Set(
    lives.flatMap(({ instance, step }) => (instance !== undefined && step === 'running' ? [instance] : [])),
  );
  deployment.serving = standing.size;
  for (const instance of instances) instance.inService = standing.size === 0 || standing.has(instance);
};
