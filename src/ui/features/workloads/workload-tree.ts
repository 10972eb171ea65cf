import { RoundCache } from '../../../domain/base/round-cache.ts';
import { type Level, worseLevel } from '../../../domain/facts/level.ts';
import type { Row } from '../../../domain/facts/snapshot.ts';
import type { Workload } from '../../../kinds/workloads/fact.ts';
import { workloadKindOf } from '../../../kinds/workloads/owner.ts';
import type { PaneRow, TreePosition } from '../../shell/contract/pane-row.ts';
import type { RenderContext } from '../../shell/contract/render-context.ts';
import type { TreeNode } from '../../shell/panes/tree.ts';
import { memoizePerObject } from '../../shell/state/memoize.ts';

/** Returns whether `owner` owns `owned`. A Compose container names its service, a pod's container its pod, a pod 'KIND NAME'. */
export const ownsWorkload = (owner: Workload, owned: Workload): boolean => {
  if (owner.source !== owned.source || owner.namespace !== owned.namespace || owned.owner === '')
    return false;
  if (owned.kind === 'container')
    return (owner.kind === 'pod' || owner.kind === 'service') && owner.name === owned.owner;
  const [word = '', name = ''] = owned.owner.split(' ');
  return owner.name === name && owner.kind === workloadKindOf(word);
};

/** The name in `owner`: all of it for a container, the word after the kind otherwise. */
const ownerName = ({ kind, owner }: Workload): string =>
  kind === 'container' ? owner : (owner.split(' ')[1] ?? '');

const rowsOf = ({ own }: RenderContext): readonly Row<'workloads'>[] =>
  own?.snapshot.kinds.workloads.rows ?? [];

const owners = memoizePerObject<Row<'workloads'> | undefined>();
const owned = memoizePerObject<readonly Row<'workloads'>[]>();

/** The owner of a workload, if a source reads it. Memoized, because the footer asks for it in every frame, and there can be thousands. */
export const owningWorkload = (view: RenderContext, fact: Workload): Row<'workloads'> | undefined => {
  const rows = rowsOf(view);
  return owners(fact, [rows], () => {
    const owner = ownerName(fact);
    if (owner === '') return undefined;
    return rows.find((row) => row.fact.name === owner && ownsWorkload(row.fact, fact));
  });
};

/** The workloads owned by a workload. Memoized. */
export const ownedWorkloads = (view: RenderContext, fact: Workload): readonly Row<'workloads'>[] => {
  if (fact.kind === 'container') return [];
  const rows = rowsOf(view);
  return owned(fact, [rows], () =>
    rows.filter((row) => row.fact.owner.endsWith(fact.name) && ownsWorkload(fact, row.fact)),
  );
};

/** A workload: a pod (with its containers as children), a container, a unit or a node. */
export interface WorkloadRow extends PaneRow {
  readonly fact: Workload;
  readonly row: Row<'workloads'>;
}

/** The state in a word or two: 'CrashLoopBackOff', 'restarts', 'OK'. Levels are in capitals. */
export const workloadStateText = ({ fact, level }: Pick<WorkloadRow, 'fact' | 'level'>): string => {
  const { status, ready, wanted, restartsRising } = fact;
  if (level === 'ok') return /^(completed|succeeded)$/i.test(status) ? status : 'OK';
  if (status !== '' && !/^(running|available|active|ready)$/i.test(status)) return status;
  if (ready !== undefined && wanted !== undefined && ready < wanted) return `${ready} of ${wanted} ready`;
  if (restartsRising === true) return 'restarts';
  return level === 'unknown' ? 'UNKNOWN' : status;
};

/** ' vm-1' after the name of a unit, process or file, because the same name exists on many hosts. */
export const hostSuffix = ({ kind, node }: Workload): string =>
  (kind === 'unit' || kind === 'process' || kind === 'file') && node !== '' ? ` ${node}` : '';

const textOf = ({ namespace, name, kind, status, owner, node, detail = '' }: Workload): string =>
  [namespace, name, kind, status, owner, node, detail].join(' ');

/** The position of most rows. The tree replaces it for others. */
const topLevel: TreePosition = { depth: 0 };

