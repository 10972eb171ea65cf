import { expect, test } from 'vitest';
import { checkReport } from '../../../src/engine/check.ts';
import { checkText } from '../../../src/engine/check-text.ts';
import type { Queue } from '../../../src/kinds/queues/fact.ts';
import { profileOf } from '../../engine/toys.ts';
import { noon, snapshotWith } from '../../support/made-facts.ts';

const queue = (name: string, more: Partial<Queue>): Queue => ({
  ...{ source: 'aws', at: noon, name, kind: 'sqs', deadLettersOf: [] },
  ...more,
});

/** The lines of `check` about these queues. */
const linesOf = (...items: readonly Queue[]): readonly string[] => {
  const report = checkReport(snapshotWith({ queues: items }), profileOf([]), 0);
  return checkText(report, { columns: 120, color: false, all: true })
    .split('\n')
    .filter((line) => line.includes('queues'));
};

test('check names subscriptions of topics and running redrives, and invents no depth', () => {
  const moving = queue('orders-dlq', {
    ...{ kind: 'dlq', depth: 180, isRedriving: true, redriveMoved: 120 },
  });
  expect(linesOf(moving)[0]).toMatch(/▲ WARN +queues +orders-dlq +dlq +180 waiting, redrive 120 moved/);
  const unheard = queue('unheard', { kind: 'topic', subscriptions: 0 });
  expect(linesOf(unheard)[0]).toMatch(/▲ WARN +queues +unheard +topic +no subscriber/);
  const unread = queue('secret', { kind: 'topic' });
  expect(linesOf(unread)[0]).toMatch(/\? UNKNOWN +queues +secret/);
});

test('a dead-letter queue is not empty while someone looks at its messages', () => {
  const looked = queue('orders-dlq', { kind: 'dlq', depth: 0, inFlight: 5 });
  expect(linesOf(looked)[0]).toMatch(/▲ WARN +queues +orders-dlq/);
  expect(linesOf({ ...looked, inFlight: 0 })[0]).not.toMatch(/WARN/);
});
