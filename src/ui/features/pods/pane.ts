import { defined } from '../../../domain/base/defined.ts';
import { levelRank } from '../../../domain/facts/level.ts';
import type { Row } from '../../../domain/facts/snapshot.ts';
import { pluralize } from '../../../domain/text/count-text.ts';
import { formatAge } from '../../../domain/text/duration.ts';
import { formatBytes, formatCount } from '../../../domain/text/format.ts';
import type { Workload } from '../../../kinds/workloads/fact.ts';
import type { StyledLine } from '../../kit/text/line.ts';
import { paneState, updatePane } from '../../shell/contract/model.ts';
import type { Binding, KeyContext } from '../../shell/contract/pane.ts';
import type { PaneForm } from '../../shell/contract/pane-row.ts';
import type { RenderContext } from '../../shell/contract/render-context.ts';
import { inHeldOrder } from '../../shell/contract/row-order.ts';
import { readerOpeningKeys } from '../../shell/dialogs/open-reader.ts';
import { moveCursorToRow, navigateTo } from '../../shell/navigation/navigation.ts';
import { defineKindPane } from '../../shell/panes/define-pane.ts';
import type { TitleCount } from '../../shell/panes/glance.ts';
import { isInDefaultOrder, type PaneOrder } from '../../shell/panes/order.ts';
import { describeProblem } from '../../shell/panes/problem.ts';
import { ageSince, compareByLabel, compareWorstFirst } from '../../shell/panes/ranking.ts';
import { createTreeRows } from '../../shell/panes/tree.ts';
import { boundKey } from '../../shell/state/keys-in-text.ts';
import { memoizePerObject } from '../../shell/state/memoize.ts';
import { forwardKey } from '../forwards/forward-key.ts';
import { shellKey } from '../runbook-matching/terminal-keys.ts';
import { renderRelatedSignals } from '../signals/related-signals.ts';
import { type Branch, workloadBranches } from '../workloads/branches.ts';
import { workloadTableColumns } from '../workloads/columns.ts';
import {
  buildWorkloadTree,
  ownedWorkloads,
  owningWorkload,
  type WorkloadRow,
  workloadStateText,
} from '../workloads/workload-tree.ts';

/** The notes of the same source (events and others) whose title contains the name, in the order of the source: newest first. */
const notesOf = (view: RenderContext, { fact }: WorkloadRow): readonly string[] =>
  Object.values(view.own?.facts.feeds ?? {})
    .filter(({ feed }) => feed.kind === 'notes' && feed.source === fact.source)
    .flatMap((state) => state.known?.items ?? [])
    .flatMap((item) =>
      'title' in item && item.title.includes(fact.name) ? [`${item.title}: ${item.text}`] : [],
    );

/** The time of the last confirmation: an unchanged workload can be the fact object of an earlier reading. */
const readAt = ({ own }: RenderContext, { row, fact }: WorkloadRow): number =>
  Math.max(fact.at, own?.facts.feeds[row.feed]?.known?.at ?? fact.at);

const used = (
  what: string,
  value: number | undefined,
  limit: number | undefined,
  text: (value: number | undefined) => string,
): string => `${what} ${text(value)} of ${limit === undefined ? 'no limit' : text(limit)}`;

const ready = ({ fact }: Row<'workloads'>): string =>
  fact.ready === undefined ? '' : ` ${fact.ready}/${fact.wanted ?? '–'} ready`;

const linkLine = ({ pen }: RenderContext, how: string, row: Row<'workloads'>): StyledLine => [
  pen.run(`   ${how} `, 'faint'),
  pen.glyph(row.level, row.level),
  pen.run(` ${row.fact.kind} ${row.fact.name}`),
  pen.run(` ${workloadStateText(row)}${ready(row)}`, 'faint'),
];

/** Maximum owned objects to list. */
const maxOwned = 8;

/** Renders the owner chain, the node, and the owned objects. */
const linkLines = (view: RenderContext, { fact }: WorkloadRow): readonly StyledLine[] => {
  const chain: Row<'workloads'>[] = [];
  let up = owningWorkload(view, fact);
  while (up !== undefined && !chain.includes(up)) {
    chain.push(up);
    up = owningWorkload(view, up.fact);
  }
  const owned = ownedWorkloads(view, fact);
  const more = owned.length - maxOwned;
  const node = fact.node === '' ? [] : [[view.pen.run(`   on    ${fact.node}`, 'faint')]];
  return [
    ...chain.map((row) => linkLine(view, 'owner', row)),
    ...node,
    ...owned.slice(0, maxOwned).map((row) => linkLine(view, 'owns ', row)),
    ...(more > 0 ? [[view.pen.run(`   owns  ${more} more`, 'faint')]] : []),
  ];
};

