import { z } from 'zod';
import type { GenericAction } from '../../../domain/runbooks/generic-action.ts';
import { type ActEvent, notApplicable } from '../../../domain/runbooks/operation.ts';
import { declareOperation, defineOperation } from '../../kit/operations/define-operation.ts';
import { defineReadOperation } from '../../kit/operations/read-operation.ts';
import type { AwsContext } from '../account/context.ts';
import {
  applyQueueChange,
  countsText,
  planQueue,
  queueDrift,
  readQueue,
  targetOf,
  zQueue,
} from './queue-target.ts';

/** SQS deletes within 60 s; the counts are consistent about a minute later. */
const purgeWithinMs = 3 * 60_000;
/** Counts are approximate: one reading of 0 may be that of a part of the servers. */
const emptyForMs = 15_000;

const purgeAction: GenericAction = {
  id: 'purge-queue',
  verb: 'purge',
  title: 'Purge queue',
  step: 'Purge queue ${param.queue}',
  on: 'queues',
  where: 'kind in (sqs, dlq)',
  params: [{ name: 'queue', type: 'choice', from: 'queues.name', title: 'Queue' }],
  with: { queue: '${param.queue}' },
  verify: [
    {
      id: 'v1',
      title: 'The queue has no messages',
      use: 'queueCounts',
      with: { queue: '${param.queue}' },
      expect: { json: { total: 0 } },
      withinMs: purgeWithinMs,
      forMs: emptyForMs,
    },
  ],
  notes: 'Stop the producers first: messages that arrive within 60 s may be deleted, and later ones remain.',
};

/** `purge`: deletes all messages of a queue. Source: AWS, SQS API Reference, PurgeQueue. */
export const purgeOperation = defineOperation(
  declareOperation({
    name: 'purge',
    danger: 'destructive',
    params: z.strictObject({ queue: zQueue }),
    actions: [purgeAction],
  }),
  (context: AwsContext) => ({
    plan: async ({ queue }, signal) => {
      const read = await planQueue(context, queue, signal);
      const { depth, inFlight, delayed } = read.numbers;
      if (depth === 0 && inFlight === 0 && delayed === 0)
        throw notApplicable(`${queue} has no messages, so there is nothing to purge`);
      return {
        targets: [targetOf(context, queue, read)],
        calls: [{ line: `SQS PurgeQueue ${queue}`, target: 0 }],
        objects: [`${queue}: ${countsText(read.numbers)}`],
        lost: `SQS deletes all messages of ${queue} for good, also those in flight, delayed, or arriving within 60 s`,
        effects: [{ does: 'ends', stays: true, kind: 'queues', where: { name: queue } }],
        earlier: read.url,
      };
    },
    recheck: (plan, signal) => queueDrift(context, plan, signal),
    act: async function* (plan, change, signal) {
      yield* applyQueueChange(context, plan, change, { is: 'purge', url: String(plan.earlier) }, signal);
    },
  }),
);

const params = z.strictObject({ queue: zQueue });

/** `queueCounts`: reads the message counts of one queue; as JSON `depth`, `inFlight`, `delayed` and their `total`. */
export const queueCountsOperation = defineReadOperation(
  declareOperation({ name: 'queueCounts', params, resultKinds: ['json'] }),
  (context: AwsContext) => ({
    plan: async ({ queue }) => ({
      targets: [{ name: queue, uid: `${context.place} ${queue}`, saw: '', where: context.place }],
      calls: [{ line: `SQS GetQueueAttributes ${queue}`, target: 0 }],
      objects: [`the message counts of ${queue}`],
    }),
    act: async function* ({ params: { queue } }, _, signal): AsyncGenerator<ActEvent> {
      const line = `SQS GetQueueAttributes ${queue}`;
      yield { is: 'call', line };
      try {
        const { numbers } = await readQueue(context, queue, signal);
        const { depth, inFlight, delayed } = numbers;
        const parts = [depth, inFlight, delayed];
        const total = parts.every((part) => part !== undefined)
          ? { total: parts.reduce((sum, part) => sum + part, 0) }
          : {};
        yield { is: 'output', text: `${queue}: ${countsText(numbers)}` };
        yield { is: 'found', found: { json: { depth, inFlight, delayed, ...total } } };
        yield { is: 'answered', line, status: 'read', ok: true };
      } catch (error) {
        yield { is: 'answered', line, status: context.fault(line, error).message, ok: false };
      }
    },
  }),
);
