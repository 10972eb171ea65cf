import { ageText } from '../../../domain/duration.ts';
import { count, percent } from '../../../domain/format.ts';
import type { Line } from '../../text/run.ts';
import type { View } from '../../view.ts';
import type { BreakerRow } from './rows.ts';

/** Notes about a breaker that its source gave (its last events), newest first. */
const notesOf = (view: View, { fact }: BreakerRow): readonly string[] =>
  Object.values(view.own?.facts.feeds ?? {})
    .filter((state) => state.feed.kind === 'notes' && state.feed.source === fact.source)
    .flatMap((state) => state.known?.items ?? [])
    .flatMap((item) =>
      'title' in item && 'text' in item && item.title.includes(fact.name) ? [item.text] : [],
    );

/** What a breaker is set to, and, opened, the calls behind its state. */
export const breakerDetails = (view: View, row: BreakerRow, opened: boolean): readonly Line[] => {
  const { pen, now } = view;
  const { fact } = row;
  const limits = [
    fact.failureRateThreshold === undefined ? '' : `${percent(fact.failureRateThreshold, 0)} fail`,
    fact.slowCallRateThreshold === undefined ? '' : `${percent(fact.slowCallRateThreshold, 0)} slow`,
  ].filter((part) => part !== '');
  const told = limits.length === 0 ? '' : `  limits ${limits.join(', ')}`;
  const head = pen.line(
    pen.run(` ${row.label}`, 'bold'),
    pen.run(`${told} · ${fact.source}, ${ageText(now - fact.at)} ago`, 'faint'),
  );
  if (!opened) return [head];
  const calls = `   calls ${count(fact.bufferedCalls)} in the window · failed ${count(fact.failedCalls)} · slow ${count(fact.slowCalls)} · not permitted ${count(fact.notPermittedCalls)}`;
  const rates = `   fail ${percent(fact.failureRate)} · slow ${percent(fact.slowCallRate)}${fact.failureRate === undefined ? ' · too few calls for a rate' : ''}`;
  return [
    head,
    [pen.run(calls)],
    [pen.run(rates)],
    ...notesOf(view, row).map((text): Line => [pen.run(`   ${text}`)]),
  ];
};
