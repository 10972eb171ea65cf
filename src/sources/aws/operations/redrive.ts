import { z } from 'zod';
import type { MoveTask, SqsChange } from '../../../clients/aws/aws-types.ts';
import { defined } from '../../../domain/base/defined.ts';
import type { GenericAction } from '../../../domain/runbooks/generic-action.ts';
import { type ActEvent, notApplicable } from '../../../domain/runbooks/operation.ts';
import { formatCount } from '../../../domain/text/format.ts';
import { declareOperation, defineOperation, readForPlan } from '../../kit/operations/define-operation.ts';
import { defineReadOperation } from '../../kit/operations/read-operation.ts';
import type { AwsContext } from '../account/context.ts';
import { isMoving, moveText } from '../queues/move-tasks.ts';
import {
  applyQueueChange,
  countsText,
  planQueue,
  queueDrift,
  readQueue,
  targetOf,
  zQueue,
} from './queue-target.ts';

/** Maximum duration of a redrive that the verification waits for. */
const redriveWithinMs = 60 * 60_000;
const cancelWithinMs = 2 * 60_000;
const maxPerSecond = 500;

const zDeadLetterQueue = zQueue.meta({ description: 'dead-letter queue' });

const queueChoice = {
  name: 'queue',
  type: 'choice',
  from: 'queues.name',
  title: 'Dead-letter queue',
} as const;

const redriveAction: GenericAction = {
  id: 'redrive-queue',
  verb: 'redrive',
  title: 'Redrive dead-letter queue',
  step: 'Redrive ${param.queue}, at most ${param.rate} messages per second',
  on: 'queues',
  where: 'kind = dlq',
  params: [
    queueChoice,
    {
      name: 'rate',
      type: 'int',
      min: 1,
      max: maxPerSecond,
      default: maxPerSecond,
      title: 'Maximum number of messages to move per second',
    },
  ],
  with: { queue: '${param.queue}', perSecond: '${param.rate}' },
  verify: [
    {
      id: 'v1',
      title: 'The redrive has completed',
      use: 'moveTask',
      with: { queue: '${param.queue}' },
      expect: { json: { status: 'COMPLETED' }, path: 'task', change: 'any' },
      withinMs: redriveWithinMs,
      forMs: 0,
    },
    {
      id: 'v2',
      title: 'The dead-letter queue has fewer messages than before',
      use: 'queueCounts',
      with: { queue: '${param.queue}' },
      expect: { path: 'depth', change: '< 0' },
      withinMs: redriveWithinMs,
      forMs: 0,
    },
  ],
  notes: 'Fix the consumer first: messages that fail again return to the dead-letter queue.',
};

const cancelAction: GenericAction = {
  id: 'cancel-redrive',
  verb: 'cancel',
  title: 'Cancel redrive',
  step: 'Cancel the redrive of ${param.queue}',
  on: 'queues',
  where: 'redrive = running',
  params: [queueChoice],
  with: { queue: '${param.queue}' },
  verify: [
    {
      id: 'v1',
      title: 'The redrive is canceled',
      use: 'moveTask',
      with: { queue: '${param.queue}' },
      expect: { json: { status: 'CANCELLED' } },
      withinMs: cancelWithinMs,
      forMs: 0,
    },
  ],
};

/** Returns the move tasks of a queue, newest first. Throws PlanError. */
const tasksForPlan = (
  context: AwsContext,
  queue: string,
  arn: string,
  signal: AbortSignal,
): Promise<readonly MoveTask[]> =>
  readForPlan(context, `SQS ListMessageMoveTasks ${queue}`, () => context.reader.moveTasks(arn, signal));

