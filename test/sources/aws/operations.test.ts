import { expect, test } from 'vitest';
import type { ActEvent } from '../../../src/domain/runbooks/operation.ts';
import { openChangeIo } from '../../../src/doors/change-io.ts';
import { openReadIo } from '../../../src/doors/read-io.ts';
import { QueueStore } from '../../../src/simulator/model/spec/queue-store.ts';
import { awsHandler } from '../../../src/simulator/servers/aws/api.ts';
import { type Handler, serve } from '../../../src/simulator/servers/http/http-server.ts';
import { aws } from '../../../src/sources/aws/index.ts';
import { longTest } from '../../support/layer.ts';
import { manualClock } from '../../support/manual-clock.ts';

const { signal } = new AbortController();

/** The queues of a test, and a function that plans and carries out an operation on them. */
const opened = async (wrap: (handler: Handler) => Handler = (handler) => handler) => {
  const clock = manualClock();
  const store = new QueueStore(clock, [
    { name: 'orders', visible: 1, dlq: { name: 'orders-dlq', maxReceives: 5 } },
    { name: 'orders-dlq', visible: 3 },
  ]);
  const questions: string[] = [];
  const server = await serve(wrap(awsHandler(store, (action) => questions.push(action))), clock);
  const config = aws.config.parse({
    endpoint: server.url,
    region: 'eu-central-1',
    credentials: { accessKeyId: 'AKIAEXAMPLE', secretAccessKey: 'a-secret-of-the-test' },
  });
  const source = await aws.open({ id: 'aws', env: 'test', signals: [], config }, openReadIo(clock));
  const change = openChangeIo(clock);
  const operation = (name: string) => {
    const found = source.operations.find((other) => other.name === name);
    if (found === undefined) throw new Error(`no operation ${name}`);
    return found;
  };
  return {
    store,
    asked: questions,
    clock,
    rows: async () => (await source.feeds[0]?.read(signal))?.items,
    operation,
    run: async (name: string, params: Readonly<Record<string, unknown>>): Promise<readonly ActEvent[]> => {
      const plan = await operation(name).plan(params, signal);
      expect(await operation(name).recheck(plan, signal)).toBeUndefined();
      const events: ActEvent[] = [];
      for await (const event of operation(name).act(plan, change, signal)) events.push(event);
      return events;
    },
    [Symbol.asyncDispose]: async () => {
      await change.close();
      await source.close();
      await server.close();
    },
  };
};

const depths = (store: QueueStore) =>
  ['orders', 'orders-dlq'].map((name) => store.queue(name)?.visible.length);

longTest('send adds one message, and reports its id', async () => {
  await using it = await opened();
  const events = await it.run('send', { queue: 'orders', body: '{"test":true}' });
  expect(events.at(-1)).toMatchObject({ is: 'answered', ok: true });
  expect(events.at(-1)).toMatchObject({ status: `message ${it.store.queue('orders')?.visible.at(-1)?.id}` });
  expect(depths(it.store)).toEqual([2, 3]);
});

/** The JSON that a reading operation returns. */
const foundIn = (events: readonly ActEvent[]): unknown =>
  events.flatMap((event) => (event.is === 'found' ? [event.found.json] : []))[0];

test('redrive moves the messages back to their queue', async () => {
  await using it = await opened();
  const events = await it.run('redrive', { queue: 'orders-dlq' });
  expect(events.at(-1)).toMatchObject({ is: 'answered', ok: true, status: 'done' });
  expect(depths(it.store)).toEqual([4, 0]);
  expect(foundIn(await it.run('moveTask', { queue: 'orders-dlq' }))).toMatchObject({
    ...{ status: 'COMPLETED', moved: 3, toMove: 3 },
  });
  await expect(it.operation('redrive').plan({ queue: 'orders-dlq' }, signal)).rejects.toThrow(
    'has no waiting messages, so there is nothing to move',
  );
});

