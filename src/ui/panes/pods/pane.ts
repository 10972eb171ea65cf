import { ageText } from '../../../domain/duration.ts';
import { bytes, count } from '../../../domain/format.ts';
import type { Line } from '../../text/run.ts';
import type { View } from '../../view.ts';
import { definePane } from '../define-pane.ts';
import { levelCell } from '../level-cell.ts';
import { treeOf } from '../tree.ts';
import { byName, worstFirst } from '../worst-first.ts';
import { workloadColumns } from './columns.ts';
import { type WorkloadRow, wordOf, workloadNodes } from './nodes.ts';
import { workloadWrong } from './wrong.ts';

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

/** Events and other notes of its source whose title names it. */
const notesOf = (view: View, { fact }: WorkloadRow): readonly string[] =>
  Object.values(view.own?.facts.feeds ?? {})
    .filter(({ feed }) => feed.kind === 'notes' && feed.source === fact.source)
    .flatMap((state) => state.known?.items ?? [])
    .flatMap((item) => ('title' in item && item.title.includes(fact.name) ? [item.text] : []));

/** When it was last proved: one that has not changed may be the fact of an earlier reading. */
const readAt = ({ own }: View, { row, fact }: WorkloadRow): number =>
  Math.max(fact.at, own?.facts.feeds[row.feed]?.known?.at ?? fact.at);

const used = (
  what: string,
  value: number | undefined,
  limit: number | undefined,
  text: (value: number | undefined) => string,
): string => `${what} ${text(value)} of ${limit === undefined ? 'no limit' : text(limit)}`;

const details = (view: View, row: WorkloadRow, opened: boolean): readonly Line[] => {
  const { pen, now } = view;
  const { fact } = row;
  const where = [fact.namespace, fact.owner, fact.node].filter((part) => part !== '').join(' · ');
  const head: Line = [
    pen.run(` ${fact.name}`, 'bold'),
    pen.run(`  ${fact.kind} · ${where} · ${fact.source}, ${ageText(now - readAt(view, row))} ago`, 'faint'),
  ];
  const why: readonly Line[] =
    fact.detail === undefined ? [] : [[pen.run(`   ${fact.status}: ${fact.detail}`, row.level)]];
  if (!opened) return [head, ...why];
  const resources = [
    used('cpu', fact.cpuCores, fact.cpuLimitCores, (value) => count(value, 3)),
    used('memory', fact.memoryBytes, fact.memoryLimitBytes, bytes),
    `restarts ${count(fact.restarts)}`,
  ];
  return [
    head,
    ...why,
    [pen.run(`   ${resources.join(' · ')}`)],
    ...notesOf(view, row).map((text): Line => [pen.run(`   ${text}`)]),
  ];
};

/** 6 PODS: pods, containers, units and what holds them. */
export const podsPane = definePane<WorkloadRow>({
  id: 'pods',
  key: '6',
  title: 'PODS',
  noun: 'pods, containers or units',
  kind: 'workloads',
  optional: true,
  keys: [],
  from,
  rows: workloadRows,
  wrong: workloadWrong,
  orders: orders.map(({ name }) => ({ name })),
  caption: (view, rows, form, width) => (form === 'full' || width >= roomy ? [] : counts(view, rows)),
  table: (view, form, width) =>
    workloadColumns(view, form !== 'full' && width + 2 < roomy, workloadRows(view).length),
  details,
});
