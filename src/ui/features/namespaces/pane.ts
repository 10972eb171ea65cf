import { type Level, levelRank } from '../../../domain/facts/level.ts';
import { pluralize } from '../../../domain/text/count-text.ts';
import { absentText, formatCount } from '../../../domain/text/format.ts';
import type { Column } from '../../kit/components/table.ts';
import { helpSeparator, type StyledLine } from '../../kit/text/line.ts';
import { updatePane } from '../../shell/contract/model.ts';
import type { Binding, KeyContext } from '../../shell/contract/pane.ts';
import type { RenderContext } from '../../shell/contract/render-context.ts';
import { navigateTo } from '../../shell/navigation/navigation.ts';
import { defineKindPane } from '../../shell/panes/define-pane.ts';
import type { PaneOrder } from '../../shell/panes/order.ts';
import { renderLevel } from '../../shell/panes/problem.ts';
import { compareByLabel, moreText } from '../../shell/panes/ranking.ts';
import { workloadStateText } from '../workloads/workload-tree.ts';
import { type NamespaceRow, namespaceRows } from './rows.ts';

/** A count of pods at a level; 0 is faint, so that the others stand out. */
const countColumn = ({ pen }: RenderContext, head: string, level: Level): Column<NamespaceRow> => ({
  head,
  width: 8,
  align: 'right',
  cell: ({ counts }) => pen.run(formatCount(counts[level]), counts[level] === 0 ? 'faint' : level),
  renderFolded: (rows) => pen.run(formatCount(rows.reduce((sum, row) => sum + row.counts[level], 0))),
});

const columns = (view: RenderContext): readonly Column<NamespaceRow>[] => {
  const { pen } = view;
  const total = namespaceRows(view).length;
  return [
    {
      head: '',
      width: 12,
      cell: ({ level }) => renderLevel(pen, level),
      renderFolded: () => renderLevel(pen, 'ok'),
    },
    {
      head: 'NAMESPACE',
      width: 20,
      grow: 3,
      keepsEnd: () => true,
      cell: ({ namespace }) => pen.run(namespace),
      renderFolded: (rows) => pen.run(moreText(rows.length, total, 'namespace')),
    },
    {
      head: 'PODS',
      width: 7,
      align: 'right',
      cell: ({ pods }) => pen.run(formatCount(pods.length)),
      renderFolded: (rows) => pen.run(formatCount(rows.reduce((sum, row) => sum + row.pods.length, 0))),
    },
    countColumn(view, 'CRIT', 'crit'),
    countColumn(view, 'WARN', 'warn'),
    countColumn(view, 'UNKNOWN', 'unknown'),
    countColumn(view, 'OK', 'ok'),
    {
      head: 'OTHERS',
      width: 8,
      align: 'right',
      hideBelow: 90,
      cell: ({ others }) => pen.run(formatCount(others.length), 'faint'),
    },
    {
      head: 'SOURCE',
      width: 12,
      hideBelow: 76,
      cell: ({ source }) => pen.run(source === '' ? absentText : source, 'faint'),
    },
  ];
};

/** Maximum number of workloads in the details. */
const maxListed = 6;

/** The worst workloads of the namespace. */
const details = ({ pen }: RenderContext, row: NamespaceRow, opened: boolean): readonly StyledLine[] => {
  const { namespace, source, pods, others } = row;
  const head: StyledLine = [
    pen.run(` ${namespace}`, 'bold'),
    pen.run(
      `  ${pluralize(pods.length, 'pod')}, ${pluralize(others.length, 'other workload')} · ${source}`,
      'faint',
    ),
  ];
  const worst = [...pods, ...others]
    .filter(({ level }) => opened || level !== 'ok')
    .toSorted((a, b) => levelRank[b.level] - levelRank[a.level]);
  const listed = worst
    .slice(0, maxListed)
    .map(
      (currentRow): StyledLine => [
        pen.run('   '),
        pen.glyph(currentRow.level, currentRow.level),
        pen.run(` ${currentRow.fact.kind} ${currentRow.fact.name}`),
        pen.run(` ${workloadStateText(currentRow)}`, 'faint'),
      ],
    );
  const more = worst.length - listed.length;
  return [
    head,
    ...listed,
    ...(more > 0 ? [[pen.run(`   ${more} more · enter shows them in Pods`, 'faint')]] : []),
  ];
};

/** Says when a source reads one namespace only, so that the list is not mistaken for the whole cluster. */
const scopeLines = ({ pen, cockpit }: RenderContext): readonly StyledLine[] =>
  Object.entries(cockpit.open?.namespaces ?? {}).flatMap(([source, names]): readonly StyledLine[] => {
    if (names.length > 1 || names[0] === '*') return [];
    const what = names[0] === undefined ? 'the namespace of the context' : `namespace ${names[0]}`;
    const help = `${helpSeparator}list others under sources.${source}.namespaces`;
    const text = ` ${source} reads only ${what}`;
    return [pen.line(' ', pen.glyph('off', 'stale'), pen.run(text, 'stale'), pen.run(help, 'stale'))];
  });

/** Shows the workloads of a namespace in Pods. */
const showPods = ({ model, view }: KeyContext, { namespace, source }: NamespaceRow): void => {
  const isAmbiguous = namespaceRows(view).some((row) => row.namespace === namespace && row.source !== source);
  navigateTo(model, 'pods');
  updatePane(model, 'pods', {
    filter: `namespace==${namespace}${isAmbiguous ? ` source==${source}` : ''}`,
    least: undefined,
  });
};

/** Documents `enter`, which the pane replaces. */
const namespaceKeys: readonly Binding[] = [
  {
    id: 'namespace.pods',
    keys: ['p'],
    description: 'show the pods of the namespace in Pods, like enter',
    footer: 'pods',
    whyNot: ({ row }) =>
      row?.fields?.namespace === undefined ? 'no namespace is selected: move the cursor to one' : undefined,
    run: (context) => {
      const row = namespaceRows(context.view).find(({ key }) => key === context.row?.key);
      if (row !== undefined) showPods(context, row);
    },
  },
];

const orders: readonly PaneOrder<NamespaceRow>[] = [
  { name: 'by name', column: 'NAMESPACE', compare: compareByLabel },
  { name: 'by pods', column: 'PODS', value: ({ pods }) => pods.length, largestFirst: true },
];

/** Namespaces: the namespaces of the profile, with their pods by level. */
export const namespacesPane = defineKindPane<NamespaceRow>({
  id: 'namespaces',
  title: 'Namespaces',
  noun: 'workloads',
  kind: 'workloads',
  optional: true,
  keys: namespaceKeys,
  rows: namespaceRows,
  orders,
  enter: showPods,
  table: columns,
  details,
  extraLines: scopeLines,
});
