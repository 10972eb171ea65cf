import { describe, expect, test, vi } from 'vitest';
import { openReadIo } from '../../../src/doors/read-io.ts';
import { QueueStore } from '../../../src/simulator/model/spec/queue-store.ts';
import { awsHandler } from '../../../src/simulator/servers/aws/api.ts';
import { type Handler, serve } from '../../../src/simulator/servers/http/http-server.ts';
import { parseQueueArn } from '../../../src/sources/aws/account/queue-arn.ts';
import { aws } from '../../../src/sources/aws/index.ts';
import { principalText } from '../../../src/sources/aws/open.ts';
import { parseRedrivePolicy, queueNumbers } from '../../../src/sources/aws/queues/attributes.ts';
import { longTest } from '../../support/layer.ts';
import { manualClock } from '../../support/manual-clock.ts';
import { openAccount } from './support.ts';

const { signal } = new AbortController();

const opened = async (
  store: QueueStore,
  config: object = {},
  wrap: (handler: Handler) => Handler = (handler) => handler,
) => {
  const clock = manualClock();
  const questions: string[] = [];
  const server = await serve(wrap(awsHandler(store, (action) => questions.push(action))), clock);
  const source = await aws.open(
    {
      id: 'aws',
      env: 'test',
      signals: [],
      config: aws.config.parse({
        endpoint: server.url,
        region: 'eu-central-1',
        credentials: { accessKeyId: 'AKIAEXAMPLE', secretAccessKey: 'a-secret-of-the-test' },
        ...config,
      }),
    },
    openReadIo(clock),
  );
  const [feed] = source.feeds;
  if (feed === undefined) throw new Error('the source has no feed');
  return {
    asked: questions,
    source,
    read: () => feed.read(signal),
    [Symbol.asyncDispose]: async () => {
      await source.close();
      await server.close();
    },
  };
};

const store = (queues: ConstructorParameters<typeof QueueStore>[1]) => new QueueStore(manualClock(), queues);

/** A handler that denies an action on queues whose request mentions a text, as IAM does. */
const denying =
  (action: string, mentioning: string) =>
  (handler: Handler): Handler =>
  (ask) =>
    ask.target === `AmazonSQS.${action}` && ask.body.includes(mentioning)
      ? {
          status: 403,
          json: {
            __type: 'com.amazon.coral.service#AccessDeniedException',
            message: `User: arn:aws:sts::123456789012:assumed-role/ops/ana is not authorized to perform: sqs:${action.toLowerCase()} on resource: arn:aws:sqs:eu-central-1:123456789012:${mentioning} because no identity-based policy allows the sqs:${action.toLowerCase()} action`,
          },
        }
      : handler(ask);

