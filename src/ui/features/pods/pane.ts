import { definePane } from '../../panes/define-pane.ts';
import { levelCell } from '../../panes/level-cell.ts';
import { treeOf } from '../../panes/tree.ts';
import { byName, worstFirst } from '../../panes/worst-first.ts';
import { wrongOf } from '../../panes/wrong.ts';
import { counted } from '../../text/count.ts';
import type { Line } from '../../text/run.ts';
import type { View } from '../../view.ts';
import { workloadColumns } from './columns.ts';
import { podDetails } from './details.ts';
import { podKeys } from './keys.ts';
import { type WorkloadRow, wordOf, workloadNodes } from './nodes.ts';

/** 'OOMKilled · 0 of 1 ready · exit 137 · 11 restarts' */
const workloadWrong = wrongOf<WorkloadRow>((row) => {
  const { ready, wanted, restarts = 0, detail } = row.fact;
  const word = wordOf(row);
  const lacks = ready !== undefined && wanted !== undefined && ready < wanted;
  return [
    word,
    lacks && !word.includes('ready') ? `${ready} of ${wanted} ready` : '',
    detail,
    restarts === 0 ? '' : counted(restarts, 'restart'),
  ];
});

/** From so many cells on the overview has the heads of every column. */
const roomy = 100;

type Compare = (a: WorkloadRow, b: WorkloadRow) => number;
const greatest =
  (of: (row: WorkloadRow) => number | undefined): Compare =>
  (a, b) =>
    (of(b) ?? -1) - (of(a) ?? -1);

/** Orders of the outermost rows; containers stay under their pod. */
const orders: readonly { readonly name: string; readonly by: Compare }[] = [
  { name: 'by name', by: byName },
  { name: 'by restarts', by: greatest(({ fact }) => fact.restarts) },
  { name: 'by cpu', by: greatest(({ fact }) => fact.cpuCores) },
  { name: 'by memory', by: greatest(({ fact }) => fact.memoryBytes) },
  { name: 'newest first', by: greatest(({ fact }) => fact.startedAt) },
];

const from = ({ own }: View): readonly unknown[] => [own?.snapshot.kinds.workloads.rows];

const workloadRows = treeOf({
  id: 'pods',
  first: worstFirst,
  orders,
  from,
  roots: ({ own }) => workloadNodes(own?.snapshot.kinds.workloads.rows ?? []),
});

/** '✗ 1 OOMKilled  ▲ 2 restarts  ● 39 OK': how many stand how. */
const counts = ({ pen }: View, rows: readonly WorkloadRow[]): Line => {
  const roots = rows.filter(({ branch }) => branch?.depth === 0);
  return [...Map.groupBy(roots, (row) => `${row.level} ${wordOf(row)}`).values()].flatMap(
    (members, index): Line => {
      const [first] = members;
      if (first === undefined) return [];
      return [
        pen.run(index === 0 ? '' : '  '),
        ...levelCell(pen, first.level, `${members.length} ${wordOf(first)}`),
      ];
    },
  );
};

/** 6 PODS: pods, containers, units and what holds them. */
export const podsPane = definePane<WorkloadRow>({
  id: 'pods',
  key: '6',
  title: 'PODS',
  noun: 'pods, containers or units',
  kind: 'workloads',
  optional: true,
  from,
  keys: podKeys,
  rows: workloadRows,
  wrong: workloadWrong,
  orders: orders.map(({ name }) => ({ name })),
  caption: (view, rows, form, width) => (form === 'full' || width >= roomy ? [] : counts(view, rows)),
  table: (view, form, width) =>
    workloadColumns(view, form !== 'full' && width + 2 < roomy, workloadRows(view).length),
  details: podDetails,
});
