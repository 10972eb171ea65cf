import type { DescribedObject } from '../../../domain/facts/object-description.ts';
import type { Row } from '../../../domain/facts/snapshot.ts';
import { formatAge } from '../../../domain/text/duration.ts';
import { absentText, formatBytes, formatCount } from '../../../domain/text/format.ts';
import type { ClusterNode } from '../../../kinds/nodes/fact.ts';
import type { StyledLine } from '../../kit/text/line.ts';
import { updatePane } from '../../shell/contract/model.ts';
import type { Binding, KeyContext } from '../../shell/contract/pane.ts';
import type { RenderContext } from '../../shell/contract/render-context.ts';
import { readerOpeningKeys } from '../../shell/dialogs/open-reader.ts';
import { navigateTo } from '../../shell/navigation/navigation.ts';
import { defineKindPane } from '../../shell/panes/define-pane.ts';
import type { PaneOrder } from '../../shell/panes/order.ts';
import { describeProblem } from '../../shell/panes/problem.ts';
import { ageSince, compareByLabel, compareWorstFirst } from '../../shell/panes/ranking.ts';
import { memoizePerObject } from '../../shell/state/memoize.ts';
import { formatCores } from '../workloads/columns.ts';
import { type NodeRow, nodeStateText, nodeTableColumns } from './columns.ts';

const rowsOf = ({ own }: RenderContext): readonly Row<'nodes'>[] => own?.snapshot.kinds.nodes.rows ?? [];

const made = memoizePerObject<NodeRow>();

/** The row of a fact; the same object while the fact is unchanged. */
const nodeRow = (row: Row<'nodes'>): NodeRow =>
  made(row, [], () => {
    const { fact, key, level } = row;
    const { name, status, problems, roles, kubelet = '', isCordoned } = fact;
    return {
      key,
      level,
      label: name,
      text: [name, status, ...problems, isCordoned ? 'cordoned' : '', ...roles, kubelet].join(' '),
      subject: { kind: 'nodes', fact },
      // A cordoned node is OK, and still worth a row of its own.
      ...(isCordoned ? { isNotable: true } : {}),
      fact,
      row,
    };
  });

/** 'cpu 1.2 used, 3.1 requested of 4' */
const amounts = (
  what: string,
  [used, requested, allocatable]: readonly (number | undefined)[],
  text: (amount: number) => string,
): string => {
  const shown = (amount: number | undefined): string => (amount === undefined ? absentText : text(amount));
  return `${what} ${shown(used)} used, ${shown(requested)} requested of ${shown(allocatable)}`;
};

const renderNodeDetails = (
  { pen, now, own }: RenderContext,
  { fact, row, level }: NodeRow,
  opened: boolean,
): readonly StyledLine[] => {
  const time = Math.max(fact.at, own?.facts.feeds[row.feed]?.known?.at ?? fact.at);
  const about = [...fact.roles, fact.kubelet === undefined ? '' : `kubelet ${fact.kubelet}`];
  const head: StyledLine = [
    pen.run(` ${fact.name}`, 'bold'),
    pen.run(
      `  node · ${[...about, fact.source].filter((part) => part !== '').join(' · ')}, ${formatAge(now - time)} ago`,
      'faint',
    ),
  ];
  const notes: readonly StyledLine[] = [
    ...(fact.detail === undefined ? [] : [[pen.run(`   ${fact.detail}`, level)]]),
    ...(fact.isCordoned ? [[pen.run('   cordoned: the scheduler places no new pods here')]] : []),
  ];
  if (!opened) return [head, ...notes];
  const text = (line: string): StyledLine => [pen.run(`   ${line}`)];
  return [
    head,
    ...notes,
    text(amounts('cpu', [fact.cpuCores, fact.cpuRequestedCores, fact.cpuAllocatableCores], formatCores)),
    text(
      amounts(
        'memory',
        [fact.memoryBytes, fact.memoryRequestedBytes, fact.memoryAllocatableBytes],
        formatBytes,
      ),
    ),
    text(`pods ${formatCount(fact.pods)} of ${formatCount(fact.podsAllocatable)}`),
  ];
};

/** 'MemoryPressure · kubelet has insufficient memory available' */
const nodeProblem = describeProblem<NodeRow>((row) => [nodeStateText(row), row.fact.detail]);

const share = (used: number | undefined, whole: number | undefined): number | undefined =>
  used === undefined || whole === undefined || whole <= 0 ? undefined : used / whole;

const byShare = (
  name: string,
  column: string,
  of: (fact: ClusterNode) => readonly [number | undefined, number | undefined],
): PaneOrder<NodeRow> => ({
  name,
  column,
  value: ({ fact }) => share(...of(fact)),
  largestFirst: true,
});

/** Orders of the nodes. Shares of the allocatable amount, so that nodes of different sizes are comparable. */
const orders: readonly PaneOrder<NodeRow>[] = [
  { name: 'by name', column: 'NAME', compare: compareByLabel },
  byShare('by cpu', 'CPU', (fact) => [fact.cpuCores, fact.cpuAllocatableCores]),
  byShare('by memory', 'MEM', (fact) => [fact.memoryBytes, fact.memoryAllocatableBytes]),
  byShare('by requested cpu', 'CPU REQ', (fact) => [fact.cpuRequestedCores, fact.cpuAllocatableCores]),
  byShare('by requested memory', 'MEM REQ', (fact) => [
    fact.memoryRequestedBytes,
    fact.memoryAllocatableBytes,
  ]),
  { name: 'by pods', column: 'PODS', value: ({ fact }) => fact.pods, largestFirst: true },
  { name: 'newest first', column: 'AGE', value: ({ fact }) => ageSince({ since: fact.startedAt }) },
];

/** Shows the pods of the selected node in Pods. */
const showPods = ({ model, row }: KeyContext): void => {
  if (row?.subject?.kind !== 'nodes') return;
  navigateTo(model, 'pods');
  updatePane(model, 'pods', { filter: `node==${row.subject.fact.name}`, least: undefined });
};

const selected = ({ row }: KeyContext): DescribedObject | undefined => {
  if (row?.subject?.kind !== 'nodes') return undefined;
  const { source, name } = row.subject.fact;
  return { source, kind: 'node', namespace: '', name, owner: '', node: '' };
};

/** The keys of Nodes. */
const nodeKeys: readonly Binding[] = [
  ...readerOpeningKeys('node', selected, 'no node is selected: move the cursor to a node'),
  {
    id: 'node.pods',
    keys: ['p'],
    description: 'show the pods of the node in Pods',
    footer: 'pods',
    whyNot: ({ row }) =>
      row?.subject?.kind === 'nodes' ? undefined : 'no node is selected: move the cursor to a node',
    run: showPods,
  },
];

/** Nodes: the nodes of Kubernetes clusters, with their conditions, usage and requests. */
export const nodesPane = defineKindPane<NodeRow>({
  id: 'nodes',
  title: 'Nodes',
  noun: 'nodes',
  kind: 'nodes',
  optional: true,
  keys: nodeKeys,
  rows: (view) => rowsOf(view).map(nodeRow).toSorted(compareWorstFirst),
  problem: nodeProblem,
  orders,
  table: (view) => nodeTableColumns(view, rowsOf(view).length),
  details: renderNodeDetails,
});
