import { createHash } from 'node:crypto';
import { defined } from '../../../domain/base/defined.ts';
import { type QueueStore, type SimulatedQueue, simulatedAccount } from '../../model/spec/queue-store.ts';
import { type AwsActions, awsFailure, awsReply, bodyText, emptyReply } from './reply.ts';

const noQueue = awsFailure(
  400,
  'QueueDoesNotExist',
  'The specified queue does not exist.',
  'AWS.SimpleQueueService.NonExistentQueue',
);

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

const readActions = (store: QueueStore): AwsActions => ({
  ListQueues: (body, { host }) => {
    const names = store.names(bodyText(body, 'QueueNamePrefix'));
    const size = typeof body.MaxResults === 'number' ? body.MaxResults : 1000;
    const from = Number(bodyText(body, 'NextToken') === '' ? 0 : bodyText(body, 'NextToken'));
    const page = names.slice(from, from + size);
    return awsReply({
      QueueUrls: page.map((name) => urlOf(host, name)),
      ...(from + size < names.length ? { NextToken: String(from + size) } : {}),
    });
  },
  GetQueueUrl: (body, { host }) => {
    const queue = store.queue(bodyText(body, 'QueueName'));
    return queue === undefined ? noQueue : awsReply({ QueueUrl: urlOf(host, queue.name) });
  },
  GetQueueAttributes: (body) => {
    const queue = store.queue(nameOf(bodyText(body, 'QueueUrl')));
    return queue === undefined ? noQueue : awsReply({ Attributes: attributesOf(queue, store) });
  },
});

const noResource = awsFailure(
  404,
  'ResourceNotFoundException',
  'The resource that you specified does not exist.',
);

const taskRunning = awsFailure(
  400,
  'InvalidParameterValue',
  'There is already a task running. Only one active task is allowed for a source queue arn at a given time.',
);

/** Changes. The simulator purges at once, where SQS takes up to a minute. */
const changeActions = (store: QueueStore): AwsActions => {
  const byArn = (arn: string): SimulatedQueue | undefined => store.queue(arn.split(':').at(-1) ?? '');
  return {
    SendMessage: (body) => {
      const written = bodyText(body, 'MessageBody');
      const message = store.send(nameOf(bodyText(body, 'QueueUrl')), written);
      if (message === undefined) return noQueue;
      const md5 = createHash('md5').update(written).digest('hex');
      return awsReply({ MessageId: message.id, MD5OfMessageBody: md5 });
    },
    CreateQueue: (body, { host }) => {
      const name = bodyText(body, 'QueueName');
      if (store.queue(name) === undefined) store.create({ name });
      return awsReply({ QueueUrl: urlOf(host, name) });
    },
    PurgeQueue: (body) => {
      const queue = store.queue(nameOf(bodyText(body, 'QueueUrl')));
      if (queue === undefined) return noQueue;
      store.purge(queue);
      return emptyReply;
    },
    StartMessageMoveTask: (body) => {
      const queue = byArn(bodyText(body, 'SourceArn'));
      if (queue === undefined) return noResource;
      store.advance();
      if (store.moves(queue.arn).some(({ status }) => status === 'RUNNING')) return taskRunning;
      const rate = body.MaxNumberOfMessagesPerSecond;
      const handle = store.redrive(queue, typeof rate === 'number' ? rate : undefined);
      return handle === undefined
        ? awsFailure(400, 'InvalidParameterValue', 'Source queue must be configured as a Dead Letter Queue.')
        : awsReply({ TaskHandle: handle });
    },
    CancelMessageMoveTask: (body) => {
      const moved = store.cancel(bodyText(body, 'TaskHandle'));
      return moved === undefined ? noResource : awsReply({ ApproximateNumberOfMessagesMoved: moved });
    },
    ListMessageMoveTasks: (body) => {
      const arn = bodyText(body, 'SourceArn');
      if (byArn(arn) === undefined) return noResource;
      return awsReply({
        Results: store.moves(arn).map(({ at, moved, total, status, handle, perSecond }) => ({
          Status: status,
          SourceArn: arn,
          ApproximateNumberOfMessagesMoved: moved,
          ApproximateNumberOfMessagesToMove: total,
          StartedTimestamp: at,
          ...(status === 'RUNNING' ? { TaskHandle: handle } : {}),
          ...defined({ MaxNumberOfMessagesPerSecond: perSecond }),
        })),
      });
    },
  };
};

/** SQS in AWS JSON 1.0. Source: AWS, SQS API Reference. */
export const sqsActions = (store: QueueStore): AwsActions => ({
  ...readActions(store),
  ...changeActions(store),
});
