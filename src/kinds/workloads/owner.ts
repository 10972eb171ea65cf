import type { Workload, WorkloadKind } from './fact.ts';

/** The kinds of owners, and the abbreviations that sources use for them: 'deploy billing'. */
const ownerKinds: ReadonlyMap<string, WorkloadKind> = new Map([
  ['deploy', 'deployment'],
  ['deployment', 'deployment'],
  ['sts', 'statefulset'],
  ['statefulset', 'statefulset'],
  ['ds', 'daemonset'],
  ['daemonset', 'daemonset'],
  ['job', 'job'],
]);

/** Returns the kind that the first word of an owner names: 'deploy' and 'deployment' are one. */
export const workloadKindOf = (word: string): string => ownerKinds.get(word) ?? word;

/** Returns the owner of a pod as a row of its own, as far as its pod tells; undefined for other kinds and without an owner. */
export const ownerOf = ({ source, at, kind, namespace, owner }: Workload): Workload | undefined => {
  const [word = '', name] = owner.split(' ');
  const ownerKind = ownerKinds.get(word);
  return kind !== 'pod' || ownerKind === undefined || name === undefined
    ? undefined
    : { source, at, kind: ownerKind, namespace, name, owner: '', node: '', status: '' };
};
