import {
  CancelMessageMoveTaskCommand,
  PurgeQueueCommand,
  SendMessageCommand,
  SQSClient,
  StartMessageMoveTaskCommand,
} from '@aws-sdk/client-sqs';
import { defined } from '../../domain/base/defined.ts';
import type { Transport } from '../../platform/transport.ts';
import type { AwsTarget, SqsChange, SqsChangeResult } from './aws-types.ts';
import { refusedChange } from './change-error.ts';
import { openSdkSession, type SdkSession } from './clients.ts';

/** The only action that each change may send. */
const actions: Readonly<Record<SqsChange['is'], string>> = {
  send: 'AmazonSQS.SendMessage',
  purge: 'AmazonSQS.PurgeQueue',
  redrive: 'AmazonSQS.StartMessageMoveTask',
  cancelRedrive: 'AmazonSQS.CancelMessageMoveTask',
};

const execute = async (
  sqs: SQSClient,
  run: SdkSession['run'],
  change: SqsChange,
  signal: AbortSignal,
): Promise<SqsChangeResult> => {
  switch (change.is) {
    case 'send': {
      const { url, body, group, deduplication } = change;
      const { MessageId } = await run(signal, (options) =>
        sqs.send(
          new SendMessageCommand({
            QueueUrl: url,
            MessageBody: body,
            ...defined({ MessageGroupId: group, MessageDeduplicationId: deduplication }),
          }),
          options,
        ),
      );
      return MessageId === undefined ? {} : { messageId: MessageId };
    }
    case 'purge':
      await run(signal, (options) => sqs.send(new PurgeQueueCommand({ QueueUrl: change.url }), options));
      return {};
    case 'redrive':
      await run(signal, (options) =>
        sqs.send(
          new StartMessageMoveTaskCommand({
            SourceArn: change.from,
            ...defined({ MaxNumberOfMessagesPerSecond: change.perSecond }),
          }),
          options,
        ),
      );
      return {};
    case 'cancelRedrive': {
      const { ApproximateNumberOfMessagesMoved: moved } = await run(signal, (options) =>
        sqs.send(new CancelMessageMoveTaskCommand({ TaskHandle: change.handle }), options),
      );
      return moved === undefined ? {} : { moved };
    }
  }
};

/** Sends one change and closes its client. Throws WireError; a ChangeError if it was refused. */
export const changeSqs = async (
  transport: Transport,
  target: AwsTarget,
  change: SqsChange,
  signal: AbortSignal,
): Promise<SqsChangeResult> => {
  const { config, run } = openSdkSession(transport, target, {
    allows: (action) => action === actions[change.is],
    mayBeEmpty: true,
  });
  const sqs = new SQSClient({ ...config, useQueueUrlAsEndpoint: false });
  try {
    return await execute(sqs, run, change, signal);
  } catch (error) {
    throw refusedChange(error);
  } finally {
    sqs.destroy();
  }
};