/** Renders the details of the selected workload; opened: limits, owners, owned objects and events. */
const renderPodDetails = (view: RenderContext, row: WorkloadRow, opened: boolean): readonly StyledLine[] => {
  const { pen, now } = view;
  const { fact } = row;
  const where = [fact.namespace, fact.owner, fact.node].filter((part) => part !== '').join(' · ');
  const head: StyledLine = [
    pen.run(` ${fact.name}`, 'bold'),
    pen.run(`  ${fact.kind} · ${where} · ${fact.source}, ${formatAge(now - readAt(view, row))} ago`, 'faint'),
  ];
  const why: readonly StyledLine[] =
    fact.detail === undefined ? [] : [[pen.run(`   ${fact.status}: ${fact.detail}`, row.level)]];
  if (!opened) return [head, ...why];
  const resources = [
    used('cpu', fact.cpuCores, fact.cpuLimitCores, (value) => formatCount(value, 3)),
    used('memory', fact.memoryBytes, fact.memoryLimitBytes, formatBytes),
    `restarts ${formatCount(fact.restarts)}`,
  ];
  const notes = notesOf(view, row);
  return [
    head,
    ...why,
    [pen.run(`   ${resources.join(' · ')}`)],
    ...linkLines(view, row),
    ...(notes.length === 0
      ? [[pen.run(`   events not loaded · ${boundKey(view.cockpit, 'pod.describe', 'd')} load`, 'faint')]]
      : notes.map((text): StyledLine => [pen.run(`   ${text}`)])),
  ];
};

const selected = ({ row }: { readonly row?: KeyContext['row'] | undefined }): Workload | undefined =>
  row?.subject?.kind === 'workloads' ? row.subject.fact : undefined;

/** The key of the row that `O` goes to: the owner; from an owner back to the row it came from, else its worst owned object. */
const related = ({ row, view }: KeyContext): string | undefined => {
  const fact = selected({ row });
  if (fact === undefined) return undefined;
  const owner = owningWorkload(view, fact);
  if (owner !== undefined) return owner.key;
  const owned = ownedWorkloads(view, fact);
  const { returnTo: cameFrom } = paneState(view.ui, 'pods');
  const worst = owned.toSorted((a, b) => levelRank[b.level] - levelRank[a.level])[0];
  return owned.find(({ key }) => key === cameFrom)?.key ?? worst?.key;
};

const whyNotRelated = (context: KeyContext): string | undefined => {
  const fact = selected(context);
  if (fact === undefined) return 'no pod, container or unit is selected: move the cursor to one';
  const key = related(context);
  if (key === undefined)
    return fact.owner === ''
      ? 'this row has no owner, and owns no other rows'
      : `owner ${fact.owner} is not in the list`;
  return context.pane.rows(context.view).some((row) => row.key === key)
    ? undefined
    : 'the filter hides that row: press esc to clear the filter';
};

const goRelated = (context: KeyContext): void => {
  const key = related(context);
  if (key === undefined) return;
  const index = context.pane.rows(context.view).findIndex((row) => row.key === key);
  navigateTo(context.model, 'pods');
  updatePane(context.model, 'pods', {
    cursor: { key, index },
    ...defined({ returnTo: context.row?.key }),
  });
};

/** The row of the node that the selected pod runs on. */
const nodeOf = ({ row, view }: KeyContext): Row<'nodes'> | undefined => {
  const fact = selected({ row });
  return view.own?.snapshot.kinds.nodes.rows.find(
    (node) => node.fact.name === fact?.node && node.fact.source === fact.source,
  );
};

/** Opens Nodes at the node of the selected row, or at its first row. */
const goToNode = (context: KeyContext): void => {
  const node = nodeOf(context);
  if (node !== undefined) moveCursorToRow(context.model, 'nodes', node.key);
  navigateTo(context.model, 'nodes');
};

const whyNotNodes = ({ view }: KeyContext): string | undefined =>
  view.own?.snapshot.kinds.nodes.isProvided === false
    ? 'no source provides nodes: add a source of type kubernetes'
    : undefined;

