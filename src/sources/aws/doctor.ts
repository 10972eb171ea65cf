import { defined } from '../../domain/base/defined.ts';
import type { Fault } from '../../domain/base/fault.ts';
import { isTotalLoss } from '../../domain/facts/reading.ts';
import { pluralize } from '../../domain/text/count-text.ts';
import { type Feed, type Finding, failedFinding } from '../kit/contract/source.ts';
import type { QueueRead } from './account/config.ts';
import type { AwsContext } from './account/context.ts';
import { readAlarms } from './cloudwatch/alarms.ts';
import { type MetricSignal, metricsFeed } from './cloudwatch/metric-feed.ts';
import { type AwsSignal, awsFeeds, splitSignals } from './feeds.ts';
import { readLogGroups } from './logs/tails.ts';
import { createQueueMetrics } from './queues/queue-metrics.ts';
import { createQueueReader } from './queues/read-queues.ts';

/** The permissions of a read-only role. */
const leastReadActions = ['sqs:ListQueues', 'sqs:GetQueueUrl', 'sqs:GetQueueAttributes'] as const;

type Fails = (call: string, error: unknown) => Finding;

const findingsOf = (source: string, faults: readonly Fault[]): readonly Finding[] =>
  faults.map(({ message, remedy }) => ({
    ...{ source, ok: false, what: message },
    ...defined({ remedy }),
  }));

/** Reads every queue that the profile reads. */
const queueFindings = async (
  context: AwsContext,
  reads: readonly AwsSignal<QueueRead>[],
  failed: Fails,
  signal: AbortSignal,
): Promise<readonly Finding[]> => {
  const { source } = context;
  try {
    const { queues: found, faults, unavailable } = await createQueueReader(context)(signal);
    const measured = await createQueueMetrics(context)(found, signal);
    const names = new Set(found.map(({ name }) => name));
    const unknown = reads.flatMap(({ id, read }): readonly Finding[] => {
      const [name = ''] = Object.values(read);
      return names.has(name) ? [] : [{ source, ok: false, what: `signal ${id}: no queue ${name}` }];
    });
    return [
      found.length === 0
        ? { source, ok: false, what: 'no queue matches', remedy: 'check region and queues' }
        : {
            source,
            ok: true,
            what: `${pluralize(found.length, 'queue')}, with ${leastReadActions.join(', ')}`,
          },
      ...findingsOf(source, [...faults, ...unavailable, ...measured.unavailable]),
      ...unknown,
    ];
  } catch (error) {
    return [failed('SQS ListQueues', error)];
  }
};

/** Reads the alarms; one that sends no notification is a finding. */
const alarmFindings = async (
  context: AwsContext,
  failed: Fails,
  signal: AbortSignal,
): Promise<readonly Finding[]> => {
  const { source } = context;
  try {
    const { alarms, faults } = await readAlarms(context, signal);
    const count = (state: string): number => alarms.filter((alarm) => alarm.state === state).length;
    const mute = alarms.filter(({ actionCount, actionsEnabled }) => actionCount === 0 || !actionsEnabled);
    const states = `${count('ALARM')} in ALARM, ${count('INSUFFICIENT_DATA')} without sufficient data`;
    return [
      alarms.length === 0
        ? { source, ok: false, what: 'no alarm matches', remedy: 'check region and alarms' }
        : { source, ok: true, what: `${pluralize(alarms.length, 'alarm')}: ${states}` },
      ...findingsOf(source, faults),
      ...mute.map(({ name, actionsEnabled }) => ({
        ...{ source, ok: false },
        what: `alarm ${name} sends no notification: ${actionsEnabled ? 'no action is set' : 'the actions are disabled'}`,
        remedy: 'add an action, such as an SNS topic, or enable the actions',
      })),
    ];
  } catch (error) {
    return [failed('CloudWatch DescribeAlarms', error)];
  }
};

