import { z } from 'zod';
import type { SqsChange } from '../../clients/aws/aws-types.ts';
import { sqsChanges } from '../../clients/aws/changing.ts';
import {
  type ActEvent,
  notApplicable,
  type Plan,
  PlanError,
  type TargetDrift,
} from '../../domain/operation.ts';
import type { ChangeIo } from '../../doors/io.ts';
import type { Queue } from '../../kinds/queues/fact.ts';
import { ChangeError } from '../../platform/to-fault.ts';
import { declareOperation, defineOperation } from '../define-operation.ts';
import type { AwsContext } from './context.ts';
import { parseQueueArn, queueNumbers } from './queue-attributes.ts';

const zQueue = z
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

const readQueue = async (
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

const readForPlan = async (context: AwsContext, name: string, signal: AbortSignal): Promise<PlannedQueue> => {
  try {
    return await readQueue(context, name, signal);
  } catch (error) {
    throw new PlanError('failed', context.fault(`SQS GetQueueAttributes ${name}`, error).message, {
      cause: error,
    });
  }
};

const countsText = ({ depth, inFlight, delayed }: Partial<Queue>): string =>
  `${depth ?? 'an unknown number of'} waiting, ${inFlight ?? 'an unknown number'} in flight, ${delayed ?? 'an unknown number'} delayed`;

const targetOf = ({ place }: AwsContext, name: string, { arn, saw }: PlannedQueue) => ({
  name,
  uid: arn,
  saw,
  where: place,
});

const queueDrift = async (
  context: AwsContext,
  { targets: [target] }: Pick<Plan, 'targets'>,
  signal: AbortSignal,
): Promise<TargetDrift | undefined> => {
  if (target === undefined) return undefined;
  const { arn, saw } = await readQueue(context, target.name, signal);
  if (arn !== target.uid) return { target: target.name, planned: target.uid, found: arn };
  return saw === target.saw ? undefined : { target: target.name, planned: target.saw, found: saw };
};

/** Sends the change of a plan and reports its result. */
async function* applyChange(
  { target, fault }: AwsContext,
  { calls }: Pick<Plan, 'calls'>,
  change: ChangeIo,
  what: SqsChange,
  signal: AbortSignal,
): AsyncGenerator<ActEvent> {
  const line = calls[0]?.line ?? what.is;
  yield { is: 'call', line };
  try {
    const { messageId } = await change.call(sqsChanges, target, what, signal);
    yield {
      is: 'answered',
      line,
      status: messageId === undefined ? 'done' : `message ${messageId}`,
      ok: true,
    };
  } catch (error) {
    const { message } = fault(line, error);
    const isDoubtful = !(error instanceof ChangeError);
    const status = isDoubtful ? `${message}; the request may have taken effect anyway` : message;
    yield { is: 'answered', line, status, ok: false };
  }
}

/** `send`: sends one message. Source: AWS, SQS API Reference, SendMessage. */
const sendOperation = defineOperation(
  declareOperation({
    name: 'send',
    danger: 'safe',
    params: z.strictObject({
      queue: zQueue,
      body: z.string().min(1).max(65_536).meta({ description: 'message body' }),
      group: z
        .string()
        .min(1)
        .meta({ description: 'message group and deduplication id; required for a FIFO queue' })
        .exactOptional(),
    }),
    bindingRules: { body: 'document' },
  }),
  (context: AwsContext) => ({
    plan: async ({ queue, body, group }, signal) => {
      const read = await readForPlan(context, queue, signal);
      if (read.numbers.isFifo === true && group === undefined)
        throw notApplicable(`${queue} is a FIFO queue: specify group`);
      return {
        targets: [targetOf(context, queue, read)],
        calls: [{ line: `SQS SendMessage ${queue}`, body, target: 0 }],
        objects: [`${queue}: ${countsText(read.numbers)}; one message more`],
        lost: 'a sent message cannot be recalled',
        earlier: read.url,
      };
    },
    recheck: (plan, signal) => queueDrift(context, plan, signal),
    act: async function* (plan, change, signal) {
      const { body, group } = plan.params;
      const fifo = group === undefined ? {} : { group, deduplication: group };
      yield* applyChange(
        context,
        plan,
        change,
        { is: 'send', url: String(plan.earlier), body, ...fifo },
        signal,
      );
    },
  }),
);

/** `purge`: deletes all messages of a queue. Source: AWS, SQS API Reference, PurgeQueue. */
const purgeOperation = defineOperation(
  declareOperation({ name: 'purge', danger: 'destructive', params: z.strictObject({ queue: zQueue }) }),
  (context: AwsContext) => ({
    plan: async ({ queue }, signal) => {
      const read = await readForPlan(context, queue, signal);
      return {
        targets: [targetOf(context, queue, read)],
        calls: [{ line: `SQS PurgeQueue ${queue}`, target: 0 }],
        objects: [`${queue}: ${countsText(read.numbers)}`],
        lost: `all messages of ${queue}, also those in flight and delayed, and those that arrive within 60 s: SQS cannot restore them`,
        earlier: read.url,
      };
    },
    recheck: (plan, signal) => queueDrift(context, plan, signal),
    act: async function* (plan, change, signal) {
      yield* applyChange(context, plan, change, { is: 'purge', url: String(plan.earlier) }, signal);
    },
  }),
);

/** `redrive`: moves all messages of a dead-letter queue back to their queues. Source: AWS, StartMessageMoveTask. */
const redriveOperation = defineOperation(
  declareOperation({
    name: 'redrive',
    danger: 'disruptive',
    params: z.strictObject({
      queue: zQueue.meta({ description: 'dead-letter queue' }),
      perSecond: z
        .int()
        .min(1)
        .max(500)
        .meta({ description: 'maximum messages per second; default: chosen by SQS' })
        .exactOptional(),
    }),
  }),
  (context: AwsContext) => ({
    plan: async ({ queue, perSecond }, signal) => {
      const read = await readForPlan(context, queue, signal);
      if (read.numbers.depth === 0) throw notApplicable(`${queue} has no messages that can be moved`);
      const tasks = await context.reader.moveTasks(read.arn, signal).catch((error: unknown) => {
        throw new PlanError('failed', context.fault(`SQS ListMessageMoveTasks ${queue}`, error).message, {
          cause: error,
        });
      });
      if (tasks.some(({ status }) => status === 'RUNNING'))
        throw notApplicable(`a redrive of ${queue} is already running`);
      const pace = perSecond === undefined ? '' : `, at most ${perSecond} per second`;
      return {
        targets: [targetOf(context, queue, read)],
        calls: [{ line: `SQS StartMessageMoveTask ${queue}${pace}`, target: 0 }],
        objects: [`${queue}: ${countsText(read.numbers)}; they move back to the queues that they came from`],
        lost: 'moved messages keep no record of their move: consumers process them again, and messages that fail return',
        earlier: read.arn,
      };
    },
    recheck: (plan, signal) => queueDrift(context, plan, signal),
    act: async function* (plan, change, signal) {
      const { perSecond } = plan.params;
      const pace = perSecond === undefined ? {} : { perSecond };
      const what: SqsChange = { is: 'redrive', from: String(plan.earlier), ...pace };
      if (parseQueueArn(what.from) === undefined) throw new Error(`${what.from} is not the ARN of a queue`);
      yield* applyChange(context, plan, change, what, signal);
    },
  }),
);

/** The operations of the source. */
export const awsOperations = [sendOperation, purgeOperation, redriveOperation];
