import { expect, test } from 'vitest';
import { isToldByAlert, type Row } from '../../../src/domain/facts/snapshot.ts';
import type { Verdict } from '../../../src/domain/facts/threshold.ts';

const alert = (name: string, labels: Readonly<Record<string, string>>, level: 'ok' | 'crit' = 'crit') =>
  ({
    ...{ key: name, level, stale: false, feed: 'prom/alerts' },
    fact: { source: 'prom', at: 0, name, severity: 'page', state: 'firing', labels, summary: '' },
  }) satisfies Row<'alerts'>;

const verdict: Verdict = { level: 'crit', since: 0, why: '', rule: 'Slow' };
const labels = { __name__: 'latency', job: 'api' };

test.each<[string, boolean, readonly Row<'alerts'>[]]>([
  ['the alert of its rule and series', true, [alert('Slow', { job: 'api', severity: 'page' })]],
  ['an alert of another series', false, [alert('Slow', { job: 'web' })]],
  ['an alert of another rule', false, [alert('Down', { job: 'api' })]],
  ['a silenced alert, which is no problem', false, [alert('Slow', { job: 'api' }, 'ok')]],
  ['no alert', false, []],
  [
    'none of very many alerts of its rule',
    false,
    Array.from({ length: 101 }, (_, index) => alert('Slow', { job: `job-${index}` })),
  ],
])('a signal whose rule fires is told by: %s (%s)', (_, isTold, alerts) =>
  expect(isToldByAlert({ verdict, labels }, alerts)).toBe(isTold),
);

test('a signal that its limits judge is told by no alert', () => {
  const { rule: _, ...byLimits } = verdict;
  expect(isToldByAlert({ verdict: byLimits, labels }, [alert('Slow', { job: 'api' })])).toBe(false);
});
