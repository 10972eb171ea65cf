import { ageText } from '../../../domain/duration.ts';
import { count, percent } from '../../../domain/format.ts';
import type { Breaker } from '../../../kinds/breakers/fact.ts';
import { type NoteAsk, noteBlock } from '../../panes/notes.ts';
import type { Line } from '../../text/run.ts';
import type { View } from '../../view.ts';
import type { BreakerRow } from './rows.ts';

/** The last calls that did not go well: its source reads them when somebody looks. */
export const breakerAsks = (_: View, { fact, members }: BreakerRow): readonly NoteAsk[] =>
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
export const breakerDetails = (view: View, row: BreakerRow, opened: boolean): readonly Line[] => {
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
