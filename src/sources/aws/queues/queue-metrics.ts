import type { CloudWatchQuery } from '../../../clients/aws/cloudwatch-types.ts';
import type { Fault, Millis } from '../../../domain/base/fault.ts';
import type { Queue } from '../../../kinds/queues/fact.ts';
import { WireError } from '../../../platform/runtime/wire-error.ts';
import type { AwsContext } from '../account/context.ts';
import { completePoints } from '../cloudwatch/metric-feed.ts';

const periodMs: Millis = 60_000;
/** SQS sends its metrics to CloudWatch every minute; they arrive some minutes later. */
const lookbackMs: Millis = 15 * periodMs;

/** The metrics of a queue, and their fields. Source: AWS, SQS Developer Guide, CloudWatch metrics. */
const metrics = [
  ['oldestSeconds', 'ApproximateAgeOfOldestMessage', 'Maximum', 1],
  ['sentPerSecond', 'NumberOfMessagesSent', 'Sum', periodMs / 1000],
  ['deletedPerSecond', 'NumberOfMessagesDeleted', 'Sum', periodMs / 1000],
] as const;

type QueueMetrics = Partial<Pick<Queue, (typeof metrics)[number][0]>>;

const queriesOf = (name: string): readonly CloudWatchQuery[] =>
  metrics.map(([, metric, statistic]) => ({
    ...{ namespace: 'AWS/SQS', metric, statistic },
    dimensions: { QueueName: name },
    periodSeconds: periodMs / 1000,
  }));

/** Adds the age of the oldest message and the rates to queues, read at most every `metricsEvery`. */
export const createQueueMetrics = ({ cloudWatch, config, fault, now, wallNow }: AwsContext) => {
  let known: ReadonlyMap<string, QueueMetrics> = new Map();
  let problem: Fault | undefined;
  let readAt: Millis | undefined;

  const read = async (names: readonly string[], signal: AbortSignal): Promise<void> => {
    const wall = wallNow();
    const to = Math.ceil(wall / periodMs) * periodMs;
    const all = await cloudWatch.metricData(names.flatMap(queriesOf), { from: to - lookbackMs, to }, signal);
    known = new Map(
      names.map((name, queue): [string, QueueMetrics] => [
        name,
        Object.fromEntries(
          metrics.flatMap(([field, , , per], index) => {
            const series = all[queue * metrics.length + index] ?? { points: [] };
            const newest = completePoints(series, periodMs, wall).at(-1);
            return newest === undefined ? [] : [[field, newest.value / per]];
          }),
        ),
      ]),
    );
  };

  return async (
    queues: readonly Queue[],
    signal: AbortSignal,
  ): Promise<{ readonly queues: readonly Queue[]; readonly unavailable: readonly Fault[] }> => {
    if (!config.queueMetrics || queues.length === 0) return { queues, unavailable: [] };
    if (
      readAt === undefined ||
      now() - readAt >= config.metricsEvery ||
      queues.some(({ name }) => !known.has(name))
    )
      try {
        await read(
          queues.map(({ name }) => name),
          signal,
        );
        problem = undefined;
        readAt = now();
      } catch (error) {
        if (!(error instanceof WireError) || error.kind === 'cancelled') throw error;
        known = new Map();
        problem = fault('CloudWatch GetMetricData', error);
        readAt = undefined;
      }
    return {
      queues: queues.map((queue) => ({ ...queue, ...known.get(queue.name) })),
      unavailable: problem === undefined ? [] : [problem],
    };
  };
};
