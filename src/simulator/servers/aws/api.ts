import { createHash } from 'node:crypto';
import type { Handler, ParsedRequest, ServerReply } from '../http-server.ts';
import { type QueueStore, type SimulatedQueue, simulatedAccount } from './queue-store.ts';

type Body = Readonly<Record<string, unknown>>;

const jsonType = 'application/x-amz-json-1.0';
const reply = (json: unknown): ServerReply => ({ status: 200, json, type: jsonType });

/** An error of the JSON protocol. `query`: the code of the older query protocol, which SQS sends as a header. */
const failed = (status: number, code: string, message: string, query = code): ServerReply => ({
  status,
  json: { __type: `com.amazonaws.sqs#${code}`, message },
  type: jsonType,
  headers: { 'x-amzn-query-error': `${query};Sender` },
});

const noQueue = failed(
  400,
  'QueueDoesNotExist',
  'The specified queue does not exist.',
  'AWS.SimpleQueueService.NonExistentQueue',
);

const text = (body: Body, name: string): string => {
  const value = body[name];
  return typeof value === 'string' ? value : '';
};

const urlOf = (host: string, name: string): string => `http://${host}/${simulatedAccount}/${name}`;
const nameOf = (url: string): string => url.slice(url.lastIndexOf('/') + 1);

/** All attributes, in SQS's own spelling. Source: AWS, SQS API Reference, GetQueueAttributes. */
const attributesOf = (
  { arn, createdAt, visible, inFlight, delayed, dlq }: SimulatedQueue,
  of: QueueStore,
) => {
  const target = dlq === undefined ? undefined : of.queue(dlq.name);
  return {
    QueueArn: arn,
    ApproximateNumberOfMessages: String(visible.length),
    ApproximateNumberOfMessagesNotVisible: String(inFlight),
    ApproximateNumberOfMessagesDelayed: String(delayed),
    CreatedTimestamp: String(Math.floor(createdAt / 1000)),
    LastModifiedTimestamp: String(Math.floor(createdAt / 1000)),
    VisibilityTimeout: '30',
    MaximumMessageSize: '1048576',
    MessageRetentionPeriod: '345600',
    DelaySeconds: '0',
    ReceiveMessageWaitTimeSeconds: '0',
    SqsManagedSseEnabled: 'true',
    ...(dlq === undefined || target === undefined
      ? {}
      : {
          RedrivePolicy: JSON.stringify({
            deadLetterTargetArn: target.arn,
            maxReceiveCount: dlq.maxReceives,
          }),
        }),
  };
};

type Action = (body: Body, ask: ParsedRequest) => ServerReply;

const readActions = (store: QueueStore): Readonly<Record<string, Action>> => ({
  ListQueues: (body, { host }) => {
    const names = store.names(text(body, 'QueueNamePrefix'));
    const size = typeof body.MaxResults === 'number' ? body.MaxResults : 1000;
    const from = Number(text(body, 'NextToken') === '' ? 0 : text(body, 'NextToken'));
    const page = names.slice(from, from + size);
    return reply({
      QueueUrls: page.map((name) => urlOf(host, name)),
      ...(from + size < names.length ? { NextToken: String(from + size) } : {}),
    });
  },
  GetQueueUrl: (body, { host }) => {
    const queue = store.queue(text(body, 'QueueName'));
    return queue === undefined ? noQueue : reply({ QueueUrl: urlOf(host, queue.name) });
  },
  GetQueueAttributes: (body) => {
    const queue = store.queue(nameOf(text(body, 'QueueUrl')));
    return queue === undefined ? noQueue : reply({ Attributes: attributesOf(queue, store) });
  },
});

const noResource = failed(
  404,
  'ResourceNotFoundException',
  'The resource that you specified does not exist.',
);