/** The keys of 6 Pods. */
const podKeys: readonly Binding[] = [
  ...readerOpeningKeys('pod', selected, 'no pod, container or unit is selected: move the cursor to one'),
  {
    id: 'pod.owner',
    keys: ['O'],
    description: 'go to the owner, and back',
    footer: 'owner',
    footerMinColumns: 110,
    whyNot: whyNotRelated,
    run: goRelated,
  },
  shellKey,
  forwardKey,
  {
    id: 'pod.node',
    keys: ['w'],
    description: 'show the nodes, at the node of the row',
    footer: 'nodes',
    footerMinColumns: 110,
    whyNot: whyNotNodes,
    run: goToNode,
  },
  {
    id: 'pod.namespaces',
    keys: ['b'],
    description: 'show the namespaces, with their pods by level',
    footer: 'namespaces',
    footerMinColumns: 140,
    run: ({ model }) => navigateTo(model, 'namespaces'),
  },
];

/** 'OOMKilled · 0 of 1 ready · exit 137 · 11 restarts' */
const workloadProblem = describeProblem<WorkloadRow>((row) => {
  const { ready, wanted, restarts = 0, detail } = row.fact;
  const word = workloadStateText(row);
  const lacks = ready !== undefined && wanted !== undefined && ready < wanted;
  return [
    word,
    lacks && !word.includes('ready') ? `${ready} of ${wanted} ready` : '',
    detail,
    restarts === 0 ? '' : pluralize(restarts, 'restart'),
  ];
});

/** Orders of the top-level rows; containers stay below their pod. */
const orders: readonly PaneOrder<WorkloadRow>[] = [
  { name: 'by name', column: 'NAME', compare: compareByLabel },
  { name: 'by restarts', column: 'RESTARTS', value: ({ fact }) => fact.restarts, largestFirst: true },
  { name: 'by cpu', column: 'CPU', value: ({ fact }) => fact.cpuCores, largestFirst: true },
  { name: 'by memory', column: 'MEMORY', value: ({ fact }) => fact.memoryBytes, largestFirst: true },
  { name: 'newest first', column: 'AGE', value: ({ fact }) => ageSince({ since: fact.startedAt }) },
];

const workloadRows = createTreeRows({
  id: 'pods',
  first: compareWorstFirst,
  roots: ({ own }) => buildWorkloadTree(own?.snapshot.kinds.workloads.rows ?? []),
});

/** The workloads per state: '✗ 1 OOMKilled  ▲ 2 restarts  ● 39 OK'. */
const countsByState = (rows: readonly WorkloadRow[]): readonly TitleCount[] => {
  const roots = rows.filter(({ treePosition: branch }) => branch?.depth === 0);
  return [...Map.groupBy(roots, (row) => `${row.level} ${workloadStateText(row)}`).values()].flatMap(
    (members) =>
      members.slice(0, 1).map((first) => ({
        glyph: first.level,
        role: first.level,
        count: members.length,
        word: workloadStateText(first),
      })),
  );
};

const noBranches: ReadonlyMap<string, Branch> = new Map();
const memoizedHeld = memoizePerObject<readonly WorkloadRow[]>();

/** The rows that are shown directly below their owner: those of the own order, which may be held while the user moves in it. */
const shownBranches = (view: RenderContext, form: PaneForm): ReadonlyMap<string, Branch> => {
  if (form === 'folded' || !isInDefaultOrder(view, 'pods')) return noBranches;
  const rows = workloadRows(view);
  const { orderHold } = view.ui;
  if (orderHold?.pane !== 'pods') return workloadBranches(rows);
  const { keys } = orderHold;
  return workloadBranches(memoizedHeld(rows, [keys], () => inHeldOrder(rows, keys)));
};

/** 6 Pods: pods, containers, units and their owners. */
export const podsPane = defineKindPane<WorkloadRow>({
  id: 'pods',
  key: '6',
  title: 'Pods',
  noun: 'pods, containers or units',
  kind: 'workloads',
  isLineWhenOk: true,
  optional: true,
  keys: podKeys,
  rows: workloadRows,
  problem: workloadProblem,
  orders,
  stateCounts: countsByState,
  table: (view, form) => workloadTableColumns(view, workloadRows(view).length, shownBranches(view, form)),
  details: renderPodDetails,
  below: renderRelatedSignals,
});
