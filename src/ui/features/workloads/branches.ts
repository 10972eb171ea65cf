import type { Workload } from '../../../kinds/workloads/fact.ts';
import { memoizePerObject } from '../../shell/state/memoize.ts';
import { ownsWorkload, type WorkloadRow } from './workload-tree.ts';

/** The place of an owned row directly below its owner. */
export interface Branch {
  readonly owner: Workload;
  readonly isLast: boolean;
}

/** Above this number of rows, none is drawn as a branch: they are compared again with every reading. */
const mostRows = 500;

const branchesOf = (rows: readonly WorkloadRow[]): ReadonlyMap<string, Branch> => {
  const branches = new Map<string, Branch>();
  let owner: Workload | undefined;
  let last: string | undefined;
  const endOwner = (): void => {
    if (owner !== undefined && last !== undefined) branches.set(last, { owner, isLast: true });
    last = undefined;
  };
  for (const { key, fact, treePosition } of rows) {
    // Containers below an opened pod do not separate it from its siblings.
    if ((treePosition?.depth ?? 0) > 0) continue;
    if (owner !== undefined && ownsWorkload(owner, fact)) {
      branches.set(key, { owner, isLast: false });
      last = key;
    } else {
      endOwner();
      owner = fact;
    }
  }
  endOwner();
  return branches;
};

const none: ReadonlyMap<string, Branch> = new Map();
const memoized = memoizePerObject<ReadonlyMap<string, Branch>>();

/** The rows that are directly below their owner, by key. `rows`: in the order in which they are shown. */
export const workloadBranches = (rows: readonly WorkloadRow[]): ReadonlyMap<string, Branch> =>
  rows.length > mostRows ? none : memoized(rows, [], () => branchesOf(rows));
