import { levelRank } from '../../../domain/facts/level.ts';
import { formatLatency } from '../../../domain/text/format.ts';
import type { Health } from '../../../kinds/health/fact.ts';
import type { Column } from '../../kit/components/table.ts';
import { widthOf } from '../../kit/text/width.ts';
import { paneState, updatePane } from '../../shell/contract/model.ts';
import type { Binding } from '../../shell/contract/pane.ts';
import type { RenderContext } from '../../shell/contract/render-context.ts';
import { defineKindPane } from '../../shell/panes/define-pane.ts';
import type { PaneOrder } from '../../shell/panes/order.ts';
import { type ProblemDescriber, staleSeenText } from '../../shell/panes/problem.ts';
import { ageSince, compareByLabel, compareWorstFirst } from '../../shell/panes/ranking.ts';
import { columnEnvironments, environmentHeading } from '../../shell/state/environment-label.ts';
import { faultSentence } from '../../shell/state/fault-text.ts';
import { boundKey } from '../../shell/state/keys-in-text.ts';
import { consoleKey } from '../runbook-matching/terminal-keys.ts';
import { renderRelatedSignals } from '../signals/related-signals.ts';
import { renderHealthCell, serviceColumns } from './columns.ts';
import {
  healthNoteRequests,
  renderHealthDetails,
  selectedHealthCell,
  shortHealthMessage,
  slowWord,
} from './details.ts';
import { isHistoryShown } from './level-history.ts';
import type { HealthCell, ServiceRow } from './rows.ts';
import { selectServiceRows, serviceRowKey } from './rows.ts';

/** Width of a cell of the open environment: level, status, latency, age. */
const ownCells = 20;
const minCells = 13;
const maxCells = 30;

/** Distributes the width among the open environment and the others; equally if that is enough. */
const distributeCells = (cells: number, count: number): { readonly own: number; readonly other: number } => {
  const each = Math.min(maxCells, Math.floor(cells / Math.max(1, count)));
  if (each >= ownCells || count < 2) return { own: each, other: each };
  return { own: ownCells, other: Math.max(minCells, Math.floor((cells - ownCells) / (count - 1))) };
};

/** Columns services × environments. The open environment is widest; the head of a selected column is highlighted. */
const environmentColumns = (view: RenderContext, width: number): readonly Column<ServiceRow>[] => {
  const { pen, now } = view;
  const environments = columnEnvironments(view);
  const longest = Math.max(0, ...selectServiceRows(view).map((row) => widthOf(row.service)));
  const name = Math.max(minCells, Math.min(longest + 4, Math.floor(width / 4)));
  const { own, other } = distributeCells(width - name, environments.length);
  const { column } = paneState(view.ui, 'health');
  return [
    {
      head: 'SERVICE',
      required: true,
      width: name,
      cell: (row) => [pen.glyph(row.level, row.level), pen.run(` ${row.service}`)],
    },
    ...environments.map((env, index): Column<ServiceRow> => {
      const isOwn = env === view.cockpit.open?.env;
      const cells = isOwn ? own : other;
      return {
        head: environmentHeading(view, env),
        name: env,
        required: isOwn,
        headRole: index === column ? 'focus' : isOwn ? 'bold' : 'faint',
        width: cells,
        cell: (row) => renderHealthCell(pen, row.cells.get(env), now, cells),
      };
    }),
  ];
};

/** 'down 503 · readiness: psp DOWN · 4.8s', or 'slow 2.6s, limit 1.0s · up 200', for the open environment. */
const healthProblem: ProblemDescriber<ServiceRow> = {
  describe: (view, { own }) => {
    if (own.is === 'blind')
      return faultSentence(own.fault, own.env.facts, view.now, boundKey(view.cockpit, 'ask', 'r'));
    if (own.is !== 'seen') return own.is === 'waiting' ? 'no data yet' : '';
    const { fact, stale } = own.worst;
    const code = fact.httpStatus === undefined ? '' : ` ${fact.httpStatus}`;
    const took = fact.latencyMs === undefined ? '' : formatLatency(fact.latencyMs);
    const message = shortHealthMessage(own.worst, view.own);
    const status = `${fact.status}${code}`;
    // What is wrong comes first: a slow service is up, too.
    const parts = message.startsWith(slowWord)
      ? [message.replace(slowWord, 'slow '), status]
      : [status, message, message.includes(took) ? '' : took];
    return `${staleSeenText(view, fact.at, stale)}${parts.filter((part) => part !== '').join(' · ')}`;
  },
  blindSource: ({ own }) => (own.is === 'blind' ? own.fault.source : undefined),
  start: ({ own }) => (own.is === 'seen' ? own.worst : {}),
};

const latencyOf = ({ own }: ServiceRow): number | undefined =>
  own.is === 'seen' ? own.worst.fact.latencyMs : undefined;

const levelOf = (cell: HealthCell): number =>
  cell.is === 'seen'
    ? levelRank[cell.worst.level]
    : cell.is === 'not-set-up'
      ? levelRank.ok
      : levelRank.unknown;
const worstAnywhere = ({ cells }: ServiceRow): number => Math.max(0, ...[...cells.values()].map(levelOf));

/** Orders of 1 Health besides the default, worst first in the open environment. */
const healthOrders: readonly PaneOrder<ServiceRow>[] = [
  { name: 'by name', compare: compareByLabel },
  { name: 'slowest first', column: 'LATENCY', value: latencyOf, largestFirst: true },
  {
    name: 'newest change first',
    column: 'SINCE',
    value: ({ own }) => (own.is === 'seen' ? ageSince(own.worst) : undefined),
  },
  {
    name: 'worst in any environment',
    value: worstAnywhere,
    largestFirst: true,
    compare: compareWorstFirst,
  },
];

/** The keys of 1 Health. */
const healthKeys: readonly Binding[] = [
  {
    id: 'health.history',
    keys: ['H'],
    description: 'show level and latency history of the cell',
    footer: 'history',
    whyNot: ({ view, row }) => {
      if (view.ui.place === 'overview')
        return `only in the full pane: press ${boundKey(view.cockpit, 'zoom', 'z')} first`;
      return row === undefined ? 'no service is selected: move the cursor to a service' : undefined;
    },
    run: ({ model, view }) => {
      const { options: chosen } = paneState(view.ui, 'health');
      updatePane(model, 'health', { options: { ...chosen, history: isHistoryShown(view) ? 0 : 1 } });
    },
  },
  consoleKey('health'),
];

/** Minimum terminal width at which the overview shows every environment. */
const wide = 180;

/** 1 Health: services × environments. */
export const healthPane = defineKindPane<ServiceRow>({
  id: 'health',
  key: '1',
  title: 'Health',
  noun: 'services',
  kind: 'health',
  rowKey: ({ fact }) => serviceRowKey((fact as Health).service),
  keys: healthKeys,
  rows: selectServiceRows,
  problem: healthProblem,
  orders: healthOrders,
  columns: (view) => columnEnvironments(view).length,
  cell: selectedHealthCell,
  table: (view, form, width) =>
    form === 'full' || width + 2 >= wide ? environmentColumns(view, width) : serviceColumns(view, width),
  noteRequests: (_, row) => healthNoteRequests(row),
  details: (view, row, opened) => renderHealthDetails(view, row, paneState(view.ui, 'health').column, opened),
  below: renderRelatedSignals,
});
