import { type Level, worseLevel } from '../../../domain/level.ts';
import type { Row } from '../../../domain/snapshot.ts';
import type { Workload, WorkloadKind } from '../../../kinds/workloads/fact.ts';
import type { PaneRow } from '../../panes/pane-row.ts';
import type { TreeNode } from '../../panes/tree.ts';
import type { RenderContext } from '../../render-context.ts';

/** What sources call a kind where they name an owner: 'deploy billing'. */
const shortKinds: Readonly<Record<string, WorkloadKind>> = {
  deploy: 'deployment',
  sts: 'statefulset',
  ds: 'daemonset',
};

/** A container of Compose names its service, one of a pod its pod; a pod names kind and name. */
const isOwnerOf = (owner: Workload, owned: Workload): boolean => {
  if (owner.source !== owned.source || owner.namespace !== owned.namespace || owned.owner === '')
    return false;
  if (owned.kind === 'container')
    return (owner.kind === 'pod' || owner.kind === 'service') && owner.name === owned.owner;
  const [word = '', name = ''] = owned.owner.split(' ');
  return owner.name === name && owner.kind === (shortKinds[word] ?? word);
};

const rowsOf = ({ own }: RenderContext): readonly Row<'workloads'>[] =>
  own?.snapshot.kinds.workloads.rows ?? [];

/** What it belongs to, as far as that is read here. */
export const owningWorkload = (view: RenderContext, fact: Workload): Row<'workloads'> | undefined =>
  fact.owner === '' ? undefined : rowsOf(view).find((row) => isOwnerOf(row.fact, fact));

/** What belongs to it. */
export const ownedWorkloads = (view: RenderContext, fact: Workload): readonly Row<'workloads'>[] =>
  fact.kind === 'container' ? [] : rowsOf(view).filter((row) => isOwnerOf(fact, row.fact));

/** Something that runs: a pod (with its containers under it), a container, a unit, a node. */
export interface WorkloadRow extends PaneRow {
  readonly fact: Workload;
  readonly row: Row<'workloads'>;
}

/** 'CrashLoopBackOff', 'restarts', 'OK': the state in a word or two; levels in capitals. */
export const workloadStateText = ({ fact, level }: Pick<WorkloadRow, 'fact' | 'level'>): string => {
  const { status, ready, wanted, restartsRising } = fact;
  if (level === 'ok') return /^(completed|succeeded)$/i.test(status) ? status : 'OK';
  if (status !== '' && !/^(running|available|active|ready)$/i.test(status)) return status;
  if (ready !== undefined && wanted !== undefined && ready < wanted) return `${ready} of ${wanted} ready`;
  if (restartsRising === true) return 'restarts';
  return level === 'unknown' ? 'UNKNOWN' : status;
};

/** ' vm-1' behind a unit or a process: the same name runs on many hosts. */
export const hostSuffix = ({ kind, node }: Workload): string =>
  (kind === 'unit' || kind === 'process' || kind === 'file') && node !== '' ? ` ${node}` : '';

/** Worked out once for each fact: one that has not changed is the same fact in the next reading, and there may be thousands. */
const once = (make: (fact: Workload) => string): ((fact: Workload) => string) => {
  const made = new WeakMap<Workload, string>();
  return (fact) => {
    const text = made.get(fact) ?? make(fact);
    made.set(fact, text);
    return text;
  };
};

const textOf = once(({ namespace, name, kind, status, owner, node, detail = '' }) =>
  [namespace, name, kind, status, owner, node, detail].join(' '),
);

const made = new WeakMap<Row<'workloads'>, WorkloadRow>();

/** Its row: the same object as long as the fact and its level are. */
const rowOf = (row: Row<'workloads'>, level: Level): WorkloadRow => {
  const had = made.get(row);
  if (had?.level === level) return had;
  const { fact, key } = row;
  const one: WorkloadRow = {
    key,
    level,
    label: `${fact.name}${hostSuffix(fact)}`,
    text: textOf(fact),
    subject: { kind: 'workloads', fact },
    fact,
    row,
  };
  made.set(row, one);
  return one;
};

const leaves = new WeakMap<WorkloadRow, TreeNode<WorkloadRow>>();

/** What has nothing under it, as the same object for the same row. */
const leafOf = (row: Row<'workloads'>): TreeNode<WorkloadRow> => {
  const own = rowOf(row, row.level);
  const had = leaves.get(own);
  if (had !== undefined) return had;
  const leaf = { row: own };
  leaves.set(own, leaf);
  return leaf;
};

const nest = ({ source, namespace }: Workload, name: string): string => `${source}/${namespace}/${name}`;
const ownNest = once((fact) => nest(fact, fact.name));

/** Everything that runs; a container whose pod is here stands under it, and a pod is as bad as its worst container. */
export const buildWorkloadTree = (rows: readonly Row<'workloads'>[]): readonly TreeNode<WorkloadRow>[] => {
  // Of ten thousand pods without a container that is told apart nothing has to be put together.
  if (!rows.some(({ fact }) => fact.kind === 'container')) return rows.map(leafOf);
  const pods = new Set(rows.flatMap(({ fact }) => (fact.kind === 'pod' ? [ownNest(fact)] : [])));
  const isNested = ({ fact }: Row<'workloads'>): boolean =>
    fact.kind === 'container' && pods.has(nest(fact, fact.owner));
  const inside = Map.groupBy(rows.filter(isNested), ({ fact }) => nest(fact, fact.owner));
  return rows
    .filter((row) => !isNested(row))
    .map((row): TreeNode<WorkloadRow> => {
      const held = row.fact.kind === 'pod' ? (inside.get(ownNest(row.fact)) ?? []) : [];
      if (held.length === 0) return leafOf(row);
      const level = held.reduce((worst, one) => worseLevel(worst, one.level), row.level);
      const own = rowOf(row, level);
      return {
        row: { ...own, text: [own.text, ...held.map((one) => rowOf(one, one.level).text)].join(' ') },
        children: () => held.map((one) => ({ row: rowOf(one, one.level) })),
      };
    });
};
