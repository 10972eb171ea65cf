import { ageText } from '../../../domain/duration.ts';
import { count, percent } from '../../../domain/format.ts';
import type { Breaker } from '../../../kinds/breakers/fact.ts';
import { notOnlyOne } from '../../keys/mark.ts';
import { definePane } from '../../panes/define-pane.ts';
import { groupKey } from '../../panes/grouped.ts';
import { type NoteAsk, noteBlock } from '../../panes/notes.ts';
import type { Binding, Hand } from '../../panes/pane.ts';
import { wrongOf } from '../../panes/wrong.ts';
import type { Line } from '../../text/run.ts';
import type { View } from '../../view.ts';
import { whyNotStart } from '../runbooks/actions.ts';
import { breakerAction, proposeOn } from '../runbooks/row-actions.ts';
import {
  type BreakerRow,
  breakerGroupings,
  breakerOrders,
  breakerRows,
  breakersFrom,
  briefColumns,
  fullColumns,
  markOf,
  plainBreakerRows,
  stateOf,
} from './columns.ts';

const words = { close: 'closes', 'force-open': 'opens' } as const;

const whyNot =
  (to: 'close' | 'force-open', state: string) =>
  (hand: Hand): string | undefined => {
    const { row, view } = hand;
    const { subject } = row ?? {};
    const several = notOnlyOne(hand);
    if (several !== undefined) return several;
    if (subject?.kind !== 'breakers') return 'no breaker is selected';
    if (subject.fact.state === state) return `it is ${state} already`;
    const action = breakerAction(view.cockpit, subject, to);
    if (action === undefined) return `no runbook here ${words[to]} a breaker`;
    return whyNotStart(view.cockpit, action.suggestion.runbook);
  };

const propose =
  (to: 'close' | 'force-open') =>
  ({ row, view, commands }: Hand): void => {
    const action = breakerAction(view.cockpit, row?.subject, to);
    if (action !== undefined) proposeOn({ commands }, action);
  };

/** The keys of 3 BREAKERS. */
const breakerKeys: readonly Binding[] = [
  {
    id: 'breaker.close',
    keys: ['C'],
    does: 'force it closed',
    footer: 'close',
    danger: 'disruptive',
    whyNot: whyNot('close', 'closed'),
    run: propose('close'),
  },
  {
    id: 'breaker.open',
    keys: ['O'],
    does: 'force it open',
    danger: 'disruptive',
    whyNot: whyNot('force-open', 'forced-open'),
    run: propose('force-open'),
  },
];

/** The last calls that did not go well: its source reads them when somebody looks. */
const breakerAsks = (_: View, { fact, members }: BreakerRow): readonly NoteAsk[] =>
  members === undefined ? [{ source: fact.source, name: 'events', instance: fact.instance }] : [];

const limitsOf = ({ failureRateThreshold, slowCallRateThreshold }: Breaker): string => {
  const limits = [
    failureRateThreshold === undefined ? '' : `${percent(failureRateThreshold, 0)} fail`,
    slowCallRateThreshold === undefined ? '' : `${percent(slowCallRateThreshold, 0)} slow`,
  ].filter((part) => part !== '');
  return limits.length === 0 ? '' : `  limits ${limits.join(', ')}`;
};

const ratesText = ({ failureRate, slowCallRate, bufferedCalls }: Breaker): string => {
  if (failureRate === undefined && bufferedCalls !== undefined)
    return `   no rate yet: ${count(bufferedCalls)} calls in the window are too few for one`;
  return `   fail ${percent(failureRate)} · slow ${percent(slowCallRate)}`;
};

const groupLine = ({ pen }: View, { label, members = [] }: BreakerRow): Line => {
  const states = [...Map.groupBy(members, ({ fact }) => fact.state)].map(
    ([state, all]) => `${all.length} ${state}`,
  );
  return [
    pen.run(` ${label}`, 'bold'),
    pen.run(`  ${states.join(', ')} · h folds it, l unfolds it`, 'faint'),
  ];
};

/** What a breaker is set to, and, opened, the calls behind its state. */
const breakerDetails = (view: View, row: BreakerRow, opened: boolean): readonly Line[] => {
  const { pen, now } = view;
  const { fact } = row;
  if (row.members !== undefined) return [groupLine(view, row)];
  const head = pen.line(
    pen.run(` ${row.label}`, 'bold'),
    pen.run(`${limitsOf(fact)} · ${fact.source}, ${ageText(now - fact.at)} ago`, 'faint'),
  );
  if (!opened) return [head];
  const calls = `   calls ${count(fact.bufferedCalls)} in the window · failed ${count(fact.failedCalls)} · slow ${count(fact.slowCalls)} · not permitted ${count(fact.notPermittedCalls)}`;
  return [
    head,
    [pen.run(calls)],
    [pen.run(ratesText(fact))],
    ...breakerAsks(view, row).flatMap((ask) =>
      noteBlock(
        view,
        'calls that did not go well, and changes of state, newest first',
        ask,
        ({ title }) => title.includes(fact.name),
        ({ title, text }) => `${title.split(' ').at(-1) ?? ''}  ${text}`,
      ),
    ),
  ];
};

const share = (word: string, value: number | undefined, limit: number | undefined): string | undefined => {
  if (value === undefined) return undefined;
  return `${percent(value, 0)} ${word}${limit === undefined ? '' : `, limit ${percent(limit, 0)}`}`;
};

/** 'OPEN · 82 % fail, limit 50 %' */
const breakerWrong = wrongOf<BreakerRow>(({ fact }) => [
  stateOf(fact),
  share('fail', fact.failureRate, fact.failureRateThreshold),
  share('slow', fact.slowCallRate, fact.slowCallRateThreshold),
]);

/** From so many cells on the overview has every column. */
const roomy = 100;

/** '✗ 2 OPEN  ▲ 1 HALF-OPEN  ● 9 CLOSED': how many stand how. */
const counts = ({ pen }: View, rows: readonly BreakerRow[]): Line => {
  // What is seen and what was seen too long ago are counted apart, though both say OPEN.
  const groups = Map.groupBy(rows, (row) => `${markOf(row).glyph} ${stateOf(row.fact)}`);
  return [...groups.values()].flatMap((members, index): Line => {
    const [first] = members;
    if (first === undefined) return [];
    const { glyph, role } = markOf(first);
    return [
      pen.run(index === 0 ? '' : '  '),
      pen.glyph(glyph, role),
      pen.run(` ${members.length} ${stateOf(first.fact)}`, role),
    ];
  });
};

/** 3 BREAKERS: circuit breakers of every instance. */
export const breakersPane = definePane<BreakerRow>({
  id: 'breakers',
  key: '3',
  title: 'BREAKERS',
  noun: 'breakers',
  kind: 'breakers',
  keys: [
    groupKey(
      'breakers',
      'BREAKERS',
      ['service', 'instance', 'name'],
      () => breakerGroupings,
      plainBreakerRows,
    ),
    ...breakerKeys,
  ],
  from: breakersFrom,
  rows: breakerRows,
  single: plainBreakerRows,
  wrong: breakerWrong,
  orders: breakerOrders.map(({ name }) => ({ name })),
  caption: (view, rows, form, width) =>
    form === 'full' || width >= roomy
      ? []
      : counts(
          view,
          rows.filter(({ members }) => members === undefined),
        ),
  table: (view, form, width) =>
    form === 'full' || width + 2 >= roomy ? fullColumns(view) : briefColumns(view),
  details: breakerDetails,
  asks: breakerAsks,
});
