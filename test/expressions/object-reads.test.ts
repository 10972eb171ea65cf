import { expect, test } from 'vitest';
import { conditionCountsRow } from '../../src/expressions/condition-match.ts';
import { lag, spec } from '../support/made-facts.ts';

const specs = [
  spec('lag', { source: 'bus', read: { lag: 'orders' } }),
  spec('lag.other', { source: 'bus', read: { lag: 'billing' } }),
  spec('lag.elsewhere', { source: 'kafka-2', read: { lag: 'orders' } }),
];

test.each([
  ['(lag >= crit or (lag rising for 1m)) and members.room > 0', true],
  ['lag.other > 10', false],
  ['lag.elsewhere > 10', false],
])('a condition on the lag of a consumer group is about its row: %s: %s', (when, isAbout) => {
  const fact = lag('orders', { source: 'bus' });
  expect(
    conditionCountsRow(when, 'lag', { key: '', fact, level: 'warn', stale: false, feed: '' }, specs),
  ).toBe(isAbout);
});
