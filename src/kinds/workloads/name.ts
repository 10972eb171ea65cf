import { joined } from '../check-words.ts';
import type { Workload } from './fact.ts';

type Placed = Pick<Workload, 'namespace' | 'name' | 'owner' | 'node'> & { readonly kind: string };

/** Where it runs, as far as a person needs it: a unit or a process is one of its host, a container one of its pod. */
const placeOf = ({ kind, namespace, name, owner, node }: Placed): readonly string[] => {
  if (kind === 'unit' || kind === 'process' || kind === 'file') return [node];
  return kind === 'container' && !name.includes(owner) ? [namespace, owner] : [namespace];
};

/** What a person calls a workload: 'shop · bus-0', of a container 'shop · bus-0 · app'. */
export const workloadName = (workload: Placed): string => joined(...placeOf(workload), workload.name);
