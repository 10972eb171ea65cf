import { levelRank } from '../domain/facts/level.ts';
import type { Row } from '../domain/facts/snapshot.ts';
import type { Workload } from '../kinds/workloads/fact.ts';
import { workloadKindOf } from '../kinds/workloads/owner.ts';

type WorkloadRow = Row<'workloads'>;

/** A deployment owns pods, a pod owns containers: deeper chains do not exist, and a cycle must end. */
const mostSteps = 4;

/** The rows that may own others, by name. Pods are thousands, and own only containers. */
const ownersByName = (rows: readonly WorkloadRow[]): ReadonlyMap<string, readonly WorkloadRow[]> => {
  const owners = new Map<string, WorkloadRow[]>();
  const hasContainers = rows.some(({ fact }) => fact.kind === 'container');
  for (const row of rows) {
    const { kind, name } = row.fact;
    if (kind === 'container' || (kind === 'pod' && !hasContainers)) continue;
    const named = owners.get(name);
    if (named === undefined) owners.set(name, [row]);
    else named.push(row);
  }
  return owners;
};

/** Finds the listed owner of a workload. A container names its pod or Compose service, a pod 'KIND NAME'. */
const ownerFinder = (rows: readonly WorkloadRow[]) => {
  const owners = ownersByName(rows);
  return ({ fact }: WorkloadRow): WorkloadRow | undefined => {
    const { owner, kind, source, namespace } = fact;
    if (owner === '') return undefined;
    const space = kind === 'container' ? -1 : owner.indexOf(' ');
    if (kind !== 'container' && space < 0) return undefined;
    const ownerKind = kind === 'container' ? undefined : workloadKindOf(owner.slice(0, space));
    const isOwner = (other: Workload): boolean =>
      other !== fact &&
      other.source === source &&
      other.namespace === namespace &&
      (ownerKind === undefined ? other.kind === 'pod' || other.kind === 'service' : other.kind === ownerKind);
    return owners.get(owner.slice(space + 1))?.find((other) => isOwner(other.fact));
  };
};

/** A workload that nothing listed owns, with the rows that have a problem: its own and those below it. */
interface WorkloadFamily {
  readonly root: WorkloadRow;
  /** The worst first, and of equal ones the innermost: a container says more than its deployment. */
  readonly problems: readonly [WorkloadRow, ...WorkloadRow[]];
}

/** Returns the families with a problem, and the number of the others: what Pods lists at its top level. */
export const workloadFamilies = (
  rows: readonly WorkloadRow[],
): { readonly families: readonly WorkloadFamily[]; readonly ok: number } => {
  const ownerOf = ownerFinder(rows);
  let roots = 0;
  const problems = new Map<WorkloadRow, { readonly row: WorkloadRow; readonly depth: number }[]>();
  for (const row of rows) {
    let owner = ownerOf(row);
    if (owner === undefined) roots++;
    if (row.level === 'ok') continue;
    let root = row;
    let depth = 0;
    for (; owner !== undefined && depth < mostSteps; owner = ownerOf(owner)) {
      root = owner;
      depth++;
    }
    const own = problems.get(root);
    if (own === undefined) problems.set(root, [{ row, depth }]);
    else own.push({ row, depth });
  }
  const families = [...problems].flatMap(([root, members]): readonly WorkloadFamily[] => {
    const [first, ...others] = members
      .toSorted((a, b) => levelRank[b.row.level] - levelRank[a.row.level] || b.depth - a.depth)
      .map(({ row }) => row);
    return first === undefined ? [] : [{ root, problems: [first, ...others] }];
  });
  return { families, ok: Math.max(0, roots - families.length) };
};
