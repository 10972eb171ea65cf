import type { PortForward } from '../../../domain/runbooks/port-forward.ts';
import { pluralize } from '../../../domain/text/count-text.ts';
import { formatAge } from '../../../domain/text/duration.ts';
import { formatCount } from '../../../domain/text/format.ts';
import type { Column } from '../../kit/components/table.ts';
import { helpSeparator, type StyledLine } from '../../kit/text/line.ts';
import type { Binding, KeyContext } from '../../shell/contract/pane.ts';
import type { RenderContext } from '../../shell/contract/render-context.ts';
import { liveContext } from '../../shell/contract/render-context.ts';
import { defineKindPane } from '../../shell/panes/define-pane.ts';
import { compareByLabel, compareWorstFirst } from '../../shell/panes/ranking.ts';
import { hiddenRowsLines, type RowCounts } from '../../shell/panes/status-lines.ts';
import { boundKey } from '../../shell/state/keys-in-text.ts';
import { type ForwardRow, forwardRows } from './rows.ts';

const stateGlyphs = { OPEN: 'ok', FAILING: 'warn', 'POD GONE': 'crit' } as const;

const columns = (view: RenderContext): readonly Column<ForwardRow>[] => {
  const { pen, now } = view;
  return [
    {
      head: '',
      name: 'STATE',
      required: true,
      width: 11,
      cell: ({ state }) => [pen.glyph(stateGlyphs[state], stateGlyphs[state]), pen.run(` ${state}`)],
    },
    {
      head: 'LOCAL',
      required: true,
      width: 15,
      cell: ({ forward }) => pen.run(`127.0.0.1:${forward.localPort}`, 'bold'),
    },
    { head: 'PORT', width: 6, align: 'right', cell: ({ forward }) => pen.run(String(forward.port)) },
    { head: 'POD', width: 20, grow: 3, keepsEnd: () => true, cell: ({ forward }) => pen.run(forward.pod) },
    {
      head: 'NAMESPACE',
      width: 14,
      grow: 1,
      hideBelow: 100,
      cell: ({ forward }) => pen.run(forward.namespace),
    },
    { head: 'SOURCE', width: 10, hideBelow: 120, cell: ({ forward }) => pen.run(forward.source, 'faint') },
    {
      head: 'CONN',
      width: 5,
      align: 'right',
      cell: ({ forward }) => pen.run(formatCount(forward.connections)),
    },
    {
      head: 'TOTAL',
      width: 6,
      align: 'right',
      hideBelow: 90,
      cell: ({ forward }) => pen.run(formatCount(forward.accepted), 'faint'),
    },
    {
      head: 'AGE',
      width: 6,
      align: 'right',
      cell: ({ forward }) => pen.run(formatAge(Math.max(0, now - forward.openedAt)), 'faint'),
    },
  ];
};

const details = ({ pen, columns: width, now }: RenderContext, row: ForwardRow): readonly StyledLine[] => {
  const { forward, why } = row;
  const { localPort, port, pod, namespace, accepted, connections, problem } = forward;
  const since = problem === undefined ? '' : ` (${formatAge(Math.max(0, now - problem.at))} ago)`;
  const texts = [
    ...(why === '' ? [] : [`${why}${row.state === 'FAILING' ? since : ''}`]),
    `${pluralize(connections, 'connection')} now, ${accepted} in total`,
    'the port is open on 127.0.0.1 only, until you close the environment or opsdeck',
  ];
  return [
    [pen.run(` 127.0.0.1:${localPort} → port ${port} of pod ${pod} in ${namespace}`, 'bold')],
    ...texts.flatMap((text) =>
      pen.wrap(text, width - 4).map((piece): StyledLine => [pen.run(`   ${piece}`, 'faint')]),
    ),
  ];
};

const statusLines = (view: RenderContext, count: RowCounts): readonly StyledLine[] => {
  const { pen, cockpit } = view;
  if (count.all > 0) return hiddenRowsLines(view, count);
  const key = boundKey(cockpit, 'pod.forward', 'F');
  const help = `${helpSeparator}${key} on a pod in Pods opens one`;
  const mark = pen.glyph('empty', 'loading');
  return [[pen.run(' '), mark, pen.run(' No open port-forwards', 'loading'), pen.run(help, 'loading')]];
};

/** The port-forward under the cursor. */
const selected = ({ view, row }: KeyContext): PortForward | undefined =>
  liveContext(view).cockpit.forwards?.find(({ id }) => id === row?.key);

const forwardKeys: readonly Binding[] = [
  {
    id: 'forward.close',
    keys: ['d'],
    description: 'close the port-forward with all connections',
    footer: 'close',
    whyNot: (context) =>
      selected(context) === undefined ? 'no port-forward is selected: move the cursor to one' : undefined,
    run: (context) => {
      const forward = selected(context);
      if (forward !== undefined) context.commands.closeForward(forward.id);
    },
  },
];

/** Forwards: the open port-forwards of the environment. */
export const forwardsPane = defineKindPane<ForwardRow>({
  id: 'forwards',
  title: 'Forwards',
  noun: 'port-forwards',
  keys: forwardKeys,
  statusLines,
  rows: forwardRows,
  order: 'oldest first',
  orders: [
    { name: 'worst first', compare: compareWorstFirst },
    { name: 'by name', column: 'POD', compare: compareByLabel },
  ],
  table: columns,
  details,
});
