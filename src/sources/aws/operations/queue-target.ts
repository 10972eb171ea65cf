import { z } from 'zod';
import type { SqsChange, SqsChangeResult } from '../../../clients/aws/aws-types.ts';
import { sqsChanges } from '../../../clients/aws/changing.ts';
import { formatCount } from '../../../domain/format.ts';
import { type ActEvent, type Plan, PlanError, type TargetDrift } from '../../../domain/operation.ts';
import type { ChangeIo } from '../../../doors/io.ts';
import type { Queue } from '../../../kinds/queues/fact.ts';
import { ChangeError } from '../../../platform/to-fault.ts';
import type { AwsContext } from '../context.ts';
import { queueNumbers } from '../queues/attributes.ts';

export const zQueue = z
  .string()
  .regex(/^[A-Za-z0-9_-]{1,80}(?:\.fifo)?$/, { error: 'a queue name has letters, digits, - and _' })
  .meta({ description: 'queue name' });

/** A queue as a plan reads it. */
interface PlannedQueue {
  readonly url: string;
  readonly arn: string;
  /** Its identity: a queue that was deleted and created again has a later time. */
  readonly saw: string;
  readonly numbers: Partial<Queue>;
}

/** Reads a queue by its name. Throws WireError. */
export const readQueue = async (
  { reader }: AwsContext,
  name: string,
  signal: AbortSignal,
): Promise<PlannedQueue> => {
  const url = await reader.queueUrl(name, undefined, signal);
  const attributes = await reader.attributes(url, signal);
  const arn = attributes.QueueArn ?? '';
  return {
    url,
    arn,
    saw: `created ${attributes.CreatedTimestamp ?? 'at an unknown time'}`,
    numbers: queueNumbers(attributes),
  };
};

export const planQueue = async (
  context: AwsContext,
  name: string,
  signal: AbortSignal,
): Promise<PlannedQueue> => {
  try {
    return await readQueue(context, name, signal);
  } catch (error) {
    throw new PlanError('failed', context.fault(`SQS GetQueueAttributes ${name}`, error).message, {
      cause: error,
    });
  }
};

/** '3 waiting, 0 in flight, 0 delayed' */
export const countsText = ({ depth, inFlight, delayed }: Partial<Queue>): string =>
  `${depth ?? 'an unknown number of'} waiting, ${inFlight ?? 'an unknown number'} in flight, ${delayed ?? 'an unknown number'} delayed`;

/** The target of a plan: the queue with its identity. */
export const targetOf = ({ place }: AwsContext, name: string, { arn, saw }: PlannedQueue) => ({
  name,
  uid: arn,
  saw,
  where: place,
});

/** The change of the planned queue; undefined without one. */
export const queueDrift = async (
  context: AwsContext,
  { targets: [target] }: Pick<Plan, 'targets'>,
  signal: AbortSignal,
): Promise<TargetDrift | undefined> => {
  if (target === undefined) return undefined;
  const { arn, saw } = await readQueue(context, target.name, signal);
  if (arn !== target.uid) return { target: target.name, planned: target.uid, found: arn };
  return saw === target.saw ? undefined : { target: target.name, planned: target.saw, found: saw };
};

/** The outcome of a change as text. */
const resultText = ({ messageId, moved }: SqsChangeResult): string =>
  messageId !== undefined
    ? `message ${messageId}`
    : moved !== undefined
      ? `canceled after ${formatCount(moved)} messages`
      : 'done';

/** Sends a change and reports its result: `status` is its text. `line`: the call as planned. */
export async function* reportChange(
  { fault }: Pick<AwsContext, 'fault'>,
  line: string,
  send: () => Promise<string>,
): AsyncGenerator<ActEvent> {
  yield { is: 'call', line };
  try {
    yield { is: 'answered', line, status: await send(), ok: true };
  } catch (error) {
    const { message } = fault(line, error);
    const isDoubtful = !(error instanceof ChangeError);
    const status = isDoubtful ? `${message}; the request may have taken effect anyway` : message;
    yield { is: 'answered', line, status, ok: false };
  }
}

/** Sends the change of a plan to a queue and reports its result. */
export const applyQueueChange = (
  context: AwsContext,
  { calls }: Pick<Plan, 'calls'>,
  change: ChangeIo,
  what: SqsChange,
  signal: AbortSignal,
): AsyncGenerator<ActEvent> =>
  reportChange(context, calls[0]?.line ?? what.is, async () =>
    resultText(await change.call(sqsChanges, context.target, what, signal)),
  );
