import { describe, expect, test } from 'vitest';
import type { Fault } from '../../src/domain/base/fault.ts';
import type { Queue } from '../../src/kinds/queues/fact.ts';
import { createFactsStore, type FactsStore } from '../../src/store/facts-store.ts';
import { longTest } from '../support/layer.ts';
import { fault, feedInfo, frame, learn, noon } from '../support/made-facts.ts';
import { shop, shopCockpit } from './support/shop.ts';
import { openCockpit, type User } from './support/user.ts';

const queue = (name: string, more: Partial<Queue> = {}): Queue => ({
  source: 'aws',
  at: noon - 3000,
  name,
  kind: 'sqs',
  depth: 0,
  inFlight: 0,
  delayed: 0,
  deadLettersOf: [],
  retentionSeconds: 345_600,
  visibilitySeconds: 30,
  isFifo: false,
  ...more,
});

const orders = queue('orders', { depth: 1200, inFlight: 7, dlq: 'orders-dlq', dlqDepth: 4, maxReceives: 5 });
const ordersDlq = queue('orders-dlq', { kind: 'dlq', depth: 4, deadLettersOf: ['orders'] });

interface Given {
  readonly queues?: readonly Queue[];
  readonly faults?: readonly Fault[];
}

const factsOf = ({ queues = [], faults = [] }: Given): FactsStore => {
  const store = createFactsStore(
    frame({ system: 'shop', sources: { aws: { type: 'aws', kinds: ['queues'] } } }),
  );
  learn(store, feedInfo('aws/queues', 'queues'), { items: queues, faults }, noon - 3000);
  return store;
};

const look = async (
  given: Given,
  keys = ':queues enter',
  size: readonly [number, number] = [120, 36],
): Promise<User> => {
  const user = await openCockpit({
    size,
    scene: { facts: factsOf(given), cockpit: { ...shopCockpit, suggestions: [], messages: [] } },
  });
  for (const key of keys.split(' ')) await (key.startsWith(':') ? user.type(key) : user.press(key));
  return user;
};

const namesOf = (user: User): readonly string[] =>
  user
    .rows()
    .flatMap(
      (row) => /^.*?[▲●✗?] +(?:dead letters|waiting|empty|unknown|in flight) +(\S+)/.exec(row)?.[1] ?? [],
    );

describe('Queues', () => {
  test('shows a dead-letter queue with messages first, and the depth of the dead-letter queue beside its queue', async () => {
    const user = await look({ queues: [queue('idle'), orders, ordersDlq] });
    expect(namesOf(user)).toEqual(['orders-dlq', 'idle', 'orders']);
    expect(user.rowWith(' orders ')).toMatch(/● waiting +orders +1,200 +7 +0 +– +4 +orders-dlq/);
    expect(user.rowWith('dead letters')).toMatch(/▲ dead letters +orders-dlq +4 +0 +0 +– +– +–/);
    expect(user.rows().join('\n')).toContain('dead-letter queue of orders');
  });

  longTest('unknown numbers are absent, not 0, and the fault names the denied action', async () => {
    const { depth: _, inFlight: __, delayed: ___, ...unknown } = queue('billing');
    const denied = fault('denied', 'SQS GetQueueAttributes billing: AccessDenied', 'aws');
    const user = await look({ queues: [unknown], faults: [denied] });
    expect(user.rowWith(' billing ')).toMatch(/unknown +billing +– +– +– +– +–/);
    expect(user.rows().join('\n')).toContain('AccessDenied');
  });

  test('w goes to the dead-letter queue and back to its queue', async () => {
    const user = await look({ queues: [queue('idle'), orders, ordersDlq] }, ':queues enter w');
    expect(user.rowWith('queue · sqs')).toContain(' orders ');
    await user.press('w');
    expect(user.rowWith('queue · dlq')).toContain(' orders-dlq ');
  });

  longTest('a queue without a dead-letter queue says so', async () => {
    const user = await look({ queues: [queue('idle')] }, ':queues enter w');
    expect(user.rows().join('\n')).toContain('this queue has no dead-letter queue');
  });

  test('an opened row shows dead-letter queue, times and state', async () => {
    const user = await look({ queues: [orders] }, ':queues enter enter');
    const text = user.rows().join('\n');
    expect(text).toContain('waiting 1,200 · in flight 7 · delayed 0');
    expect(text).toContain('dead-letter queue orders-dlq: 4 messages, after 5 receives');
    expect(text).toContain('oldest message – · retention 4d · visibility timeout 30s');
  });

  longTest('a redrive shows its progress, and stays a warning until the queue is empty', async () => {
    const moving = queue('orders-dlq', {
      ...{ kind: 'dlq', depth: 180, deadLettersOf: ['orders'] },
      ...{ isRedriving: true, redriveMoved: 120, redriveTotal: 300 },
    });
    const user = await look({ queues: [orders, moving] });
    expect(user.rowWith('redriving')).toMatch(/▲ redriving +orders-dlq +180/);
    expect(user.rows().join('\n')).toContain('redrive: 120 of 300 messages moved');
  });

  longTest('the filter takes fields of the kind', async () => {
    const user = await look({ queues: [queue('idle'), orders, ordersDlq] });
    await user.press('/');
    await user.type('kind=dlq');
    await user.press('enter');
    expect(namesOf(user)).toEqual(['orders-dlq']);
  });

  longTest('a system without queues says so, and the overview has no such pane', async () => {
    const user = await openCockpit({ size: [120, 36], scene: shop() });
    expect(user.rows().join('\n')).not.toContain('Queues');
    await user.type(':queues');
    await user.press('enter');
    expect(user.rowWith('Not configured: no source provides queues')).toBeTruthy();
  });

  longTest('10,000 queues: the worst is first, and the last can be reached', async () => {
    const many = Array.from({ length: 10_000 }, (_, index) => queue(`q-${String(index).padStart(5, '0')}`));
    const user = await look({ queues: [...many, ordersDlq] }, ':queues enter');
    expect(user.rowWith('dead letters')).toContain('orders-dlq');
    await user.press('G');
    expect(user.rows().join('\n')).toContain('q-09999');
  });

  for (const size of [
    [80, 24],
    [200, 60],
  ] as const)
    longTest(`fits ${size.join('x')}`, async () => {
      const user = await look({ queues: [orders, ordersDlq] }, ':queues enter', size);
      expect(user.rowWith(' orders ')).toMatch(/● waiting +orders +1,200 +7 +0? +.*4/);
      expect(Math.max(...user.rows().map((row) => row.length))).toBeLessThanOrEqual(size[0]);
    });
});
