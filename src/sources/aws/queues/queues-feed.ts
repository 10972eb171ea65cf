import type { Sample } from '../../../domain/facts/facts.ts';
import type { Reading } from '../../../domain/facts/reading.ts';
import type { Queue } from '../../../kinds/queues/fact.ts';
import { staleAfter } from '../../kit/contract/connection.ts';
import type { Feed } from '../../kit/contract/source.ts';
import type { QueueRead } from '../account/config.ts';
import type { AwsContext } from '../account/context.ts';
import { withConsumers } from '../lambda/consumers.ts';
import { createQueueMetrics } from './queue-metrics.ts';
import { createQueueReader } from './read-queues.ts';

/** A signal that reads a number of a queue. */
interface QueueSignal {
  readonly id: string;
  readonly read: QueueRead;
}

/** The value of a signal; without one, the reason. */
const sampleValue = (
  read: QueueRead,
  queues: readonly Queue[],
  isComplete: boolean,
): { readonly value: number } | { readonly why: string } => {
  const [[number, name] = ['', '']] = Object.entries(read);
  const queue = queues.find((candidate) => candidate.name === name);
  if (queue === undefined)
    return {
      why: isComplete
        ? `no queue is called ${name}: check the name and the region`
        : `queue ${name} was not read: add the queue to queues: of the source`,
    };
  const value = 'depth' in read ? queue.depth : 'inFlight' in read ? queue.inFlight : queue.delayed;
  return value === undefined ? { why: `SQS reports no ${number} for the queue ${name}` } : { value };
};

/** The SQS queues and the signals of their numbers. */
export const queuesFeed = (context: AwsContext, signals: readonly QueueSignal[]): Feed => {
  const { source, config, fault, now } = context;
  const readQueues = createQueueReader(context);
  const withMetrics = createQueueMetrics(context);
  return {
    id: `${source}/queues`,
    source,
    name: 'queues',
    kind: 'queues',
    everyMs: config.every,
    staleMs: staleAfter(config.every),
    timeoutMs: config.timeout,
    ...(signals.length === 0 ? {} : { signals: signals.map(({ id }) => id) }),
    requests: config.queues.length + 1,
    read: async (signal): Promise<Reading<Queue>> => {
      try {
        const read = await readQueues(signal);
        const measured = await withMetrics(read.queues, signal);
        const { queues, unavailable: unlisted } = await withConsumers(context, measured.queues, signal);
        const unavailable = [...read.unavailable, ...measured.unavailable, ...unlisted];
        const samples = signals.map(
          ({ id, read: wantedQueueRead }): Sample => ({
            ...{ source, at: now(), signal: id, labels: {} },
            ...sampleValue(wantedQueueRead, queues, read.faults.length === 0),
          }),
        );
        return {
          items: queues,
          ...(signals.length === 0 ? {} : { samples }),
          faults: read.faults,
          ...(unavailable.length === 0 ? {} : { unavailable }),
        };
      } catch (error) {
        return { items: [], faults: [fault('SQS ListQueues', error)] };
      }
    },
  };
};
