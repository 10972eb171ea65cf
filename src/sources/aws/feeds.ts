import type { Feed } from '../kit/contract/source.ts';
import type { AwsRead, ObjectsRead, QueueRead } from './account/config.ts';
import type { AwsContext } from './account/context.ts';
import { alarmsFeed } from './cloudwatch/alarms.ts';
import { type MetricSignal, metricsFeed } from './cloudwatch/metric-feed.ts';
import { functionMetric, functionsFeed } from './lambda/functions.ts';
import { queuesFeed } from './queues/queues-feed.ts';
import { topicsFeed } from './queues/topics.ts';
import { objectsFeed } from './storage/objects.ts';
import { tablesFeed } from './storage/tables.ts';

/** A signal with its parsed read. */
export interface AwsSignal<R = AwsRead> {
  readonly id: string;
  readonly read: R;
}

/** The signals by the feeds that read them. */
export const splitSignals = (
  signals: readonly AwsSignal[],
): {
  readonly queues: readonly AwsSignal<QueueRead>[];
  readonly metrics: readonly MetricSignal[];
  readonly objects: readonly AwsSignal<ObjectsRead>[];
} => {
  const queues: AwsSignal<QueueRead>[] = [];
  const metrics: MetricSignal[] = [];
  const objects: AwsSignal<ObjectsRead>[] = [];
  for (const { id, read } of signals)
    if ('metric' in read) metrics.push({ id, read });
    else if ('function' in read) metrics.push({ id, read: functionMetric(read) });
    else if ('objects' in read) objects.push({ id, read });
    else queues.push({ id, read });
  return { queues, metrics, objects };
};

/** The feeds of a source: those of the services that its config and its signals name. */
export const awsFeeds = (
  context: AwsContext,
  env: string,
  signals: readonly AwsSignal[],
): readonly Feed[] => {
  const { config } = context;
  const { queues, metrics, objects } = splitSignals(signals);
  return [
    ...(config.queues.length === 0 && queues.length === 0 ? [] : [queuesFeed(context, queues)]),
    ...(config.topics.length === 0 ? [] : [topicsFeed(context)]),
    ...(config.alarms.length === 0 ? [] : [alarmsFeed(context)]),
    ...(metrics.length === 0 ? [] : [metricsFeed(context, metrics)]),
    ...(config.functions.length === 0 ? [] : [functionsFeed(context, env)]),
    ...(config.tables.length === 0 ? [] : [tablesFeed(context, env)]),
    ...objects.map((awsSignal) => objectsFeed(context, awsSignal)),
  ];
};
