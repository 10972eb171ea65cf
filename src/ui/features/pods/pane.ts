import type { DescribeHow } from '../../../domain/described.ts';
import { ageText } from '../../../domain/duration.ts';
import { bytes, count } from '../../../domain/format.ts';
import { rank } from '../../../domain/level.ts';
import type { Row } from '../../../domain/snapshot.ts';
import type { Workload } from '../../../kinds/workloads/fact.ts';
import { openPlace } from '../../keys/places.ts';
import { changePane, paneStateOf } from '../../model.ts';
import { definePane } from '../../panes/define-pane.ts';
import type { Binding, Hand } from '../../panes/pane.ts';
import { treeOf } from '../../panes/tree.ts';
import { byName, worstFirst } from '../../panes/worst-first.ts';
import { levelCell, wrongOf } from '../../panes/wrong.ts';
import { counted } from '../../text/ages.ts';
import type { Line } from '../../text/run.ts';
import type { View } from '../../view.ts';
import { workloadColumns } from './columns.ts';
import { ownedBy, ownerOf, type WorkloadRow, wordOf, workloadNodes } from './nodes.ts';

/** Events and other notes of its source whose title names it, newest first as the source gives them. */
const notesOf = (view: View, { fact }: WorkloadRow): readonly string[] =>
  Object.values(view.own?.facts.feeds ?? {})
    .filter(({ feed }) => feed.kind === 'notes' && feed.source === fact.source)
    .flatMap((state) => state.known?.items ?? [])
    .flatMap((item) =>
      'title' in item && item.title.includes(fact.name) ? [`${item.title}: ${item.text}`] : [],
    );

/** When it was last proved: one that has not changed may be the fact of an earlier reading. */
const readAt = ({ own }: View, { row, fact }: WorkloadRow): number =>
  Math.max(fact.at, own?.facts.feeds[row.feed]?.known?.at ?? fact.at);

const used = (
  what: string,
  value: number | undefined,
  limit: number | undefined,
  text: (value: number | undefined) => string,
): string => `${what} ${text(value)} of ${limit === undefined ? 'no limit' : text(limit)}`;

const ready = ({ fact }: Row<'workloads'>): string =>
  fact.ready === undefined ? '' : ` ${fact.ready}/${fact.wanted ?? '–'} ready`;

const linkLine = ({ pen }: View, how: string, row: Row<'workloads'>): Line => [
  pen.run(`   ${how} `, 'faint'),
  pen.glyph(row.level, row.level),
  pen.run(` ${row.fact.kind} ${row.fact.name}`),
  pen.run(` ${wordOf(row)}${ready(row)}`, 'faint'),
];

/** Members of what is owned that are told one by one. */
const ownedTold = 8;

/** From what it belongs to up to the outermost that is read here, and what belongs to it. */
const linkLines = (view: View, { fact }: WorkloadRow): readonly Line[] => {
  const chain: Row<'workloads'>[] = [];
  let up = ownerOf(view, fact);
  while (up !== undefined && !chain.includes(up)) {
    chain.push(up);
    up = ownerOf(view, up.fact);
  }
  const owned = ownedBy(view, fact);
  const more = owned.length - ownedTold;
  const node = fact.node === '' ? [] : [[view.pen.run(`   on    ${fact.node}`, 'faint')]];
  return [
    ...chain.map((row) => linkLine(view, 'owner', row)),
    ...node,
    ...owned.slice(0, ownedTold).map((row) => linkLine(view, 'owns ', row)),
    ...(more > 0 ? [[view.pen.run(`   owns  ${more} more`, 'faint')]] : []),
  ];
};

/** What is under the cursor; opened: its limits, owners, what it owns, its events. */
const podDetails = (view: View, row: WorkloadRow, opened: boolean): readonly Line[] => {
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
  const notes = notesOf(view, row);
  return [
    head,
    ...why,
    [pen.run(`   ${resources.join(' · ')}`)],
    ...linkLines(view, row),
    ...(notes.length === 0
      ? [[pen.run('   no events read · d asks for them', 'faint')]]
      : notes.map((text): Line => [pen.run(`   ${text}`)])),
  ];
};

const selected = ({ row }: { readonly row?: Hand['row'] | undefined }): Workload | undefined =>
  row?.subject?.kind === 'workloads' ? row.subject.fact : undefined;

const whyNotDescribe = (hand: Hand): string | undefined => {
  const fact = selected(hand);
  if (fact === undefined) return 'no pod, container or unit is selected';
  const { open } = hand.view.cockpit;
  return open?.describes?.includes(fact.source) === false
    ? `${fact.source} tells no more of it than its row`
    : undefined;
};

const read =
  (how: DescribeHow) =>
  (hand: Hand): void => {
    const subject = selected(hand);
    if (subject === undefined) return;
    hand.model.setState({ overlay: { is: 'reader', subject, how, from: 0, text: '', typing: false } });
    hand.commands.describe(subject, how);
  };

/** The row that `O` leads to: the owner; of an owner, what one came from, else the worst of what it owns. */
const related = ({ row, view }: Hand): string | undefined => {
  const fact = selected({ row });
  if (fact === undefined) return undefined;
  const owner = ownerOf(view, fact);
  if (owner !== undefined) return owner.key;
  const owned = ownedBy(view, fact);
  const { cameFrom } = paneStateOf(view.ui, 'pods');
  const worst = owned.toSorted((a, b) => rank[b.level] - rank[a.level])[0];
  return owned.find(({ key }) => key === cameFrom)?.key ?? worst?.key;
};

const whyNotRelated = (hand: Hand): string | undefined => {
  const fact = selected(hand);
  if (fact === undefined) return 'no pod, container or unit is selected';
  const key = related(hand);
  if (key === undefined)
    return fact.owner === '' ? 'it has no owner, and owns nothing here' : `${fact.owner} is not read here`;
  return hand.pane.rows(hand.view).some((row) => row.key === key)
    ? undefined
    : 'the filter hides it: esc clears';
};

const goRelated = (hand: Hand): void => {
  const key = related(hand);
  if (key === undefined) return;
  const index = hand.pane.rows(hand.view).findIndex((row) => row.key === key);
  openPlace(hand.model, 'pods');
  changePane(hand.model, 'pods', {
    cursor: { key, index },
    ...(hand.row === undefined ? {} : { cameFrom: hand.row.key }),
  });
};

/** The keys of 6 PODS. */
const podKeys: readonly Binding[] = [
  {
    id: 'pod.describe',
    keys: ['d'],
    does: 'describe it: state, limits, environment, events',
    footer: 'describe',
    whyNot: whyNotDescribe,
    run: read('describe'),
  },
  {
    id: 'pod.yaml',
    keys: ['Y'],
    does: 'its YAML; of a unit, its file',
    footer: 'YAML',
    whyNot: whyNotDescribe,
    run: read('yaml'),
  },
  {
    id: 'pod.owner',
    keys: ['O'],
    does: 'go to its owner, and back',
    footer: 'owner',
    footerFrom: 110,
    whyNot: whyNotRelated,
    run: goRelated,
  },
];

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
