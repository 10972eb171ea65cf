import type { Ground } from './ground.ts';
import type { Pod, PodSpec } from './objects.ts';
import { quantity } from './quantity.ts';
import type { NodeObject } from './workload-objects.ts';

/** Cores and bytes that a pod asks for. */
const asked = ({ containers }: PodSpec): { readonly cpu: number; readonly memory: number } => ({
  cpu: containers.reduce((sum, { resources }) => sum + (quantity(resources?.requests?.cpu) ?? 0), 0),
  memory: containers.reduce((sum, { resources }) => sum + (quantity(resources?.requests?.memory) ?? 0), 0),
});

interface Room {
  readonly node: NodeObject;
  readonly cpu: number;
  readonly memory: number;
}

const roomOn = (node: NodeObject, pods: readonly Pod[]): Room => {
  const there = pods.filter((pod) => pod.spec.nodeName === node.metadata.name).map((pod) => asked(pod.spec));
  const { allocatable } = node.status;
  return {
    node,
    cpu: (quantity(allocatable.cpu) ?? 0) - there.reduce((sum, { cpu }) => sum + cpu, 0),
    memory: (quantity(allocatable.memory) ?? 0) - there.reduce((sum, { memory }) => sum + memory, 0),
  };
};

/** The node with the most memory left that has room for the pod, or why there is none, in the scheduler's words. */
export const nodeFor = (ground: Ground, pod: Pod): NodeObject | string => {
  const nodes = ground.shelves.nodes.list();
  const living = [...ground.shelves.pods.all()].filter(({ status }) => status.phase !== 'Succeeded');
  const rooms = nodes.filter(({ spec }) => spec.unschedulable !== true).map((node) => roomOn(node, living));
  const need = asked(pod.spec);
  const fitting = rooms.filter((room) => room.cpu >= need.cpu && room.memory >= need.memory);
  const best = fitting.sort((a, b) => b.memory - a.memory)[0];
  if (best !== undefined) return best.node;
  const short = (lacks: boolean, what: string): readonly string[] => (lacks ? [what] : []);
  const lacking = (of: 'cpu' | 'memory'): number => rooms.filter((room) => room[of] < need[of]).length;
  const cordoned = nodes.length - rooms.length;
  const why = [
    ...short(cordoned > 0, `${cordoned} node(s) were unschedulable`),
    ...short(lacking('cpu') > 0, `${lacking('cpu')} Insufficient cpu`),
    ...short(lacking('memory') > 0, `${lacking('memory')} Insufficient memory`),
  ];
  return `0/${nodes.length} nodes are available: ${why.join(', ')}. preemption: 0/${nodes.length} nodes are available: ${nodes.length} No preemption victims found for incoming pod.`;
};
