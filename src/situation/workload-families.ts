import { levelRank } from '../domain/facts/level.ts';
import type { Row } from '../domain/facts/snapshot.ts';
import type { Workload } from '../kinds/workloads/fact.ts';
import { workloadKindOf } from '../kinds/workloads/owner.ts';

type WorkloadRow = Row<'workloads'>;

/** A deployment owns pods, a pod owns containers: deeper chains do not exist, and a cycle must end. */
const mostSteps = 4;

const keyOf = (fact: Workload, kind: string, name: string): string =>
  [fact.source, fact.namespace, kind, name].join('\0');

/** The keys under which the owner of a workload may be listed. */
const ownerKeys = (fact: Workload): readonly string[] => {
  if (fact.owner === '') return [];
  if (fact.kind === 'container') return ['pod', 'service'].map((kind) => keyOf(fact, kind, fact.owner));
  const [word = '', name] = fact.owner.split(' ');
  return name === undefined ? [] : [keyOf(fact, workloadKindOf(word), name)];
};

/** A workload that nothing listed owns, with the rows below it that have a problem. */
interface WorkloadFamily {
  readonly root: WorkloadRow;
  /** The worst first, and of equal ones the innermost: a container says more than its deployment. */
  readonly problems: readonly WorkloadRow[];
}

/** Returns the families of these rows, those without a problem too: what PODS lists at its top level. */
export const workloadFamilies = (rows: readonly WorkloadRow[]): readonly WorkloadFamily[] => {
  const byKey = new Map(rows.map((row) => [keyOf(row.fact, row.fact.kind, row.fact.name), row]));
  const ownerOf = ({ fact }: WorkloadRow): WorkloadRow | undefined => {
    for (const key of ownerKeys(fact)) {
      const owner = byKey.get(key);
      if (owner !== undefined && owner.fact !== fact) return owner;
    }
    return undefined;
  };
  const problems = new Map<WorkloadRow, { readonly row: WorkloadRow; readonly depth: number }[]>();
  for (const row of rows) {
    let root = row;
    let depth = 0;
    for (let owner = ownerOf(row); owner !== undefined && depth < mostSteps; owner = ownerOf(owner)) {
      root = owner;
      depth++;
    }
    const own = problems.get(root) ?? [];
    problems.set(root, own);
    if (row.level !== 'ok') own.push({ row, depth });
  }
  return [...problems].map(([root, members]) => ({
    root,
    problems: members
      .toSorted((a, b) => levelRank[b.row.level] - levelRank[a.row.level] || b.depth - a.depth)
      .map(({ row }) => row),
  }));
};
