import { pluralize } from '../../../domain/text/count-text.ts';
import { formatAge } from '../../../domain/text/duration.ts';
import { formatCount, formatPercent } from '../../../domain/text/format.ts';
import type { Breaker } from '../../../kinds/breakers/fact.ts';
import type { StyledLine } from '../../kit/text/line.ts';
import type { Binding, KeyContext } from '../../shell/contract/pane.ts';
import type { RenderContext } from '../../shell/contract/render-context.ts';
import { multipleMarkedReason } from '../../shell/keys/mark-keys.ts';
import { defineKindPane } from '../../shell/panes/define-pane.ts';
import type { TitleCount } from '../../shell/panes/glance.ts';
import { groupByKey } from '../../shell/panes/grouped-rows.ts';
import { type NoteRequest, renderNotes } from '../../shell/panes/note-lines.ts';
import { describeProblem } from '../../shell/panes/problem.ts';
import { startBlockedReason } from '../../shell/state/blocked-reasons.ts';
import { boundKey } from '../../shell/state/keys-in-text.ts';
import { breakerAction, proposeAction } from '../runbook-matching/row-actions.ts';
import { renderRelatedSignals } from '../signals/related-signals.ts';
import {
  type BreakerRow,
  breakerColumns,
  breakerGroupings,
  breakerMarker,
  breakerOrders,
  breakerOverviewColumns,
  breakerRowInputs,
  breakerStateText,
  halfOpenText,
  selectBreakerRows,
  ungroupedBreakerRows,
} from './columns.ts';

const verbs = { close: 'closes', 'force-open': 'opens' } as const;

const whyNot =
  (to: 'close' | 'force-open', state: string) =>
  (context: KeyContext): string | undefined => {
    const { row, view } = context;
    const { subject } = row ?? {};
    const several = multipleMarkedReason(context);
    if (several !== undefined) return several;
    if (subject?.kind !== 'breakers') return 'no breaker is selected';
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
];

/** Requests the recent failed calls, which the source reads on demand. */
const breakerAsks = (_: RenderContext, { fact, members }: BreakerRow): readonly NoteRequest[] =>
  members === undefined ? [{ source: fact.source, name: 'events', instance: fact.instance }] : [];

const limitsOf = ({ failureRateThreshold, slowCallRateThreshold }: Breaker): string => {
  const limits = [
    failureRateThreshold === undefined ? '' : `${formatPercent(failureRateThreshold, 0)} fail`,
    slowCallRateThreshold === undefined ? '' : `${formatPercent(slowCallRateThreshold, 0)} slow`,
  ].filter((part) => part !== '');
  return limits.length === 0 ? '' : `  limits ${limits.join(', ')}`;
};

const ratesText = ({ failureRate, slowCallRate, bufferedCalls }: Breaker): string => {
  if (failureRate === undefined && bufferedCalls !== undefined)
    return `   no rate yet: only ${pluralize(bufferedCalls, 'call')} in the window`;
  return `   fail ${formatPercent(failureRate)} · slow ${formatPercent(slowCallRate)}`;
};

const groupLine = ({ pen, cockpit }: RenderContext, { label, members = [] }: BreakerRow): StyledLine => {
  const states = [...Map.groupBy(members, ({ fact }) => fact.state)].map(
    ([state, all]) => `${all.length} ${state}`,
  );
  return [
    pen.run(` ${label}`, 'bold'),
    pen.run(
      `  ${states.join(', ')} · ${boundKey(cockpit, 'column.left', 'h')} fold · ${boundKey(cockpit, 'column.right', 'l')} unfold`,
      'faint',
    ),
  ];
};

/** Renders the limits of a breaker; opened: with its calls and rates. */
const breakerDetails = (view: RenderContext, row: BreakerRow, opened: boolean): readonly StyledLine[] => {
  const { pen, now } = view;
  const { fact } = row;
  if (row.members !== undefined) return [groupLine(view, row)];
  const countdown = row.row.stale ? '' : halfOpenText(fact, now);
  const head = pen.line(
    pen.run(` ${row.label}`, 'bold'),
    ...(countdown === '' ? [] : [pen.run(`  ${countdown}`)]),
    pen.run(`${limitsOf(fact)} · ${fact.source}, ${formatAge(now - fact.at)} ago`, 'faint'),
  );
  if (!opened) return [head];
  const calls = `   calls ${formatCount(fact.bufferedCalls)} in the window · failed ${formatCount(fact.failedCalls)} · slow ${formatCount(fact.slowCalls)} · not permitted ${formatCount(fact.notPermittedCalls)}`;
  return [
    head,
    [pen.run(calls)],
    [pen.run(ratesText(fact))],
    ...breakerAsks(view, row).flatMap((ask) =>
      renderNotes(
        view,
        'failed calls and state transitions, newest first',
        ask,
        ({ title }) => title.includes(fact.name),
        ({ title, text }) => `${title.split(' ').at(-1) ?? ''}  ${text}`,
      ),
    ),
  ];
};

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
  inputs: breakerRowInputs,
  rows: selectBreakerRows,
  findingRows: ungroupedBreakerRows,
  problem: breakerProblem,
  orders: breakerOrders,
  stateCounts: (_, rows, form, width) => (form === 'full' ? undefined : countsByState(rows)),
  table: (view, form, width) =>
    form === 'full' || width + 2 >= roomy ? breakerColumns(view) : breakerOverviewColumns(view),
  details: breakerDetails,
  below: renderRelatedSignals,
  noteRequests: breakerAsks,
});