test('a slow redrive shows its progress on the row, runs once, and can be canceled', async () => {
  await using it = await opened();
  await expect(it.operation('cancelRedrive').plan({ queue: 'orders-dlq' }, signal)).rejects.toThrow(
    'no redrive of orders-dlq is running',
  );
  expect(foundIn(await it.run('moveTask', { queue: 'orders-dlq' }))).toEqual({
    status: 'NONE',
    task: 'none',
  });
  await it.run('redrive', { queue: 'orders-dlq', perSecond: 1 });
  await it.clock.advance(1000);
  expect(depths(it.store)).toEqual([1, 3]);
  expect(await it.rows()).toMatchObject([
    { name: 'orders', depth: 2 },
    { name: 'orders-dlq', depth: 2, isRedriving: true, redriveMoved: 1, redriveTotal: 3 },
  ]);
  await expect(it.operation('redrive').plan({ queue: 'orders-dlq' }, signal)).rejects.toThrow(
    'is already running',
  );
  const canceled = await it.run('cancelRedrive', { queue: 'orders-dlq' });
  expect(canceled.at(-1)).toMatchObject({
    ok: true,
    status: 'the redrive was canceled. Messages moved until then: 1',
  });
  await it.clock.advance(5000);
  expect(await it.rows()).toMatchObject([{ depth: 2 }, { depth: 2, isRedriving: false }]);
  expect(foundIn(await it.run('moveTask', { queue: 'orders-dlq' }))).toMatchObject({
    status: 'CANCELLED',
    moved: 1,
  });
});

test('queueCounts sums what SQS reports, and names a queue that is missing', async () => {
  await using it = await opened();
  expect(foundIn(await it.run('queueCounts', { queue: 'orders-dlq' }))).toEqual({
    ...{ depth: 3, inFlight: 0, delayed: 0, total: 3 },
  });
  const [, answer] = await it.run('queueCounts', { queue: 'gone' });
  expect(answer).toMatchObject({ ok: false, status: expect.stringContaining('does not exist') });
});

test('a purge without messages does not apply', async () => {
  await using it = await opened();
  await it.run('purge', { queue: 'orders' });
  await expect(it.operation('purge').plan({ queue: 'orders' }, signal)).rejects.toThrow(
    'orders has no messages',
  );
});

test('purge deletes all messages, and sends nothing else', async () => {
  await using it = await opened();
  const plan = await it.operation('purge').plan({ queue: 'orders-dlq' }, signal);
  expect(plan).toMatchObject({
    danger: 'destructive',
    // A time is no number of seconds.
    targets: [{ saw: expect.stringMatching(/^created \d{4}-\d\d-\d\dT\d\d:\d\d:\d\d/) }],
    objects: ['orders-dlq: 3 messages waiting, 0 in flight, 0 delayed'],
  });
  expect(plan.lost).toContain(
    'SQS deletes all messages of orders-dlq for good, also those in flight, delayed, or arriving within 60 s',
  );
  const events = await it.run('purge', { queue: 'orders-dlq' });
  expect(events.at(-1)).toMatchObject({ ok: true, status: 'done' });
  expect(depths(it.store)).toEqual([1, 0]);
  expect(it.asked.filter((action) => !/^(?:Get|List)/.test(action))).toEqual(['PurgeQueue']);
});

test('a queue that was created again after the plan is refused', async () => {
  await using it = await opened();
  const plan = await it.operation('purge').plan({ queue: 'orders-dlq' }, signal);
  const stale = { ...plan, targets: plan.targets.map((target) => ({ ...target, saw: 'created 1' })) };
  expect(await it.operation('purge').recheck(stale, signal)).toMatchObject({ planned: 'created 1' });
});

test('a denied change reports that nothing happened; a lost response, that it may have', async () => {
  const answering =
    (answer: ReturnType<Handler>) =>
    (handler: Handler): Handler =>
    (ask) =>
      ask.target === 'AmazonSQS.PurgeQueue' ? answer : handler(ask);
  const denied = { status: 403, json: { __type: 'x#AccessDeniedException', message: 'no' } };
  await using refused = await opened(answering(denied));
  const [, answer] = await refused.run('purge', { queue: 'orders' });
  expect(answer).toMatchObject({
    ok: false,
    status: expect.stringMatching(/^AccessDeniedException: no\. Compare the policy/),
  });
  await using lost = await opened(answering('cut'));
  const [, unknown] = await lost.run('purge', { queue: 'orders' });
  expect(unknown).toMatchObject({
    ok: false,
    status: expect.stringContaining('may have taken effect anyway'),
  });
});
