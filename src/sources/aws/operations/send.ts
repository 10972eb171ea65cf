import { z } from 'zod';
import { notApplicable } from '../../../domain/runbooks/operation.ts';
import { declareOperation, defineOperation } from '../../kit/operations/define-operation.ts';
import type { AwsContext } from '../account/context.ts';
import { applyQueueChange, countsText, planQueue, queueDrift, targetOf, zQueue } from './queue-target.ts';

/** `send`: sends one message. Source: AWS, SQS API Reference, SendMessage. */
export const sendOperation = defineOperation(
  declareOperation({
    name: 'send',
    danger: 'safe',
    params: z.strictObject({
      queue: zQueue,
      body: z.string().min(1).max(65_536).meta({ description: 'message body' }),
      group: z
        .string()
        .min(1)
        .meta({
          description:
            'message group id, which is also used as the deduplication id. Required for a FIFO queue',
        })
        .exactOptional(),
    }),
    bindingRules: { body: 'document' },
  }),
  (context: AwsContext) => ({
    plan: async ({ queue, body, group }, signal) => {
      const read = await planQueue(context, queue, signal);
      if (read.numbers.isFifo === true && group === undefined)
        throw notApplicable(`${queue} is a FIFO queue, which requires a message group: set group`);
      return {
        targets: [targetOf(context, queue, read)],
        calls: [{ line: `SQS SendMessage ${queue}`, body, target: 0 }],
        objects: [`one message is added to ${queue}, which has ${countsText(read.numbers)}`],
        lost: 'you cannot recall a sent message',
        earlier: read.url,
      };
    },
    recheck: (plan, signal) => queueDrift(context, plan, signal),
    act: async function* (plan, change, signal) {
      const { body, group } = plan.params;
      const fifo = group === undefined ? {} : { group, deduplication: group };
      yield* applyQueueChange(
        context,
        plan,
        change,
        { is: 'send', url: String(plan.earlier), body, ...fifo },
        signal,
      );
    },
  }),
);