/** Reads the metrics of the signals; one without a datapoint is a finding. */
const metricFindings = async (
  context: AwsContext,
  signals: readonly MetricSignal[],
  signal: AbortSignal,
): Promise<readonly Finding[]> => {
  const { source } = context;
  const { items, faults } = await metricsFeed(context, signals).read(signal);
  const samples = items.filter((item) => 'signal' in item);
  const missing = samples.filter(({ value }) => value === undefined);
  return [
    ...findingsOf(source, faults),
    ...(faults.length > 0
      ? []
      : [
          {
            source,
            ok: missing.length < samples.length,
            what: `${samples.length - missing.length} of ${pluralize(samples.length, 'metric')} with datapoints`,
          },
        ]),
    // A quiet metric has no datapoints either; when all are missing, the configuration is wrong.
    ...missing.map(({ signal: id, why = 'no value' }) => ({
      ...{ source, ok: missing.length < samples.length, what: `signal ${id}: ${why}` },
      remedy: 'check namespace, metric and all dimensions: aws cloudwatch list-metrics',
    })),
  ];
};

/** Reads a feed once: its rows, and everything that it could not read. */
const feedFindings = async (
  { source }: AwsContext,
  feed: Feed,
  signal: AbortSignal,
): Promise<readonly Finding[]> => {
  const { items, faults } = await feed.read(signal);
  if (isTotalLoss({ items, faults })) return findingsOf(source, faults);
  const missing = items.flatMap((item) => ('why' in item && item.why !== undefined ? [item.why] : []));
  return [
    {
      source,
      ok: items.length > missing.length,
      what: `${feed.name}: ${items.length - missing.length} read`,
    },
    ...missing.map((what) => ({ source, ok: false, what })),
    ...findingsOf(source, faults),
  ];
};

/** Lists the log groups, and reads one of them: listing and reading are two permissions. */
const logFindings = async (
  context: AwsContext,
  failed: Fails,
  signal: AbortSignal,
): Promise<readonly Finding[]> => {
  const { source, cloudWatchLogs, wallNow } = context;
  try {
    const groups = await readLogGroups(context, signal);
    const [first] = groups;
    if (first === undefined)
      return [{ source, ok: false, what: 'no log group matches', remedy: 'check region and logs' }];
    await cloudWatchLogs.events(first, { from: wallNow() - 60_000 }, signal);
    return [{ source, ok: true, what: pluralize(groups.length, 'log group') }];
  } catch (error) {
    return [failed('CloudWatchLogs FilterLogEvents', error)];
  }
};

/** Examines the source: the identity of the credentials, and everything that the profile reads. */
export const diagnoseAws = async (
  context: AwsContext,
  env: string,
  reads: readonly AwsSignal[],
  signal: AbortSignal,
): Promise<readonly Finding[]> => {
  const { source, config, reader, fault, place } = context;
  const failed: Fails = (call, error) => failedFinding(fault(call, error));
  const { queues, metrics } = splitSignals(reads);
  const identity = reader.identity(signal).then(
    ({ account, arn }): readonly Finding[] => [
      { source, ok: true, what: `account ${account} as ${arn} at ${place}` },
    ],
    (error: unknown) => [failed('STS GetCallerIdentity', error)],
  );
  const others = new Set(['topics', 'functions', 'tables', 'objects']);
  const all = await Promise.all([
    identity,
    config.queues.length === 0 && queues.length === 0 ? [] : queueFindings(context, queues, failed, signal),
    config.alarms.length === 0 ? [] : alarmFindings(context, failed, signal),
    metrics.length === 0 ? [] : metricFindings(context, metrics, signal),
    ...awsFeeds(context, env, reads)
      .filter(({ name }) => others.has(name))
      .map((feed) => feedFindings(context, feed, signal)),
    config.logs.length === 0 ? [] : logFindings(context, failed, signal),
  ]);
  return all.flat();
};