/** `redrive`: moves all messages of a dead-letter queue back to their queues. Source: AWS, StartMessageMoveTask. */
export const redriveOperation = defineOperation(
  declareOperation({
    name: 'redrive',
    danger: 'disruptive',
    params: z.strictObject({
      queue: zDeadLetterQueue,
      perSecond: z
        .int()
        .min(1)
        .max(maxPerSecond)
        .meta({
          description: 'SQS moves at most this many messages per second. By default, SQS chooses the rate',
        })
        .exactOptional(),
    }),
    actions: [redriveAction],
  }),
  (context: AwsContext) => ({
    plan: async ({ queue, perSecond }, signal) => {
      const read = await planQueue(context, queue, signal);
      if (read.numbers.depth === 0)
        throw notApplicable(`${queue} has no waiting messages, so there is nothing to move`);
      const tasks = await tasksForPlan(context, queue, read.arn, signal);
      if (tasks.some(isMoving))
        throw notApplicable(
          `a redrive of ${queue} is already running: wait until the redrive ends, or cancel that redrive first`,
        );
      const pace = perSecond === undefined ? '' : `, at most ${perSecond} per second`;
      return {
        targets: [targetOf(context, queue, read)],
        calls: [{ line: `SQS StartMessageMoveTask ${queue}${pace}`, target: 0 }],
        objects: [`${queue}: ${countsText(read.numbers)}. They move back to the queues that they came from`],
        lost: 'consumers process the moved messages again, and messages that fail come back. Nothing in a moved message shows the move',
        effects: [{ does: 'ends', stays: true, kind: 'queues', where: { name: queue } }],
        earlier: read.arn,
      };
    },
    recheck: (plan, signal) => queueDrift(context, plan, signal),
    act: async function* (plan, change, signal) {
      const { perSecond } = plan.params;
      const pace = perSecond === undefined ? {} : { perSecond };
      const what: SqsChange = { is: 'redrive', from: String(plan.earlier), ...pace };
      yield* applyQueueChange(context, plan, change, what, signal);
    },
  }),
);

/** `cancelRedrive`: stops the running redrive of a dead-letter queue. Source: AWS, CancelMessageMoveTask. */
export const cancelRedriveOperation = defineOperation(
  declareOperation({
    name: 'cancelRedrive',
    danger: 'disruptive',
    params: z.strictObject({ queue: zDeadLetterQueue }),
    actions: [cancelAction],
  }),
  (context: AwsContext) => ({
    plan: async ({ queue }, signal) => {
      const read = await planQueue(context, queue, signal);
      const task = (await tasksForPlan(context, queue, read.arn, signal)).find(isMoving);
      if (task?.handle === undefined)
        throw notApplicable(`no redrive of ${queue} is running, so there is nothing to cancel`);
      return {
        targets: [targetOf(context, queue, read)],
        calls: [{ line: `SQS CancelMessageMoveTask ${queue}`, target: 0 }],
        objects: [`${queue}: ${moveText(task)}; ${countsText(read.numbers)}`],
        lost: 'messages that were already moved stay in their queues. A new redrive moves the others',
        earlier: { arn: read.arn, handle: task.handle },
      };
    },
    recheck: (plan, signal) => queueDrift(context, plan, signal),
    act: async function* (plan, change, signal) {
      const { arn, handle } = z.object({ arn: z.string(), handle: z.string() }).parse(plan.earlier);
      yield* applyQueueChange(context, plan, change, { is: 'cancelRedrive', from: arn, handle }, signal);
    },
  }),
);

/** The newest task as JSON: `task` identifies it, `none` without one. A number that SQS does not report is absent. */
const taskJson = (task: MoveTask | undefined): Readonly<Record<string, string | number>> =>
  task === undefined
    ? { status: 'NONE', task: 'none' }
    : {
        status: task.status,
        task: String(task.startedAt ?? 'unknown'),
        ...defined({ moved: task.moved, toMove: task.toMove, failure: task.failure }),
      };

/** `moveTask`: reads the newest redrive of a dead-letter queue; as JSON its `status`, `moved` and `toMove`. */
export const moveTaskOperation = defineReadOperation(
  declareOperation({
    name: 'moveTask',
    params: z.strictObject({ queue: zDeadLetterQueue }),
    resultKinds: ['json'],
  }),
  (context: AwsContext) => ({
    plan: async ({ queue }) => ({
      targets: [{ name: queue, uid: `${context.place} ${queue}`, saw: '', where: context.place }],
      calls: [{ line: `SQS ListMessageMoveTasks ${queue}`, target: 0 }],
      objects: [`the newest redrive of ${queue}`],
    }),
    act: async function* ({ params: { queue } }, _, signal): AsyncGenerator<ActEvent> {
      const line = `SQS ListMessageMoveTasks ${queue}`;
      yield { is: 'call', line };
      try {
        const { arn, numbers } = await readQueue(context, queue, signal);
        const [task] = await context.reader.moveTasks(arn, signal);
        const left = `${formatCount(numbers.depth)} waiting in ${queue}`;
        yield {
          is: 'output',
          text: `${task === undefined ? 'the queue has had no redrive yet' : moveText(task)}. ${left}`,
        };
        yield { is: 'found', found: { json: taskJson(task) } };
        yield { is: 'answered', line, status: 'read', ok: true };
      } catch (error) {
        yield { is: 'answered', line, status: context.fault(line, error).message, ok: false };
      }
    },
  }),
);
