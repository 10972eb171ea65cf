import { expect, test } from 'vitest';
import type { Runbook, VerifyStep } from '../../../src/domain/runbooks/runbook.ts';
import { systemClock } from '../../../src/platform/runtime/clock.ts';
import { QueueStore } from '../../../src/simulator/model/spec/queue-store.ts';
import { awsHandler } from '../../../src/simulator/servers/aws/api.ts';
import { type Handler, serve } from '../../../src/simulator/servers/http/http-server.ts';
import { aws } from '../../../src/sources/aws/index.ts';
import { openActing } from '../../real/acting.ts';

/** Only ends a run that hangs. A run that must not recover waits for all of its own, shorter limit. */
const longMs = 60_000;
const shortMs = 5000;

/** The verification of an action on orders-dlq. */
const verifyOf = (operation: string, withinMs: number): readonly VerifyStep[] => {
  const verify = aws.operations[operation]?.actions?.[0]?.verify ?? [];
  return verify === 'none'
    ? []
    : verify.map((step) => ({
        ...step,
        ...(step.use === undefined ? {} : { use: `aws.${step.use}`, with: { queue: 'orders-dlq' } }),
        withinMs,
        forMs: 0,
      }));
};

/** Runs the operation of an action on orders-dlq, and verifies it as the action does. */
const runAction = async (
  operation: string,
  params: object,
  wrap: (handler: Handler) => Handler = (it) => it,
  withinMs = shortMs,
  messages = 3,
) => {
  const clock = systemClock();
  const store = new QueueStore(clock, [
    { name: 'orders', dlq: { name: 'orders-dlq', maxReceives: 5 } },
    { name: 'orders-dlq', visible: messages },
  ]);
  const server = await serve(wrap(awsHandler(store)), clock);
  await using acting = await openActing('aws', 'aws', {
    endpoint: server.url,
    region: 'eu-central-1',
    credentials: { accessKeyId: 'AKIAEXAMPLE', secretAccessKey: 'a-secret-of-the-test' },
  });
  const runbook: Runbook = {
    ...{ id: operation, title: operation, covers: [], params: [], diagnose: [] },
    act: [{ id: 'a1', title: operation, use: `aws.${operation}`, with: { queue: 'orders-dlq', ...params } }],
    verify: verifyOf(operation, withinMs),
    position: { file: 'p.yaml', line: 1, col: 1 },
  };
  try {
    return { store, ended: (await acting.run(runbook)).ended };
  } finally {
    await server.close();
  }
};

test.concurrent('a purge has recovered when the queue has no messages', async () => {
  const { ended } = await runAction('purge', {}, undefined, longMs);
  expect(ended).toMatchObject({ ending: 'recovered' });
});

test.concurrent('a purge that SQS has accepted, but that deletes nothing, has not recovered', async () => {
  const accepting: (handler: Handler) => Handler = (handler) => (ask) =>
    ask.target === 'AmazonSQS.PurgeQueue' ? { status: 200 } : handler(ask);
  const { ended } = await runAction('purge', {}, accepting);
  expect(ended).toMatchObject({ ending: 'executed-not-recovered' });
  expect(ended.why).toContain('total 3');
});

test.concurrent('a redrive has recovered when its own task has completed and the queue is shorter', async () => {
  const { ended, store } = await runAction('redrive', { perSecond: 100 }, undefined, longMs);
  expect(ended).toMatchObject({ ending: 'recovered' });
  expect(store.queue('orders')?.visible).toHaveLength(3);
});

test.concurrent('a redrive whose messages fail again at once has not recovered', async () => {
  const returning: (handler: Handler) => Handler = (handler) => (ask) => {
    const answer = handler(ask);
    if (answer === 'cut' || ask.target !== 'AmazonSQS.GetQueueAttributes') return answer;
    const text = JSON.stringify(answer.json).replaceAll(
      '"ApproximateNumberOfMessages":"0"',
      '"ApproximateNumberOfMessages":"3"',
    );
    return { ...answer, json: JSON.parse(text) };
  };
  const { ended } = await runAction('redrive', {}, returning);
  expect(ended).toMatchObject({ ending: 'executed-not-recovered' });
  expect(ended.why).toContain('fewer messages than before');
});

test.concurrent('a redrive that is still running at the deadline has not recovered', async () => {
  const { ended } = await runAction('redrive', { perSecond: 1 }, undefined, shortMs, 1000);
  expect(ended).toMatchObject({ ending: 'executed-not-recovered' });
  expect(ended.why).toContain('RUNNING');
});
