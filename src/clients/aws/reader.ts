import {
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  ListMessageMoveTasksCommand,
  ListQueuesCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { defined } from '../../domain/base/defined.ts';
import type { Transport } from '../../platform/transport.ts';
import type { AwsReader, AwsTarget, MoveTask } from './aws-types.ts';
import { openSdkSession, required } from './clients.ts';

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

/** Opens the reading client. Contacts nothing yet. */
export const openAwsReader = (transport: Transport, target: AwsTarget): AwsReader => {
  const { config, run } = openSdkSession(transport, target, { allows: (action) => readActions.has(action) });
  const sqs = new SQSClient({ ...config, useQueueUrlAsEndpoint: false });
  const sts = new STSClient(config);
  return {
    queueUrls: async (prefix, most, signal) => {
      const urls: string[] = [];
      let next: string | undefined;
      do {
        const page = new ListQueuesCommand({
          MaxResults: pageSize,
          ...(prefix === '' ? {} : { QueueNamePrefix: prefix }),
          ...defined({ NextToken: next }),
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
        ...defined({ QueueOwnerAWSAccountId: account }),
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
          ...defined({
            handle: task.TaskHandle,
            destinationArn: task.DestinationArn,
            moved: task.ApproximateNumberOfMessagesMoved,
            toMove: task.ApproximateNumberOfMessagesToMove,
            startedAt: task.StartedTimestamp,
            failure: task.FailureReason,
          }),
        }),
      );
    },
    identity: async (signal) => {
      const { Account, Arn } = await run(signal, (options) =>
        sts.send(new GetCallerIdentityCommand({}), options),
      );
      return { account: required(Account, 'Account'), arn: required(Arn, 'Arn') };
    },
    close: async () => {
      sqs.destroy();
      sts.destroy();
    },
  };
};
