import { defined } from '../../../domain/base/defined.ts';
import type { ClusterIncidentSpec } from '../spec/cluster.ts';
import type { PodTemplate } from '../spec/cluster-objects.ts';
import { mainContainerOf } from '../spec/cluster-objects.ts';
import { parseMemoryQuantity, startLeak } from './resource-usage.ts';
import { seedNamespace } from './seed/workloads.ts';
import type { ClusterContext } from './state/cluster-context.ts';

/** Heap usage after a collection above which an incident is the cause. */
const maxRetainedHeapShare = 0.72;

const withEnv = (template: PodTemplate, env: Readonly<Record<string, string>>): PodTemplate => ({
  ...template,
  spec: {
    ...template.spec,
    containers: template.spec.containers.map((container, index) => {
      if (index > 0) return container;
      const others = container.env?.filter(({ name }) => !(name in env)) ?? [];
      return {
        ...container,
        env: [...others, ...Object.entries(env).map(([name, value]) => ({ name, value }))],
      };
    }),
  },
});

/** Applies an incident to the cluster. */
export const applyClusterIncident = (
  ground: ClusterContext,
  { heapRetained: heapHeld, heapGarbage, leaks, applied }: ClusterIncidentSpec,
): void => {
  const { env, shelves, lives, spec } = ground;
  for (const [service, share] of Object.entries(heapHeld ?? {}))
    for (const instance of env.instancesOf(service)) instance.heapRetained = share;
  for (const [service, share] of Object.entries(heapGarbage ?? {}))
    for (const instance of env.instancesOf(service)) {
      instance.heapRetained = share;
      instance.isHeapGarbage = true;
    }
  for (const life of lives.values()) {
    const fillMs = leaks?.[life.role.service ?? ''];
    const pod = shelves.pods.get(life.namespace, life.name);
    const limit = pod && parseMemoryQuantity(mainContainerOf(pod).resources?.limits?.memory);
    if (fillMs !== undefined && limit !== undefined) startLeak(env, life, limit, fillMs, ground.chance);
  }
  const namespace = seedNamespace(env.spec.name, spec.namespace);
  for (const [service, change] of Object.entries(applied ?? {})) {
    const object = shelves.deployments.get(namespace, service);
    if (object === undefined) continue;
    shelves.deployments.put({
      ...object,
      metadata: { ...object.metadata, generation: (object.metadata.generation ?? 1) + 1 },
      spec: {
        ...object.spec,
        template: withEnv(object.spec.template, change.env),
        ...defined({ strategy: change.strategy }),
      },
    });
  }
};

/** Returns true when anything is broken: a leak, a full heap, or a Deployment or StatefulSet with missing pods. */
export const isClusterDegraded = ({ env, lives, shelves }: ClusterContext): boolean =>
  [...lives.values()].some(({ leak, isTerminating: isLeaving }) => leak !== undefined && !isLeaving) ||
  env.instances.some(
    ({ heapRetained: heapHeld, deployment }) => (heapHeld ?? 0) * deployment.loadShare > maxRetainedHeapShare,
  ) ||
  [...shelves.deployments.all()].some(
    ({ spec, status }) =>
      (status.updatedReplicas ?? 0) < spec.replicas || (status.availableReplicas ?? 0) < spec.replicas,
  ) ||
  [...shelves.statefulsets.all()].some(({ spec, status }) => (status.readyReplicas ?? 0) < spec.replicas);
