import { expect, test } from 'vitest';
import { CloudWatchStore } from '../../../src/simulator/servers/aws/cloudwatch.ts';
import { FunctionStore } from '../../../src/simulator/servers/aws/lambda.ts';
import { openAccount, signal } from './support.ts';

const functions = () =>
  new FunctionStore([
    { name: 'orders', polls: 'orders' },
    { name: 'orders-broken', state: 'Failed', stateReason: 'The image was deleted' },
    { name: 'orders-muted', reserved: 0 },
    { name: 'orders-old', lastUpdate: 'Failed' },
    { name: 'other' },
  ]);

test('functions are rows of Health, by their state, last update and reserved concurrency', async () => {
  await using it = await openAccount({
    services: { functions: functions() },
    config: { functions: ['orders*', 'gone'] },
  });
  const { items, faults } = await it.read('functions');
  expect(items).toMatchObject([
    { service: 'orders', instance: 'lambda', status: 'up', detail: '' },
    { service: 'orders-broken', status: 'down', detail: 'Failed: The image was deleted' },
    {
      ...{ service: 'orders-muted', status: 'degraded' },
      detail: 'the reserved concurrency is 0, so every call is throttled. Set a higher value to allow calls',
    },
    { service: 'orders-old', status: 'degraded', detail: 'the last update of the function failed' },
  ]);
  expect(faults).toMatchObject([{ kind: 'missing', message: expect.stringContaining('gone') }]);
});

test('a queue names the functions that poll it', async () => {
  await using it = await openAccount({
    services: { functions: functions() },
    queues: [{ name: 'orders' }, { name: 'idle' }],
    config: { functions: ['orders'], queues: ['*'] },
  });
  const { items } = await it.read('queues');
  expect(items).toMatchObject([{ name: 'idle' }, { name: 'orders', consumers: ['orders'] }]);
  expect(items[0]).not.toHaveProperty('consumers');
});

test('errors, throttles and concurrency of a function are signals', async () => {
  const metric = (name: string, value: number) => ({
    ...{ namespace: 'AWS/Lambda', metric: name, dimensions: { FunctionName: 'orders' } },
    value: (_: number, statistic: string) => (statistic === 'Maximum' ? value * 10 : value),
  });
  const cloudWatch = new CloudWatchStore([metric('Errors', 3), metric('ConcurrentExecutions', 2)]);
  await using it = await openAccount({
    services: { cloudWatch },
    signals: ['errors', 'throttles', 'concurrency'].map((read) => ({
      id: read,
      read: { function: 'orders', read },
    })),
  });
  expect((await it.read('metrics')).items).toMatchObject([
    { signal: 'errors', value: 3 },
    { signal: 'throttles', why: expect.stringContaining('no datapoint of AWS/Lambda Throttles') },
    { signal: 'concurrency', value: 20 },
  ]);
});

test('setConcurrency sets, and its undo restores a number or removes the reservation', async () => {
  const store = functions();
  await using it = await openAccount({ services: { functions: store }, config: { functions: ['orders'] } });
  const plan = await it.plan('setConcurrency', { function: 'orders', reserved: 5 });
  expect(plan.changes).toEqual(['orders reserved concurrency: none → 5']);
  expect(it.operation('setConcurrency').undo?.(plan)).toMatchObject({
    with: { function: 'orders', reserved: 'none' },
    pins: 'value',
  });
  const events = await it.act('setConcurrency', { function: 'orders', reserved: 5 });
  expect(events.at(-1)).toMatchObject({ ok: true });
  expect(store.functions[0]?.reserved).toBe(5);
  expect(await it.operation('setConcurrency').recheck(plan, signal)).toMatchObject({ found: '5' });
  const found = await it.act('functionConcurrency', { function: 'orders' });
  expect(found.find(({ is }) => is === 'found')).toMatchObject({ found: { json: { reserved: 5 } } });
  const removed = await it.act('setConcurrency', { function: 'orders', reserved: 'none' });
  expect(removed.at(-1)).toMatchObject({ ok: true });
  expect(store.functions[0]?.reserved).toBeUndefined();
  await expect(it.plan('setConcurrency', { function: 'orders', reserved: 'none' })).rejects.toThrow(
    'already none',
  );
  expect(it.asked.filter((action) => /^(?:PUT|DELETE)/.test(action))).toEqual([
    'PUT /2017-10-31/functions/orders/concurrency',
    'DELETE /2017-10-31/functions/orders/concurrency',
  ]);
});

test('0 throttles every call, and the plan says so; a function that is missing has no plan', async () => {
  await using it = await openAccount({ services: { functions: functions() } });
  const plan = await it.plan('setConcurrency', { function: 'orders', reserved: 0 });
  expect(plan.lost).toContain(
    'AWS throttles every call of the function until you set the reserved concurrency again',
  );
  await expect(it.plan('setConcurrency', { function: 'gone', reserved: 0 })).rejects.toThrow(
    'Function not found',
  );
});
