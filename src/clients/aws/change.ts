import { PurgeQueueCommand, SendMessageCommand, StartMessageMoveTaskCommand } from '@aws-sdk/client-sqs';
import type { FaultKind } from '../../domain/fault.ts';
import { ChangeError, RemediedError } from '../../platform/to-fault.ts';
import type { Transport } from '../../platform/transport.ts';
import { WireError } from '../../platform/wire-error.ts';
import type { AwsTarget, SqsChange, SqsChangeResult } from './aws-types.ts';
import { openSdkClients, type SdkClients } from './clients.ts';

/** The only action that each change may send. */
const actions: Readonly<Record<SqsChange['is'], string>> = {
  send: 'AmazonSQS.SendMessage',
  purge: 'AmazonSQS.PurgeQueue',
  redrive: 'AmazonSQS.StartMessageMoveTask',
};

/** Refusals of SQS or of the credentials: nothing was changed. */
const refusals: ReadonlySet<FaultKind> = new Set(['denied', 'missing', 'throttled', 'unconfigured']);

const execute = async (
  { sqs, run }: SdkClients,
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
            ...(group === undefined ? {} : { MessageGroupId: group }),
            ...(deduplication === undefined ? {} : { MessageDeduplicationId: deduplication }),
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
            ...(change.perSecond === undefined ? {} : { MaxNumberOfMessagesPerSecond: change.perSecond }),
          }),
          options,
        ),
      );
      return {};
  }
};

/** Sends one change and closes its clients. Throws WireError; a ChangeError if it was refused. */
export const changeSqs = async (
  transport: Transport,
  target: AwsTarget,
  change: SqsChange,
  signal: AbortSignal,
): Promise<SqsChangeResult> => {
  const clients = openSdkClients(transport, target, (action) => action === actions[change.is]);
  try {
    return await execute(clients, change, signal);
  } catch (error) {
    if (!(error instanceof WireError) || !(refusals.has(error.kind) || error.isUnsent)) throw error;
    const remedy = error instanceof RemediedError ? error.remedy : undefined;
    throw new ChangeError(error.kind, error.message, { outcome: 'nothing', remedy, cause: error });
  } finally {
    clients.close();
  }
};
