import type { Ground } from './ground.ts';
import type { Pod } from './objects.ts';
import { PodLife, type Role } from './pod-life.ts';

const roleOf = ({ spec, env }: Ground, { metadata }: Pod): Role => {
  const app = metadata.labels?.app;
  const owner = metadata.ownerReferences?.[0]?.kind;
  const set = spec.statefulSets?.find(({ name }) => name === app);
  if (owner === 'StatefulSet' && set?.dependency !== undefined) return { dependency: set.dependency };
  if (owner === 'ReplicaSet' && app !== undefined && app in spec.services && env.deployments.has(app))
    return { service: app };
  return {};
};

/** Takes up the lives of pods that are new, and lays down those of pods that are gone. */
export const adopt = (ground: Ground & { readonly lives: Map<string, PodLife> }): void => {
  const there = new Set<string>();
  for (const pod of ground.shelves.pods.all()) {
    const { uid } = pod.metadata;
    there.add(uid);
    if (!ground.lives.has(uid)) ground.lives.set(uid, new PodLife(pod, roleOf(ground, pod), ground.now));
  }
  for (const uid of ground.lives.keys()) if (!there.has(uid)) ground.lives.delete(uid);
};
