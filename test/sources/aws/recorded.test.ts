import { describe, expect, test } from 'vitest';
import type { Plan } from '../../../src/domain/runbooks/operation.ts';
import { aws } from '../../../src/sources/aws/index.ts';
import { awsScenarios } from '../../replay/aws-scenarios.ts';
import { type Played, play } from '../../replay/open-through.ts';
import { httpRecording } from '../../replay/recording.ts';
import type { Replay } from '../../replay/replay-frames.ts';
import { replayHttp } from '../../replay/replay-http.ts';
import { longTest } from '../../support/layer.ts';

interface Replayed extends Played {
  readonly replay: Replay;
  readonly at: number;
}

/** Replays a scenario recorded from moto. */
const replayed = async (name: string): Promise<Replayed> => {
  const scenario = awsScenarios.find((awsScenario) => awsScenario.name === name);
  if (scenario === undefined) throw new Error(`no scenario ${name}`);
  const recording = httpRecording(`moto-5.2/${name}`);
  const replay = replayHttp(recording);
  const played = await play(aws, scenario, { dial: replay.dial, at: recording.at });
  return { ...played, replay, at: Date.parse(recording.at) };
};

const itemsOf = ({ batches }: Played) => batches.flatMap(({ items }) => items);
const faultsOf = ({ batches }: Played) =>
  batches.flatMap(({ faults }) => faults.map(({ kind, message }) => `${kind}: ${message}`));

describe('responses of moto 5.2', () => {
  test.each(awsScenarios)('$name: every request sent is a recorded one', async ({ name }) => {
    const { replay } = await replayed(name);
    expect(replay.differences()).toEqual([]);
  });

  test('queues: counts, the redrive policy, and signals; missing move tasks hide nothing', async () => {
    const played = await replayed('queues');
    expect(itemsOf(played)).toMatchObject([
      { name: 'billing', depth: 0, inFlight: 0, delayed: 0, deadLettersOf: [] },
      { name: 'orders', depth: 2, inFlight: 1, delayed: 1, dlq: 'orders-dlq', dlqDepth: 1, maxReceives: 5 },
      { name: 'orders-dlq', kind: 'dlq', depth: 1, deadLettersOf: ['orders'] },
    ]);
    const [batch] = played.batches;
    expect(batch?.samples?.map(({ signal, value }) => [signal, value])).toEqual([
      ['waiting', 2],
      ['flying', 1],
      ['later', 1],
    ]);
    expect(batch?.unavailable).toMatchObject([{ message: expect.stringContaining('ListMessageMoveTasks') }]);
    expect(faultsOf(played)).toEqual([]);
  });

  test('queues-missing: the queue that does not exist is a fault, the other one a row', async () => {
    const played = await replayed('queues-missing');
    expect(itemsOf(played)).toMatchObject([{ name: 'billing' }]);
    expect(faultsOf(played)).toEqual([
      'missing: SQS GetQueueUrl gone at http://aws.example:4566: QueueDoesNotExist: The specified queue does not exist.',
    ]);
  });

  test('alarms: those in state ALARM, with the severity of the first entry that matches', async () => {
    const played = await replayed('alarms');
    expect(itemsOf(played)).toMatchObject([
      {
        ...{ name: 'orders-slow', severity: 'critical', state: 'firing', summary: 'Too few orders' },
        labels: { namespace: 'Shop', metric: 'EventThroughput', Service: 'orders' },
      },
    ]);
  });

  test('metrics: the newest complete datapoint, its age, and none', async () => {
    const played = await replayed('metrics');
    const [value, age, none] = itemsOf(played);
    expect(value).toMatchObject({ signal: 'throughput', value: 500 });
    const minute = Math.floor((played.at - 3 * 60_000) / 60_000) * 60_000;
    expect(age).toMatchObject({ signal: 'age', value: (played.at - minute) / 1000 });
    expect(none).toMatchObject({
      why: 'CloudWatch has no datapoint of Shop Gone in the last 15m: check the metric and the dimensions',
    });
  });

  longTest('topics, functions and tables', async () => {
    expect(itemsOf(await replayed('topics'))).toMatchObject([
      { name: 'orders-events', kind: 'topic', subscriptions: 0, pendingSubscriptions: 0 },
    ]);
    const functions = await replayed('functions');
    expect(itemsOf(functions)).toMatchObject([
      {
        service: 'orders-api',
        status: 'up',
        components: expect.arrayContaining([{ name: 'reserved concurrency', status: '10' }]),
      },
      {
        service: 'orders-mail',
        status: 'up',
        components: expect.arrayContaining([{ name: 'reserved concurrency', status: 'none' }]),
      },
    ]);
    expect(faultsOf(functions)).toEqual([
      expect.stringMatching(/^missing: Lambda GetFunctionConfiguration gone at .*Function not found/),
    ]);
    const tables = await replayed('tables');
    expect(itemsOf(tables)).toMatchObject([
      {
        service: 'orders',
        status: 'up',
        components: expect.arrayContaining([expect.objectContaining({ status: 'ACTIVE' })]),
      },
    ]);
    expect(faultsOf(tables)).toEqual([expect.stringMatching(/^missing: DynamoDB DescribeTable gone /)]);
  });

  longTest('objects: number and size under a prefix, and a missing bucket', async () => {
    const played = await replayed('objects');
    expect(itemsOf(played)).toMatchObject([
      { signal: 'count', value: 2 },
      { signal: 'bytes', value: 30 },
    ]);
    expect(faultsOf(played)).toEqual([expect.stringMatching(/^missing: S3 .*gone-bucket.*NoSuchBucket/)]);
  });

  test('logs: the last two lines, with text beyond ASCII', async () => {
    const { logEvents } = await replayed('logs');
    expect(logEvents.map((event) => (event.is === 'line' ? event.text : event.is))).toEqual([
      'ERROR two ✓',
      'three',
    ]);
  });

  test('doctor: account and queues; another account is an identity mismatch', async () => {
    const { findings, identityFault } = await replayed('doctor');
    expect(findings.map(({ ok, what }) => [ok, what])).toEqual([
      [
        true,
        'logged in to account 123456789012 as arn:aws:sts::123456789012:user/moto at http://aws.example:4566',
      ],
      [true, '1 queue, with sqs:ListQueues, sqs:GetQueueUrl, sqs:GetQueueAttributes'],
    ]);
    expect(identityFault).toMatchObject({
      kind: 'wrong-system',
      message: expect.stringContaining('a different account: 123456789012, expected 999999999999'),
    });
  });

  test('plans: what they affect, the earlier values, and why others are not applicable', async () => {
    const { plans } = await replayed('plans');
    const shown = plans.map((plan) =>
      plan instanceof Error ? plan.message : `${plan.calls[0]?.line}: ${plan.objects.join('; ')}`,
    );
    expect(shown).toEqual([
      'SQS SendMessage orders: one message is added to orders, which has 2 messages waiting, 1 in flight, 1 delayed',
      'SQS PurgeQueue orders: orders: 2 messages waiting, 1 in flight, 1 delayed',
      expect.stringContaining('QueueDoesNotExist'),
      'CloudWatch SetAlarmState orders-slow OK: alarm orders-slow changes from ALARM to OK until the next evaluation',
      expect.stringContaining('CloudWatch has no alarm called gone'),
      'Lambda PutFunctionConcurrency orders-api 5: orders-api: reserved concurrency 10 → 5',
      'the reserved concurrency of orders-api is already 10, so there is nothing to change',
    ]);
    expect((plans[5] as Plan).earlier).toBe(10); // the line above has shown that it is a plan
  });
});
