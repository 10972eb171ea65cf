import {
  CreateQueueCommand,
  ListMessageMoveTasksCommand,
  PurgeQueueCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  SQSClient,
  StartMessageMoveTaskCommand,
} from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { VerifyStep } from '../../../src/domain/runbooks/runbook.ts';
import { openReadIo } from '../../../src/doors/read-io.ts';
import { systemClock } from '../../../src/platform/runtime/clock.ts';
import { QueueStore } from '../../../src/simulator/model/spec/queue-store.ts';
import { awsHandler } from '../../../src/simulator/servers/aws/api.ts';
import { serve } from '../../../src/simulator/servers/http/http-server.ts';
import { aws } from '../../../src/sources/aws/index.ts';
import { differences, shapeOf } from '../../simulator/support-shape.ts';
import { oneStep, openActing, type Ran } from '../acting.ts';
import { underTest } from '../setting.ts';

const server = underTest();
const endpoint = `http://127.0.0.1:${server.port}`;
const region = 'eu-central-1';
const keys = { accessKeyId: 'AKIAEXAMPLE', secretAccessKey: 'a-secret-of-the-test' };
const { signal } = new AbortController();
const sqs = new SQSClient({ endpoint, region, credentials: { ...keys } });
afterAll(() => sqs.destroy());

const queueArn = (name: string): string => `arn:aws:sqs:${region}:123456789012:${name}`;

const create = async (name: string, attributes: Readonly<Record<string, string>> = {}): Promise<string> => {
  const { QueueUrl = '' } = await sqs.send(
    new CreateQueueCommand({ QueueName: name, Attributes: { ...attributes } }),
  );
  return QueueUrl;
};

const send = async (QueueUrl: string, bodies: readonly string[], DelaySeconds = 0): Promise<void> => {
  for (const MessageBody of bodies)
    await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody, DelaySeconds }));
};

const receive = async (QueueUrl: string): Promise<readonly string[]> => {
  const { Messages = [] } = await sqs.send(new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10 }));
  return Messages.map(({ Body = '' }) => Body);
};

/**
 * Creates a queue whose consumer receives every message and deletes none, so that the server moves them all to its
 * dead-letter queue `NAME-dlq`. Returns the URL of the queue.
 */
const createFailing = async (name: string, bodies: readonly string[]): Promise<string> => {
  const dlq = await create(`${name}-dlq`);
  const url = await create(name, {
    VisibilityTimeout: '0',
    RedrivePolicy: JSON.stringify({ deadLetterTargetArn: queueArn(`${name}-dlq`), maxReceiveCount: 1 }),
  });
  await send(url, bodies);
  for (const _ of bodies) await receive(url);
  expect(await countsOf(`${name}-dlq`), dlq).toMatchObject({ depth: bodies.length });
  return url;
};

const read = async (queues: readonly string[], at = endpoint) => {
  const source = await aws.open(
    {
      ...{ id: 'aws', env: 'test', signals: [] },
      config: aws.config.parse({ endpoint: at, region, credentials: { ...keys }, queues }),
    },
    openReadIo(systemClock()),
  );
  try {
    const reading = await source.feeds.find(({ name }) => name === 'queues')?.read(signal);
    if (reading === undefined) throw new Error('no feed of queues');
    return reading;
  } finally {
    await source.close();
  }
};

/** The row of a queue. A dead-letter queue is one only beside the queue that names it. */
const countsOf = async (name: string): Promise<unknown> =>
  (await read([name, name.replace(/-dlq$/, '')])).items.find((item) => 'name' in item && item.name === name);

const open = () => openActing('aws', 'aws', { endpoint, region, credentials: { ...keys }, queues: ['*'] });

const check = (id: string, use: string, params: object, expected: VerifyStep['expect']): VerifyStep => ({
  ...{ id, title: id, use: `aws.${use}`, with: { ...params }, expect: expected ?? {} },
  ...{ withinMs: 15_000, forMs: 0 },
});

/** The output and the results of a run as its ledger has them. */
const ledgerLines = ({ events }: Ran): readonly string[] =>
  events.flatMap((event) => {
    if (event.event === 'output') return [event.text];
    return event.event === 'acted' ? [`${event.ok ? 'ok' : 'not ok'}: ${event.result}`] : [];
  });

const five = ['m1', 'm2', 'm3', 'm4', 'm5'];

