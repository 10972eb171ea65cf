import {
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  ListMessageMoveTasksCommand,
  ListQueuesCommand,
} from '@aws-sdk/client-sqs';
import { GetCallerIdentityCommand } from '@aws-sdk/client-sts';
import type { Transport } from '../../platform/transport.ts';
import { WireError } from '../../platform/wire-error.ts';
import type { AwsReader, AwsTarget, MoveTask } from './aws-types.ts';
import { openSdkClients } from './clients.ts';

/** The actions of reads. Source: AWS, Service Authorization Reference, access levels List and Read. */
const readActions: ReadonlySet<string> = new Set([
  'AmazonSQS.ListQueues',
  'AmazonSQS.GetQueueUrl',
  'AmazonSQS.GetQueueAttributes',
  'AmazonSQS.ListMessageMoveTasks',
  'GetCallerIdentity',
]);

/** The largest page of ListQueues. */
const pageSize = 1000;

const required = <T>(value: T | undefined, name: string): T => {
  if (value === undefined) throw new WireError('malformed', `the response has no ${name}`);
  return value;
};

/** Opens the reading client. Contacts nothing yet. */
export const openAwsReader = (transport: Transport, target: AwsTarget): AwsReader => {
  const { sqs, sts, run, close } = openSdkClients(transport, target, (action) => readActions.has(action));
  return {
    queueUrls: async (prefix, most, signal) => {
      const urls: string[] = [];
      let next: string | undefined;
      do {
        const page = new ListQueuesCommand({
          MaxResults: pageSize,
          ...(prefix === '' ? {} : { QueueNamePrefix: prefix }),
          ...(next === undefined ? {} : { NextToken: next }),
        });
        const { QueueUrls = [], NextToken } = await run(signal, (options) => sqs.send(page, options));
        urls.push(...QueueUrls);
        next = NextToken;
      } while (next !== undefined && urls.length <= most);
      return urls;
    },
    queueUrl: async (name, account, signal) => {
      const ask = new GetQueueUrlCommand({
        QueueName: name,
        ...(account === undefined ? {} : { QueueOwnerAWSAccountId: account }),
      });
      const { QueueUrl } = await run(signal, (options) => sqs.send(ask, options));
      return required(QueueUrl, 'QueueUrl');
    },
    attributes: async (url, signal) => {
      const ask = new GetQueueAttributesCommand({ QueueUrl: url, AttributeNames: ['All'] });
      const { Attributes } = await run(signal, (options) => sqs.send(ask, options));
      return required(Attributes, 'Attributes');
    },
    moveTasks: async (sourceArn, signal) => {
      const ask = new ListMessageMoveTasksCommand({ SourceArn: sourceArn, MaxResults: 10 });
      const { Results = [] } = await run(signal, (options) => sqs.send(ask, options));
      return Results.map(
        (task): MoveTask => ({
          status: task.Status ?? 'unknown',
          sourceArn: task.SourceArn ?? sourceArn,
          ...(task.TaskHandle === undefined ? {} : { handle: task.TaskHandle }),
          ...(task.DestinationArn === undefined ? {} : { destinationArn: task.DestinationArn }),
          ...(task.ApproximateNumberOfMessagesMoved === undefined
            ? {}
            : { moved: task.ApproximateNumberOfMessagesMoved }),
          ...(task.ApproximateNumberOfMessagesToMove === undefined
            ? {}
            : { toMove: task.ApproximateNumberOfMessagesToMove }),
          ...(task.FailureReason === undefined ? {} : { failure: task.FailureReason }),
        }),
      );
    },
    identity: async (signal) => {
      const { Account, Arn } = await run(signal, (options) =>
        sts.send(new GetCallerIdentityCommand({}), options),
      );
      return { account: required(Account, 'Account'), arn: required(Arn, 'Arn') };
    },
    close: async () => close(),
  };
};