const createRow = (row: Row<'workloads'>, level: Level): WorkloadRow => {
  const { fact, key } = row;
  return {
    key,
    level,
    label: `${fact.name}${hostSuffix(fact)}`,
    text: textOf(fact),
    subject: { kind: 'workloads', fact },
    fact,
    row,
    treePosition: topLevel,
  };
};

/** Inputs of the last tree: the next one reuses the objects of unchanged rows. */
const made = {
  rows: new RoundCache<Row<'workloads'>, WorkloadRow>(),
  leaves: new RoundCache<Row<'workloads'>, TreeNode<WorkloadRow>>(),
  nests: new RoundCache<Workload, string>(),
};

/** The row of a pod or its containers; the same object while fact and level are unchanged. */
const rowOf = (row: Row<'workloads'>, level: Level): WorkloadRow => {
  const cached = made.rows.get(row);
  return cached?.level === level ? cached : made.rows.set(row, createRow(row, level));
};

const createLeaf = (row: Row<'workloads'>): TreeNode<WorkloadRow> => ({ row: createRow(row, row.level) });

/** A tree node without children; the same object for the same row. */
const leafOf = (row: Row<'workloads'>): TreeNode<WorkloadRow> =>
  made.leaves.get(row) ?? made.leaves.set(row, createLeaf(row));

type Leaves = readonly TreeNode<WorkloadRow>[];

let lastLeaves: { readonly rows: readonly Row<'workloads'>[]; readonly leaves: Leaves } | undefined;

/** A leaf for each row. Most rows of a large cluster are at the index where they were in the reading before. */
const leavesOf = (rows: readonly Row<'workloads'>[]): Leaves => {
  const before = lastLeaves;
  if (before?.rows === rows) return before.leaves;
  let known: ReadonlyMap<Row<'workloads'>, TreeNode<WorkloadRow>> | undefined;
  const movedLeaf = (row: Row<'workloads'>): TreeNode<WorkloadRow> | undefined => {
    known ??= new Map(
      before?.rows.map((currentRow, index) => [currentRow, before.leaves[index] as TreeNode<WorkloadRow>]),
    );
    return known.get(row);
  };
  const leaves = rows.map((row, index) => {
    const was = before?.rows[index];
    if (was === row) return before?.leaves[index] ?? createLeaf(row);
    return (was?.key === row.key ? undefined : movedLeaf(row)) ?? createLeaf(row);
  });
  lastLeaves = { rows, leaves };
  return leaves;
};

const endRound = (): void => {
  for (const cache of Object.values(made)) cache.endRound();
};

const nest = ({ source, namespace }: Workload, name: string): string => `${source}/${namespace}/${name}`;
const ownNest = (fact: Workload): string =>
  made.nests.get(fact) ?? made.nests.set(fact, nest(fact, fact.name));

/** Builds the workload tree. Containers become children of their pod, and the pod takes the worst level of its containers. */
export const buildWorkloadTree = (rows: readonly Row<'workloads'>[]): readonly TreeNode<WorkloadRow>[] => {
  // Shortcut for large clusters: without container rows there is no tree to build.
  if (!rows.some(({ fact }) => fact.kind === 'container')) {
    endRound();
    return leavesOf(rows);
  }
  const pods = new Set(rows.flatMap(({ fact }) => (fact.kind === 'pod' ? [ownNest(fact)] : [])));
  const isNested = ({ fact }: Row<'workloads'>): boolean =>
    fact.kind === 'container' && pods.has(nest(fact, fact.owner));
  const inside = Map.groupBy(rows.filter(isNested), ({ fact }) => nest(fact, fact.owner));
  const nodes = rows
    .filter((row) => !isNested(row))
    .map((row): TreeNode<WorkloadRow> => {
      const containers = row.fact.kind === 'pod' ? (inside.get(ownNest(row.fact)) ?? []) : [];
      if (containers.length === 0) return leafOf(row);
      const level = containers.reduce((worst, container) => worseLevel(worst, container.level), row.level);
      const own = rowOf(row, level);
      return {
        row: {
          ...own,
          text: [own.text, ...containers.map((container) => rowOf(container, container.level).text)].join(
            ' ',
          ),
        },
        children: () => containers.map((container) => ({ row: rowOf(container, container.level) })),
      };
    });
  endRound();
  return nodes;
};
