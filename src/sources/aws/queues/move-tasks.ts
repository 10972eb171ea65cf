import type { MoveTask } from '../../../clients/aws/aws-types.ts';
import { defined } from '../../../domain/base/defined.ts';
import type { Fault } from '../../../domain/base/fault.ts';
import { formatCount } from '../../../domain/text/format.ts';
import type { Queue } from '../../../kinds/queues/fact.ts';
import { WireError } from '../../../platform/runtime/wire-error.ts';
import { mapConcurrently } from '../../kit/values/concurrency.ts';
import type { AwsContext } from '../account/context.ts';

/** Concurrent requests. */
const requestsAtOnce = 4;

/** True while SQS moves messages for the task. */
export const isMoving = ({ status }: MoveTask): boolean => status === 'RUNNING' || status === 'CANCELLING';

/** 'RUNNING: 120 of 300 messages moved'. The total is approximate: one below the moved messages is omitted. */
export const moveText = ({ status, moved, toMove, failure }: MoveTask): string => {
  const of = toMove === undefined || toMove < (moved ?? 0) ? '' : ` of ${formatCount(toMove)}`;
  const why = failure === undefined ? '' : `, ${failure}`;
  return `${status}: ${formatCount(moved)}${of} messages moved${why}`;
};

const redriveOf = (task: MoveTask | undefined): Partial<Queue> =>
  task === undefined || !isMoving(task)
    ? { isRedriving: false }
    : {
        isRedriving: true,
        ...defined({ redriveMoved: task.moved, redriveTotal: task.toMove }),
      };

/**
 * Adds the running redrive to each dead-letter queue with messages; one request per queue. What could not be read is
 * absent, with one fault: not every role may list move tasks, and not every server has them.
 */
export const withRedrives = async (
  { reader, fault }: AwsContext,
  queues: readonly Queue[],
  signal: AbortSignal,
): Promise<{ readonly queues: readonly Queue[]; readonly unavailable: readonly Fault[] }> => {
  const unavailable: Fault[] = [];
  const read = await mapConcurrently(queues, requestsAtOnce, async (queue): Promise<Queue> => {
    const { uid, kind, name } = queue;
    const messages = (queue.depth ?? 0) + (queue.inFlight ?? 0);
    if (kind !== 'dlq' || uid === undefined || messages === 0) return queue;
    try {
      const [newest] = await reader.moveTasks(uid, signal);
      return { ...queue, ...redriveOf(newest) };
    } catch (error) {
      if (!(error instanceof WireError) || error.kind === 'cancelled') throw error;
      unavailable.push(fault(`SQS ListMessageMoveTasks ${name}`, error));
      return queue;
    }
  });
  return { queues: read, unavailable: unavailable.slice(0, 1) };
};
