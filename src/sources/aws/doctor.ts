import type { Finding, SignalRequest } from '../source.ts';
import { awsReadSchema } from './config.ts';
import type { AwsContext } from './context.ts';
import { createQueueReader } from './queues/read-queues.ts';

/** The permissions of a read-only role. */
const leastReadActions = ['sqs:ListQueues', 'sqs:GetQueueUrl', 'sqs:GetQueueAttributes'] as const;

/** Examines the source: the identity of the credentials, and every queue that the profile reads. */
export const examine = async (
  context: AwsContext,
  signals: readonly SignalRequest[],
  signal: AbortSignal,
): Promise<readonly Finding[]> => {
  const { source, reader, fault, place } = context;
  const failed = (call: string, error: unknown): Finding => {
    const { message, remedy } = fault(call, error);
    return { source, ok: false, what: message, ...(remedy === undefined ? {} : { remedy }) };
  };
  const identity = reader.identity(signal).then(
    ({ account, arn }): Finding => ({ source, ok: true, what: `account ${account} as ${arn} at ${place}` }),
    (error: unknown) => failed('STS GetCallerIdentity', error),
  );
  const queues = async (): Promise<readonly Finding[]> => {
    try {
      const { queues: found, faults } = await createQueueReader(context)(signal);
      const names = new Set(found.map(({ name }) => name));
      const unknown = signals.flatMap(({ id, read }): readonly Finding[] => {
        const [name = ''] = Object.values(awsReadSchema.parse(read));
        return names.has(name) ? [] : [{ source, ok: false, what: `signal ${id}: no queue ${name}` }];
      });
      return [
        found.length === 0
          ? { source, ok: false, what: 'no queue matches', remedy: 'check region and queues' }
          : { source, ok: true, what: `${found.length} queues, with ${leastReadActions.join(', ')}` },
        ...faults.map(
          ({ message, remedy }): Finding => ({
            source,
            ok: false,
            what: message,
            ...(remedy === undefined ? {} : { remedy }),
          }),
        ),
        ...unknown,
      ];
    } catch (error) {
      return [failed('SQS ListQueues', error)];
    }
  };
  const [who, all] = await Promise.all([identity, queues()]);
  return [who, ...all];
};
