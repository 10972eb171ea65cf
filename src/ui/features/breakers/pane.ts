import { formatPercent } from '../../../domain/text/format.ts';
import type { Binding, KeyContext } from '../../shell/contract/pane.ts';
import { multipleMarkedReason } from '../../shell/keys/mark-keys.ts';
import { defineKindPane } from '../../shell/panes/define-pane.ts';
import type { TitleCount } from '../../shell/panes/glance.ts';
import { groupByKey } from '../../shell/panes/grouped-rows.ts';
import { describeProblem } from '../../shell/panes/problem.ts';
import { startBlockedReason } from '../../shell/state/blocked-reasons.ts';
import { breakerAction, proposeAction } from '../runbook-matching/row-actions.ts';
import { renderRelatedSignals } from '../signals/related-signals.ts';
import {
  type BreakerRow,
  breakerAsks,
  breakerColumns,
  breakerGroupings,
  breakerMarker,
  breakerOrders,
  breakerStateText,
  selectBreakerRows,
  ungroupedBreakerRows,
} from './columns.ts';
import { renderBreakerDetails, renderOpenedBreaker } from './details.ts';
import { alikeBreakers, breakerOverviewColumns } from './overview-columns.ts';

const verbs = { close: 'closes', 'force-open': 'opens' } as const;

const whyNot =
  (to: 'close' | 'force-open', state: string) =>
  (context: KeyContext): string | undefined => {
    const { row, view } = context;
    const { subject } = row ?? {};
    const several = multipleMarkedReason(context);
    if (several !== undefined) return several;
    if (subject?.kind !== 'breakers') return 'no breaker is selected: move the cursor to a breaker';
    if (subject.fact.state === state) return `already ${state}`;
    const action = breakerAction(view.cockpit, subject, to);
    if (action === undefined) return `no runbook ${verbs[to]} a breaker`;
    return startBlockedReason(view.cockpit, action.suggestion.runbook);
  };

const propose =
  (to: 'close' | 'force-open') =>
  ({ row, view, commands }: KeyContext): void => {
    const action = breakerAction(view.cockpit, row?.subject, to);
    if (action !== undefined) proposeAction({ commands }, action);
  };

/** The keys of 3 Circuit breakers. */
const breakerKeys: readonly Binding[] = [
  {
    id: 'breaker.close',
    keys: ['C'],
    description: 'force breaker closed',
    footer: 'close',
    danger: 'disruptive',
    whyNot: whyNot('close', 'closed'),
    run: propose('close'),
  },
  {
    id: 'breaker.open',
    keys: ['O'],
    description: 'force breaker open',
    danger: 'disruptive',
    whyNot: whyNot('force-open', 'forced-open'),
    run: propose('force-open'),
  },
  {
    id: 'breaker.events',
    keys: ['V'],
    description: 'show each event of the opened breaker, or equal events as one line',
    run: ({ model, view, notify }) => {
      model.setState({ allBreakerEvents: !view.ui.allBreakerEvents });
      notify(
        view.ui.allBreakerEvents
          ? 'Circuit breakers: equal events are shown as one line'
          : 'Circuit breakers: every event has a line',
      );
    },
  },
];

const share = (word: string, value: number | undefined, limit: number | undefined): string | undefined => {
  if (value === undefined) return undefined;
  return `${formatPercent(value, 0)} ${word}${limit === undefined ? '' : `, limit ${formatPercent(limit, 0)}`}`;
};

/** 'OPEN · 82 % fail, limit 50 %' */
const breakerProblem = describeProblem<BreakerRow>(({ fact }) => [
  breakerStateText(fact),
  share('fail', fact.failureRate, fact.failureRateThreshold),
  share('slow', fact.slowCallRate, fact.slowCallRateThreshold),
]);

/** Minimum width at which the overview shows all columns. */
const roomy = 100;

/** The breakers per state: '✗ 2 OPEN  ▲ 1 HALF-OPEN  ● 9 CLOSED'. */
const countsByState = (rows: readonly BreakerRow[]): readonly TitleCount[] => {
  // Stale and current breakers are counted separately, even in the same state.
  const groups = Map.groupBy(rows, (row) => `${breakerMarker(row).glyph} ${breakerStateText(row.fact)}`);
  return [...groups.values()].flatMap((members) =>
    members.slice(0, 1).map((first) => ({
      ...breakerMarker(first),
      count: members.length,
      word: breakerStateText(first.fact),
    })),
  );
};

/** 3 Circuit breakers: circuit breakers of all instances. */
export const breakersPane = defineKindPane<BreakerRow>({
  id: 'breakers',
  key: '3',
  title: 'Circuit breakers',
  noun: 'circuit breakers',
  kind: 'breakers',
  isLineWhenOk: true,
  keys: [
    groupByKey(
      'breakers',
      'Circuit breakers',
      ['service', 'instance', 'name'],
      () => breakerGroupings,
      ungroupedBreakerRows,
    ),
    ...breakerKeys,
  ],
  rows: selectBreakerRows,
  findingRows: ungroupedBreakerRows,
  problem: breakerProblem,
  orders: breakerOrders,
  stateCounts: countsByState,
  table: (view, form, width) =>
    form === 'full' || width + 2 >= roomy ? breakerColumns(view) : breakerOverviewColumns(view, width),
  alikeKey: alikeBreakers,
  keptOkRows: 3,
  details: renderBreakerDetails,
  opened: {
    mark: ({ pen }, row) => {
      const { glyph, role } = breakerMarker(row);
      return pen.glyph(glyph, role);
    },
    lines: renderOpenedBreaker,
  },
  below: renderRelatedSignals,
  noteRequests: breakerAsks,
});