describe('rows of Queues', () => {
  let url = '';
  beforeAll(async () => {
    url = await createFailing('orders', five.slice(0, 2));
    await create('billing.fifo', { FifoQueue: 'true' });
  });

  test('waiting, in flight and delayed messages, and those of the dead-letter queue', async () => {
    const busy = await create('busy', { VisibilityTimeout: '600' });
    await send(busy, ['1', '2', '3']);
    await send(busy, ['later'], 600);
    await sqs.send(new ReceiveMessageCommand({ QueueUrl: busy, MaxNumberOfMessages: 1 }));
    const { items, faults } = await read(['busy', 'orders', 'billing.fifo']);
    expect(faults).toEqual([]);
    expect(items).toMatchObject([
      { name: 'billing.fifo', isFifo: true, depth: 0 },
      { name: 'busy', depth: 2, inFlight: 1, delayed: 1 },
      { name: 'orders', depth: 0, inFlight: 0, delayed: 0, dlq: 'orders-dlq', dlqDepth: 2, maxReceives: 1 },
      { name: 'orders-dlq', kind: 'dlq', depth: 2, deadLettersOf: ['orders'], isRedriving: false },
    ]);
    expect(url).toContain('orders');
  });

  test('a queue that does not exist is missing, and hides no other', async () => {
    const { items, faults } = await read(['gone', 'orders']);
    expect(items).toMatchObject([{ name: 'orders' }, { name: 'orders-dlq' }]);
    expect(faults).toMatchObject([{ kind: 'missing' }]);
  });
});

// Each run waits for its verification, on queues of its own.
test.concurrent('redrive: every message is back in its queue, verified by its own move task', async () => {
  const url = await createFailing('invoices', five);
  const dlq = { queue: 'invoices-dlq' };
  await using acting = await open();
  const runbook = oneStep('aws.redrive', { ...dlq, perSecond: 500 }, [
    check('the task has completed', 'moveTask', dlq, {
      ...{ json: { status: 'COMPLETED' }, path: 'task', change: 'any' },
    }),
    check('the dead-letter queue is empty', 'queueCounts', dlq, { json: { total: 0 } }),
    check('messages are back', 'queueCounts', { queue: 'invoices' }, { path: 'depth', change: '= 5' }),
  ]);
  const ran = await acting.run(runbook);
  expect(ran.proposal.steps[0]).toMatchObject({
    plan: {
      objects: [expect.stringMatching(/^invoices-dlq: 5 messages waiting, 0 in flight, 0 delayed\. /)],
    },
  });
  expect(ledgerLines(ran)).toEqual([
    'SQS StartMessageMoveTask invoices-dlq, at most 500 per second',
    'SQS StartMessageMoveTask invoices-dlq, at most 500 per second → done',
    'ok: SQS StartMessageMoveTask invoices-dlq, at most 500 per second → done',
  ]);
  expect(ran.ended).toMatchObject({ ending: 'recovered' });
  expect([...(await receive(url))].sort()).toEqual(five);
  expect(await acting.ledgerHolds()).toBe(true);

  // The five were received twice: the server has moved them again, or will with the next receive.
  await receive(url);
  const purged = await acting.run(
    oneStep('aws.purge', dlq, [
      check('the dead-letter queue is empty', 'queueCounts', dlq, { json: { total: 0 } }),
    ]),
  );
  expect(purged.ended).toMatchObject({ ending: 'recovered' });
  const again = await acting.run(oneStep('aws.redrive', dlq, []));
  expect(again.ended).toMatchObject({ ending: 'not-applicable', sent: [] });
});