/** Changes. The simulator purges at once, where SQS takes up to a minute. */
const changeActions = (store: QueueStore): Readonly<Record<string, Action>> => {
  const byArn = (arn: string): SimulatedQueue | undefined => store.queue(arn.split(':').at(-1) ?? '');
  return {
    SendMessage: (body) => {
      const written = text(body, 'MessageBody');
      const message = store.send(nameOf(text(body, 'QueueUrl')), written);
      if (message === undefined) return noQueue;
      const md5 = createHash('md5').update(written).digest('hex');
      return reply({ MessageId: message.id, MD5OfMessageBody: md5 });
    },
    PurgeQueue: (body) => {
      const queue = store.queue(nameOf(text(body, 'QueueUrl')));
      if (queue === undefined) return noQueue;
      store.purge(queue);
      return { status: 200, type: jsonType };
    },
    StartMessageMoveTask: (body) => {
      const queue = byArn(text(body, 'SourceArn'));
      if (queue === undefined) return noResource;
      const rate = body.MaxNumberOfMessagesPerSecond;
      const handle = store.redrive(queue, typeof rate === 'number' ? rate : undefined);
      return handle === undefined
        ? failed(400, 'InvalidParameterValue', 'Source queue must be configured as a Dead Letter Queue.')
        : reply({ TaskHandle: handle });
    },
    CancelMessageMoveTask: (body) => {
      const moved = store.cancel(text(body, 'TaskHandle'));
      return moved === undefined ? noResource : reply({ ApproximateNumberOfMessagesMoved: moved });
    },
    ListMessageMoveTasks: (body) => {
      const arn = text(body, 'SourceArn');
      if (byArn(arn) === undefined) return noResource;
      return reply({
        Results: store.moves(arn).map(({ at, moved, total, status, handle, perSecond }) => ({
          Status: status,
          SourceArn: arn,
          ApproximateNumberOfMessagesMoved: moved,
          ApproximateNumberOfMessagesToMove: total,
          StartedTimestamp: at,
          ...(status === 'RUNNING' ? { TaskHandle: handle } : {}),
          ...(perSecond === undefined ? {} : { MaxNumberOfMessagesPerSecond: perSecond }),
        })),
      });
    },
  };
};

/** STS in the query protocol: its responses are XML. Source: AWS, STS API Reference, GetCallerIdentity. */
const callerIdentity: ServerReply = {
  status: 200,
  type: 'text/xml',
  text: [
    '<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><GetCallerIdentityResult>',
    `<Arn>arn:aws:sts::${simulatedAccount}:assumed-role/opsdeck/simulator</Arn><UserId>AROAEXAMPLE:simulator</UserId>`,
    `<Account>${simulatedAccount}</Account></GetCallerIdentityResult>`,
    '<ResponseMetadata><RequestId>00000000-0000-4000-8000-000000000000</RequestId></ResponseMetadata></GetCallerIdentityResponse>',
  ].join(''),
};

const bodyOf = (written: string): Body | undefined => {
  try {
    const body: unknown = JSON.parse(written);
    return typeof body === 'object' && body !== null ? { ...body } : undefined;
  } catch {
    return undefined;
  }
};

/** The action that a request names: 'ListQueues', 'GetCallerIdentity', '' for none. */
const requestedAction = ({ target = '', body }: Pick<ParsedRequest, 'target' | 'body'>): string =>
  target === '' ? (new URLSearchParams(body).get('Action') ?? '') : target.replace(/^AmazonSQS\./, '');

/**
 * Handles SQS (AWS JSON 1.0) and STS at one address, as LocalStack does. Signatures are not verified. `seen`: called with
 * the action of each request.
 */
export const awsHandler = (store: QueueStore, seen: (action: string) => void = () => {}): Handler => {
  const actions = { ...readActions(store), ...changeActions(store) };
  return (ask) => {
    const action = requestedAction(ask);
    seen(action);
    store.advance();
    if (ask.method !== 'POST') return { status: 405, text: '' };
    if ((ask.target ?? '') === '')
      return action === 'GetCallerIdentity'
        ? callerIdentity
        : {
            status: 400,
            type: 'text/xml',
            text: `<ErrorResponse><Error><Type>Sender</Type><Code>InvalidAction</Code><Message>Could not find operation ${action}</Message></Error></ErrorResponse>`,
          };
    const body = bodyOf(ask.body);
    if (body === undefined)
      return failed(400, 'SerializationException', 'The request body is not valid JSON');
    return actions[action]?.(body, ask) ?? failed(400, 'UnknownOperationException', '');
  };
};
