import { z } from 'zod';
import type { SqsChange, SqsChangeResult } from '../../../clients/aws/aws-types.ts';
import { sqsChanges } from '../../../clients/aws/changing.ts';
import type { ActEvent, Plan, TargetDrift } from '../../../domain/runbooks/operation.ts';
import { formatCount, isoTime } from '../../../domain/text/format.ts';
import type { ChangeIo } from '../../../doors/io.ts';
import type { Queue } from '../../../kinds/queues/fact.ts';
import { readForPlan } from '../../kit/operations/define-operation.ts';
import { type CallFailures, reportCall } from '../../kit/operations/report-call.ts';
import type { AwsContext } from '../account/context.ts';
import { queueNumbers } from '../queues/attributes.ts';

export const zQueue = z
  .string()
  .regex(/^[A-Za-z0-9_-]{1,80}(?:\.fifo)?$/, {
    error: 'this is not the name of a queue: use letters, digits, - and _',
  })
  .meta({ description: 'queue name' });

/** A queue as a plan reads it. */
interface PlannedQueue {
  readonly url: string;
  readonly arn: string;
  /** Its identity: a queue that was deleted and created again has a later time. */
  readonly saw: string;
  readonly numbers: Partial<Queue>;
}

/** 'created 2026-03-04T10:15:00.000Z'; SQS writes the time as seconds since the epoch. */
const createdText = (seconds: string | undefined): string => {
  if (seconds === undefined) return 'created at an unknown time';
  return /^\d{1,11}$/.test(seconds) ? `created ${isoTime(1000 * Number(seconds))}` : `created ${seconds}`;
};

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
    saw: createdText(attributes.CreatedTimestamp),
    numbers: queueNumbers(attributes),
  };
};

/** Reads a queue for a plan. Throws PlanError. */
export const planQueue = (context: AwsContext, name: string, signal: AbortSignal): Promise<PlannedQueue> =>
  readForPlan(context, `SQS GetQueueAttributes ${name}`, () => readQueue(context, name, signal));

/** '3 waiting, 0 in flight, 0 delayed' */
export const countsText = ({ depth, inFlight, delayed }: Partial<Queue>): string =>
  `${depth ?? 'an unknown number of'} messages waiting, ${inFlight ?? 'an unknown number'} in flight, ${delayed ?? 'an unknown number'} delayed`;

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
      ? `the redrive was canceled. Messages moved until then: ${formatCount(moved)}`
      : 'done';

/** Sends a change and reports its result: `send` returns its text. `line`: the call as planned. */
export async function* reportChange(
  { fault, place }: Pick<AwsContext, 'fault' | 'place'>,
  line: string,
  send: () => Promise<string>,
): AsyncGenerator<ActEvent> {
  const failures: CallFailures = { fault: (error) => fault(line, error), prefix: `${line} at ${place}: ` };
  yield* reportCall(line, failures, async () => ({ status: await send(), value: undefined }));
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