test.concurrent('cancelRedrive: a running redrive is shown, refuses a second one, and moves no message after its end', async () => {
  const bodies = Array.from({ length: 20 }, (_, index) => `m${index}`);
  await createFailing('mails', bodies);
  const dlq = { queue: 'mails-dlq' };
  await using acting = await open();
  const started = await acting.run(
    oneStep('aws.redrive', { ...dlq, perSecond: 1 }, [
      check('the task is running', 'moveTask', dlq, { json: { status: 'RUNNING' } }),
    ]),
  );
  expect(started.ended).toMatchObject({ ending: 'recovered' });
  expect(await countsOf('mails-dlq')).toMatchObject({
    ...{ isRedriving: true, redriveMoved: expect.any(Number), redriveTotal: 20 },
  });
  const second = await acting.run(oneStep('aws.redrive', dlq, []));
  expect(second.ended).toMatchObject({
    ...{ ending: 'not-applicable', sent: [] },
    why: expect.stringContaining(
      'a redrive of mails-dlq is already running: wait until the redrive ends, or cancel that redrive first',
    ),
  });
  // ElasticMQ forgets a canceled task; SQS lists it as CANCELLED.
  const canceled = await acting.run(
    oneStep('aws.cancelRedrive', dlq, [
      check('no task is running', 'moveTask', dlq, { json: { status: 'NONE' } }),
    ]),
  );
  expect(canceled.ended).toMatchObject({ ending: 'recovered' });
  expect(ledgerLines(canceled)).toEqual([
    'SQS CancelMessageMoveTask mails-dlq',
    expect.stringMatching(
      /^SQS CancelMessageMoveTask mails-dlq → the redrive was canceled\. Messages moved until then: \d+$/,
    ),
    expect.stringMatching(
      /^ok: SQS CancelMessageMoveTask mails-dlq → the redrive was canceled\. Messages moved until then: \d+$/,
    ),
  ]);
  const [, moved = ''] = /until then: (\d+)$/.exec(ledgerLines(canceled).at(-1) ?? '') ?? [];
  expect(await countsOf('mails-dlq')).toMatchObject({ depth: 20 - Number(moved), isRedriving: false });
  const none = await acting.run(oneStep('aws.cancelRedrive', dlq, []));
  expect(none.ended).toMatchObject({ ending: 'not-applicable', sent: [] });
  expect(await acting.ledgerHolds()).toBe(true);
});

test.concurrent('send and purge: verified by the counts of the server, with their ledger', async () => {
  const QueueUrl = await create('tests');
  const target = { queue: 'tests' };
  await using acting = await open();
  const sent = await acting.run(
    oneStep('aws.send', { ...target, body: '{"order":1}' }, [
      check('one more', 'queueCounts', target, { path: 'total', change: '= 1' }),
    ]),
  );
  expect(sent.ended).toMatchObject({ ending: 'recovered' });
  expect(ledgerLines(sent)).toEqual([
    'SQS SendMessage tests',
    expect.stringMatching(/^SQS SendMessage tests → message [-0-9a-f]{36}$/),
    expect.stringMatching(/^ok: SQS SendMessage tests → message [-0-9a-f]{36}$/),
  ]);
  expect(await receive(QueueUrl)).toEqual(['{"order":1}']);
  const purged = await acting.run(
    oneStep('aws.purge', target, [check('empty', 'queueCounts', target, { json: { total: 0 } })]),
  );
  expect(purged.ended).toMatchObject({ ending: 'recovered' });
  expect(ledgerLines(purged).at(-1)).toBe('ok: SQS PurgeQueue tests → done');
  const gone = await acting.run(oneStep('aws.redrive', { queue: 'gone' }, []));
  expect(gone.ended).toMatchObject({
    ...{ ending: 'failed', sent: [] },
    why: expect.stringContaining('QueueDoesNotExist'),
  });
  expect(await acting.ledgerHolds()).toBe(true);
});

test('the move tasks of the simulator have the fields of the server', async () => {
  const clock = systemClock();
  const store = new QueueStore(clock, [
    { name: 'reports', dlq: { name: 'reports-dlq', maxReceives: 1 } },
    { name: 'reports-dlq', visible: 20 },
  ]);
  const simulated = await serve(awsHandler(store), clock);
  const ours = new SQSClient({ endpoint: simulated.url, region, credentials: { ...keys } });
  await createFailing('reports', five);
  const tasksOf = async (client: SQSClient): Promise<unknown> => {
    const SourceArn = queueArn('reports-dlq');
    await client.send(new StartMessageMoveTaskCommand({ SourceArn, MaxNumberOfMessagesPerSecond: 1 }));
    const { Results } = await client.send(new ListMessageMoveTasksCommand({ SourceArn, MaxResults: 10 }));
    return Results;
  };
  expect(differences(shapeOf(await tasksOf(ours)), shapeOf(await tasksOf(sqs)))).toEqual([]);
  await sqs.send(new PurgeQueueCommand({ QueueUrl: await create('reports-dlq') }));
  ours.destroy();
  await simulated.close();
});
