import { CreateQueueCommand, ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { beforeAll, expect, test } from 'vitest';
import type { VerifyStep } from '../../../src/domain/runbooks/runbook.ts';
import { oneStep, openActing, type Ran } from '../acting.ts';
import { createFunctions, motoKeys } from '../moto/account.ts';
import { underTest } from '../setting.ts';

const server = underTest();
const endpoint = `http://127.0.0.1:${server.port}`;
// A region of its own: other suites count the queues of theirs.
const region = 'eu-west-2';
const entry = { endpoint, region, credentials: { ...motoKeys }, queues: [] };
const sqs = new SQSClient({ endpoint, region, credentials: { ...motoKeys } });
const open = () => openActing('aws', 'aws', entry);

beforeAll(async () => {
  await sqs.send(new CreateQueueCommand({ QueueName: 'orders' }));
  await createFunctions(server, region, { 'orders-api': 10 });
}, 60_000);

const verified = (use: string, params: object, json: object): readonly VerifyStep[] => [
  {
    ...{ id: 'v1', title: 'The server has the new value', use: `aws.${use}`, with: { ...params } },
    ...{ expect: { json: { ...json } }, withinMs: 10_000, forMs: 0 },
  },
];

/** The output and the results of a run as its ledger has them. */
const ledgerLines = ({ events }: Ran): readonly string[] =>
  events.flatMap((event) => {
    if (event.event === 'output') return [event.text];
    return event.event === 'acted' ? [`${event.ok ? 'ok' : 'not ok'}: ${event.result}`] : [];
  });

test('send: the message is in the queue, and its ID in the ledger', async () => {
  await using acting = await open();
  const ran = await acting.run(
    oneStep(
      'aws.send',
      { queue: 'orders', body: '{"order":1}' },
      verified('queueCounts', { queue: 'orders' }, { total: 1 }),
    ),
  );
  expect(ran.ended).toMatchObject({ ending: 'recovered' });
  expect(ledgerLines(ran)).toEqual([
    'SQS SendMessage orders',
    expect.stringMatching(/^SQS SendMessage orders → /),
    expect.stringMatching(/^ok: SQS SendMessage orders → /),
  ]);
  const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName: 'orders' }));
  const { Messages } = await sqs.send(new ReceiveMessageCommand({ QueueUrl }));
  expect(Messages).toMatchObject([{ Body: '{"order":1}' }]);
  expect(await acting.ledgerHolds()).toBe(true);
});

test('purge of a queue that does not exist is not sent', async () => {
  await using acting = await open();
  const { ended, events } = await acting.run(oneStep('aws.purge', { queue: 'gone' }, []));
  expect(ended).toMatchObject({
    ending: 'failed',
    sent: [],
    why: expect.stringContaining('QueueDoesNotExist'),
  });
  expect(events.some(({ event }) => event === 'acting')).toBe(false);
});

test('setConcurrency: the server has the value, and the undo restores the earlier one', async () => {
  await using acting = await open();
  const target = { function: 'orders-api' };
  const ran = await acting.run(
    oneStep(
      'aws.setConcurrency',
      { ...target, reserved: 4 },
      verified('functionConcurrency', target, { reserved: 4 }),
    ),
  );
  expect(ran.ended).toMatchObject({ ending: 'recovered' });
  expect(ledgerLines(ran)).toEqual([
    'Lambda PutFunctionConcurrency orders-api 4',
    'Lambda PutFunctionConcurrency orders-api 4 → done',
    'ok: Lambda PutFunctionConcurrency orders-api 4 → done',
  ]);
  const again = await acting.run(oneStep('aws.setConcurrency', { ...target, reserved: 4 }, []));
  expect(again.ended).toMatchObject({ ending: 'not-applicable' });
  expect(ran.ended.undo).toMatchObject([{ use: 'aws.setConcurrency', with: { ...target, reserved: 10 } }]);
  const undone = await acting.run(
    oneStep(
      'aws.setConcurrency',
      ran.ended.undo?.[0]?.with ?? {},
      verified('functionConcurrency', target, { reserved: 10 }),
    ),
  );
  expect(undone.ended).toMatchObject({ ending: 'recovered' });
  const removed = await acting.run(
    oneStep(
      'aws.setConcurrency',
      { ...target, reserved: 'none' },
      verified('functionConcurrency', target, { reserved: 'none' }),
    ),
  );
  expect(removed.ended).toMatchObject({ ending: 'recovered' });
  expect(await acting.ledgerHolds()).toBe(true);
});
