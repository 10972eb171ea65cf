import type { Feed, SignalRequest } from '../source.ts';
import { alarmsFeed } from './cloudwatch/alarms.ts';
import { metricsFeed } from './cloudwatch/metric-feed.ts';
import { awsReadSchema } from './config.ts';
import type { AwsContext } from './context.ts';
import { queuesFeed } from './queues/queues-feed.ts';

/** The feeds of a source: those of the services that its config and its signals name. */
export const awsFeeds = (context: AwsContext, signals: readonly SignalRequest[]): readonly Feed[] => {
  const { config } = context;
  const reads = signals.map(({ id, read }) => ({ id, read: awsReadSchema.parse(read) }));
  const ofQueues = reads.flatMap(({ id, read }) => ('metric' in read ? [] : [{ id, read }]));
  const metrics = reads.flatMap(({ id, read }) => ('metric' in read ? [{ id, read }] : []));
  return [
    ...(config.queues.length === 0 && ofQueues.length === 0 ? [] : [queuesFeed(context, ofQueues)]),
    ...(config.alarms.length === 0 ? [] : [alarmsFeed(context)]),
    ...(metrics.length === 0 ? [] : [metricsFeed(context, metrics)]),
  ];
};
