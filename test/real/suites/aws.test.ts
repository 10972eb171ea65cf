import {
  CreateQueueCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openReadIo } from '../../../src/doors/read-io.ts';
import { QueueStore } from '../../../src/simulator/model/spec/queue-store.ts';
import { awsHandler } from '../../../src/simulator/servers/aws/api.ts';
import { serve } from '../../../src/simulator/servers/http/http-server.ts';
import { aws } from '../../../src/sources/aws/index.ts';
import { manualClock } from '../../support/manual-clock.ts';
import { underTest } from '../setting.ts';

const server = underTest();
const endpoint = `http://127.0.0.1:${server.port}`;
const region = 'eu-central-1';
const keys = { accessKeyId: 'AKIAEXAMPLE', secretAccessKey: 'a-secret-of-the-test' };
const { signal } = new AbortController();
const sqs = new SQSClient({ endpoint, region, credentials: { ...keys } });

const create = async (name: string, attributes: Readonly<Record<string, string>> = {}): Promise<string> => {
  const { QueueUrl = '' } = await sqs.send(
    new CreateQueueCommand({ QueueName: name, Attributes: { ...attributes } }),
  );
  return QueueUrl;
};

const open = (config: object, givenEndpoint = endpoint) =>
  aws.open(
    {
      id: 'aws',
      env: 'test',
      signals: [{ id: 'waiting', read: { depth: 'orders' } }],
      config: aws.config.parse({ endpoint: givenEndpoint, region, credentials: { ...keys }, ...config }),
    },
    openReadIo(manualClock(Date.now())),
  );

const read = async (config: object, at = endpoint) => {
  const source = await open(config, at);
  try {
    const reading = await source.feeds[0]?.read(signal);
    return reading ?? { items: [], samples: [], faults: [] };
  } finally {
    await source.close();
  }
};

beforeAll(async () => {
  const dlq = await create('orders-dlq');
  await sqs.send(new SendMessageCommand({ QueueUrl: dlq, MessageBody: 'dead' }));
  const orders = await create('orders', {
    RedrivePolicy: JSON.stringify({
      deadLetterTargetArn: `arn:aws:sqs:${region}:123456789012:orders-dlq`,
      maxReceiveCount: 5,
    }),
  });
  for (const body of ['1', '2', '3'])
    await sqs.send(new SendMessageCommand({ QueueUrl: orders, MessageBody: body }));
  // It stays in flight.
  await sqs.send(
    new ReceiveMessageCommand({ QueueUrl: orders, MaxNumberOfMessages: 1, VisibilityTimeout: 600 }),
  );
  await sqs.send(new SendMessageCommand({ QueueUrl: orders, MessageBody: 'later', DelaySeconds: 600 }));
  await create('billing.fifo', { FifoQueue: 'true' });
}, 60_000);
afterAll(() => sqs.destroy());

test('counts, the redrive policy and the pairing with the dead-letter queue', async () => {
  const { items, samples, faults } = await read({});
  expect(faults).toEqual([]);
  expect(items).toMatchObject([
    { name: 'billing.fifo', isFifo: true, depth: 0, deadLettersOf: [] },
    {
      ...{ name: 'orders', kind: 'sqs', depth: 2, inFlight: 1, delayed: 1 },
      ...{ dlq: 'orders-dlq', dlqDepth: 1, maxReceives: 5, isFifo: false },
    },
    { name: 'orders-dlq', kind: 'dlq', depth: 1, deadLettersOf: ['orders'] },
  ]);
  expect(samples).toMatchObject([{ signal: 'waiting', value: 2 }]);
});

test('queues by name and by prefix. The dead-letter queue comes along', async () => {
  const named = await read({ queues: ['orders'] });
  expect(named.items).toMatchObject([{ name: 'orders' }, { name: 'orders-dlq' }]);
  const prefixed = await read({ queues: ['bill*'] });
  expect(prefixed.items).toMatchObject([{ name: 'billing.fifo' }]);
});

test('a queue that does not exist is missing', async () => {
  const { items, faults } = await read({ queues: ['gone', 'orders'] });
  expect(items).toHaveLength(2);
  expect(faults).toMatchObject([{ kind: 'missing' }]);
});

test('more queues than a page are all listed', async () => {
  await Promise.all(Array.from({ length: 30 }, (_, index) => create(`many-${index}`)));
  const { items } = await read({ queues: ['many-*'] });
  expect(items).toHaveLength(30);
});

test('identity and doctor', async () => {
  const right = await open({ identity: { account: '123456789012' } });
  expect(await right.identify?.(signal)).toBeUndefined();
  expect(await right.doctor?.(signal)).toMatchObject([
    { ok: true },
    { ok: true },
    { ok: false, what: expect.stringContaining('ListMessageMoveTasks') },
  ]);
  await right.close();
  const wrong = await open({ identity: { account: '999999999999' } });
  expect(await wrong.identify?.(signal)).toMatchObject({ kind: 'wrong-system' });
  await wrong.close();
});

// moto has no ListMessageMoveTasks, so a redrive cannot be planned on it.
test('send and purge are planned with the counts of the server', async () => {
  const source = await open({});
  const plan = (name: string, params: object) =>
    source.operations.find((operation) => operation.name === name)?.plan({ ...params }, signal);
  expect(await plan('purge', { queue: 'orders' })).toMatchObject({
    danger: 'destructive',
    objects: ['orders: 2 messages waiting, 1 in flight, 1 delayed'],
  });
  await expect(plan('send', { queue: 'billing.fifo', body: 'x' })).rejects.toThrow(
    'is a FIFO queue, which requires a message group: set group',
  );
  await source.close();
});

test('the simulator gives the same rows for the same queues', async () => {
  const clock = manualClock();
  const store = new QueueStore(clock, [
    { name: 'orders', visible: 2, inFlight: 1, delayed: 1, dlq: { name: 'orders-dlq', maxReceives: 5 } },
    { name: 'orders-dlq', visible: 1 },
  ]);
  const simulated = await serve(awsHandler(store), clock);
  const facts = (items: readonly object[]): readonly object[] =>
    // moto has no move tasks.
    items.map((item) => ({ ...item, at: 0, created: 'created' in item, isRedriving: undefined }));
  const ours = await read({ queues: ['orders*'] }, simulated.url);
  const theirs = await read({ queues: ['orders*'] });
  expect(facts(ours.items)).toEqual(facts(theirs.items));
  await simulated.close();
});