describe('queues of SQS', () => {
  test('a dead-letter queue outside the configured names is read too', async () => {
    const given = store([
      { name: 'orders', visible: 1, dlq: { name: 'failed', maxReceives: 3 } },
      { name: 'failed', visible: 4 },
      { name: 'other' },
    ]);
    await using it = await opened(given, { queues: ['orders'] });
    const { items, faults } = await it.read();
    expect(faults).toEqual([]);
    expect(items).toMatchObject([
      { name: 'failed', kind: 'dlq', depth: 4, deadLettersOf: ['orders'] },
      { name: 'orders', kind: 'sqs', depth: 1, dlq: 'failed', dlqDepth: 4, maxReceives: 3 },
    ]);
    await it.read();
    expect(it.asked.filter((action) => action === 'GetQueueUrl')).toHaveLength(2);
  });

  test('the SDK changes no config, and prints nothing on the terminal', async () => {
    const printed = vi.spyOn(console, 'warn');
    const credentials = { accessKeyId: 'AKIAEXAMPLE', secretAccessKey: 'a-secret-of-the-test' };
    await using it = await opened(store([{ name: 'orders' }]), { credentials: Object.freeze(credentials) });
    expect((await it.read()).faults).toEqual([]);
    await it.source.doctor?.(signal);
    expect(printed).not.toHaveBeenCalled();
    printed.mockRestore();
  });

  longTest('pages of queues are followed; more than the maximum is a fault', async () => {
    const given = store(Array.from({ length: 1200 }, (_, index) => ({ name: `q-${index}` })));
    await using all = await opened(given, { limit: 1000 });
    const { items, faults } = await all.read();
    expect(items).toHaveLength(1000);
    expect(faults.map(({ message }) => message).join()).toContain('more than 1000 queues match');
    expect(all.asked.filter((action) => action === 'ListQueues')).toHaveLength(2);
  });

  test('a signal about a queue that is not configured is unknown, with the reason', async () => {
    await using it = await openAccount({
      queues: [{ name: 'orders' }],
      signals: [{ id: 'orders', read: { depth: 'orders' } }],
    });
    const reading = await it.read('queues');
    expect(reading).toMatchObject({
      items: [],
      faults: [],
      samples: [{ why: 'no queue is called orders: check the name and the region' }],
    });
  });

  test('a queue that may not be read has no numbers, and the fault names the action to allow', async () => {
    const given = store([
      { name: 'orders', visible: 2 },
      { name: 'secret', visible: 9 },
    ]);
    await using it = await opened(given, {}, denying('GetQueueAttributes', 'secret'));
    const { items, faults } = await it.read();
    expect(
      items.map((item) => ['name' in item && item.name, 'depth' in item ? item.depth : undefined]),
    ).toEqual([
      ['orders', 2],
      ['secret', undefined],
    ]);
    expect(faults).toMatchObject([
      { kind: 'denied', remedy: 'allow the role sqs:getqueueattributes on this resource' },
    ]);
  });

  test('doctor shows account and role, and names each denied action', async () => {
    const given = store([{ name: 'orders' }]);
    await using it = await opened(given);
    const findings = (await it.source.doctor?.(signal)) ?? [];
    expect(findings.map(({ ok }) => ok)).toEqual([true, true]);
    expect(findings[0]?.what).toContain('account 123456789012 as arn:aws:sts::');
    await using refused = await opened(given, {}, denying('ListQueues', ''));
    expect(await refused.source.doctor?.(signal)).toMatchObject([
      { ok: true },
      { ok: false, remedy: 'allow the role sqs:listqueues on this resource' },
    ]);
  });

  test('a named queue that does not exist is a fault, and hides no other', async () => {
    await using it = await opened(store([{ name: 'orders' }]), { queues: ['orders', 'gone'] });
    const { items, faults } = await it.read();
    expect(items).toMatchObject([{ name: 'orders' }]);
    expect(faults).toMatchObject([{ kind: 'missing' }]);
    expect(faults[0]?.message).toContain('SQS GetQueueUrl gone');
  });

  test.each([
    ['ThrottlingException', 'throttled'],
    ['RequestThrottled', 'throttled'],
    ['InvalidClientTokenId', 'denied'],
    ['ExpiredToken', 'denied'],
    ['KmsAccessDenied', 'denied'],
    ['InvalidAddress', 'malformed'],
  ])('%s is %s', async (code, kind) => {
    const refuse = (): Handler => () => ({
      status: 400,
      json: { __type: `com.amazonaws.sqs#${code}`, message: 'no' },
    });
    await using it = await opened(store([]), {}, refuse);
    expect((await it.read()).faults).toMatchObject([{ kind }]);
  });
});

describe('attributes', () => {
  test('a count that is absent or no number is absent', () => {
    expect(
      queueNumbers({ ApproximateNumberOfMessages: '-1', ApproximateNumberOfMessagesDelayed: 'x' }),
    ).toEqual({
      isFifo: false,
    });
    expect(queueNumbers({ ApproximateNumberOfMessages: '0', FifoQueue: 'true' })).toEqual({
      depth: 0,
      isFifo: true,
    });
  });

  test('a redrive policy may write its number as text', () => {
    const policy = (written: string) => parseRedrivePolicy({ RedrivePolicy: written });
    expect(policy('{"deadLetterTargetArn":"arn:aws:sqs:eu-central-1:1:d","maxReceiveCount":"4"}')).toEqual({
      arn: 'arn:aws:sqs:eu-central-1:1:d',
      maxReceives: 4,
    });
    expect(policy('{"deadLetterTargetArn":7}')).toBeUndefined();
    expect(policy('{')).toBeUndefined();
    expect(parseRedrivePolicy({})).toBeUndefined();
  });

  test('only ARNs of queues are parsed, of any partition', () => {
    expect(parseQueueArn('arn:aws-cn:sqs:cn-north-1:12:orders.fifo')).toEqual({
      partition: 'aws-cn',
      region: 'cn-north-1',
      account: '12',
      name: 'orders.fifo',
    });
    expect(parseQueueArn('arn:aws:sns:eu-central-1:12:orders')).toBeUndefined();
  });
});

test.each([
  ['arn:aws:sts::123456789012:assumed-role/ops/ana', '*9012/ops'],
  ['arn:aws:iam::123456789012:user/teams/ana', '*9012/ana'],
  ['arn:aws:iam::123456789012:root', '*9012/root'],
])('the header shows %s as %s', (arn, text) => {
  expect(principalText({ account: '123456789012', arn })).toBe(text);
});
