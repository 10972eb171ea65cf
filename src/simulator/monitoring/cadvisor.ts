import type { Labels } from '../exposition/family.ts';
import { memoryOf } from '../model/cluster/memory.ts';
import type { Pod } from '../model/cluster/objects.ts';
import type { PodLife } from '../model/cluster/pod-life.ts';
import { quantity } from '../model/cluster/quantity.ts';
import type { Environment } from '../model/environment.ts';

/** One value that a kubelet tells of a container. */
interface Told {
  readonly name: string;
  readonly labels: Labels;
  readonly value: number;
}

const containerOf = (env: Environment, pod: Pod, life: PodLife): readonly Told[] => {
  const container = pod.spec.containers[0];
  const bytes = memoryOf(env, life);
  if (container === undefined || bytes === undefined) return [];
  const labels = {
    container: container.name,
    instance: pod.spec.nodeName ?? '',
    job: 'kubelet',
    namespace: life.namespace,
    pod: life.name,
  };
  return [
    { name: 'container_memory_working_set_bytes', labels, value: bytes },
    {
      name: 'container_spec_memory_limit_bytes',
      labels,
      value: quantity(container.resources?.limits?.memory) ?? 0,
    },
  ];
};

/** What the kubelets' cAdvisor says of every container that runs; no limit is 0 there. Nothing without a cluster. */
export const cadvisorOf = (env: Environment): readonly Told[] => {
  const { cluster } = env.parts;
  if (cluster === undefined) return [];
  return [...cluster.shelves.pods.all()].flatMap((pod) => {
    const life = cluster.lives.get(pod.metadata.uid);
    return life === undefined ? [] : containerOf(env, pod, life);
  });
};
