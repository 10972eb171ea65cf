import { isTotalLoss } from '../../domain/facts/reading.ts';
import { pluralize } from '../../domain/text/count-text.ts';
import {
  type CheckResult,
  type DoctorCheck,
  failedResult,
  lacking,
  runChecks,
} from '../kit/contract/doctor-checks.ts';
import type { Feed, Finding } from '../kit/contract/source.ts';
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

/** Reads every queue that the profile reads. */
const queueResults = async (
  context: AwsContext,
  reads: readonly AwsSignal<QueueRead>[],
  signal: AbortSignal,
): Promise<readonly CheckResult[]> => {
  const { queues: found, faults, unavailable } = await createQueueReader(context)(signal);
  const measured = await createQueueMetrics(context)(found, signal);
  const names = new Set(found.map(({ name }) => name));
  return [
    found.length === 0
      ? lacking('no queue matches the key queues of the source', 'check region and queues of the source')
      : `${pluralize(found.length, 'queue')}, with ${leastReadActions.join(', ')}`,
    ...[...faults, ...unavailable, ...measured.unavailable].map(failedResult),
    ...reads.flatMap(({ id, read }) => {
      const [name = ''] = Object.values(read);
      return names.has(name)
        ? []
        : [lacking(`the signal ${id} names the queue ${name}, which does not exist`)];
    }),
  ];
};

/** Reads the alarms; one that sends no notification is a finding. */
const alarmResults = async (context: AwsContext, signal: AbortSignal): Promise<readonly CheckResult[]> => {
  const { alarms, faults } = await readAlarms(context, signal);
  const count = (state: string): number => alarms.filter((alarm) => alarm.state === state).length;
  const mute = alarms.filter(({ actionCount, actionsEnabled }) => actionCount === 0 || !actionsEnabled);
  const states = `${count('ALARM')} in ALARM, ${count('INSUFFICIENT_DATA')} without sufficient data`;
  return [
    alarms.length === 0
      ? lacking('no alarm matches the key alarms of the source', 'check region and alarms of the source')
      : `${pluralize(alarms.length, 'alarm')}: ${states}`,
    ...faults.map(failedResult),
    ...mute.map(({ name, actionsEnabled }) =>
      lacking(
        `alarm ${name} sends no notification: ${actionsEnabled ? 'no action is set' : 'the actions are disabled'}`,
        'add an action to the alarm, such as an SNS topic, or enable the actions that the alarm has',
      ),
    ),
  ];
};

/** Reads the metrics of the signals; one without a datapoint is a finding. */
const metricResults = async (
  context: AwsContext,
  signals: readonly MetricSignal[],
  signal: AbortSignal,
): Promise<readonly CheckResult[]> => {
  const { items, faults } = await metricsFeed(context, signals).read(signal);
  const samples = items.filter((item) => 'signal' in item);
  const missing = samples.filter(({ value }) => value === undefined);
  // A quiet metric has no datapoints either; when all are missing, the configuration is wrong.
  const ok = missing.length < samples.length;
  const what = `${samples.length - missing.length} of ${pluralize(samples.length, 'metric')} with datapoints`;
  return [
    ...faults.map(failedResult),
    ...(faults.length > 0 ? [] : [{ ok, what }]),
    ...missing.map(({ signal: id, why = 'no value' }) => ({
      ...{ ok, what: `signal ${id}: ${why}` },
      remedy: 'check the namespace, the metric and all dimensions with aws cloudwatch list-metrics',
    })),
  ];
};

/** Reads a feed once: its rows, and everything that it could not read. */
const feedResults = async (feed: Feed, signal: AbortSignal): Promise<readonly CheckResult[]> => {
  const { items, faults } = await feed.read(signal);
  const failures = faults.map(failedResult);
  if (isTotalLoss({ items, faults })) return failures;
  const missing = items.flatMap((item) => ('why' in item && item.why !== undefined ? [item.why] : []));
  const count = items.length - missing.length;
  return [
    { ok: count > 0, what: `${feed.name}: ${count} read` },
    ...missing.map((what) => lacking(what)),
    ...failures,
  ];
};

/** Lists the log groups, and reads one of them: listing and reading are two permissions. */
const logResult = async (context: AwsContext, signal: AbortSignal): Promise<CheckResult> => {
  const groups = await readLogGroups(context, signal);
  const [first] = groups;
  if (first === undefined)
    return lacking('no log group matches the key logs of the source', 'check region and logs of the source');
  await context.cloudWatchLogs.events(first, { from: context.wallNow() - 60_000 }, signal);
  return pluralize(groups.length, 'log group');
};

const examinedFeeds: ReadonlySet<string> = new Set(['topics', 'functions', 'tables', 'objects']);

/** Examines the source: the identity of the credentials, and everything that the profile reads. */
export const diagnoseAws = (
  context: AwsContext,
  env: string,
  reads: readonly AwsSignal[],
  signal: AbortSignal,
): Promise<readonly Finding[]> => {
  const { config, reader, place } = context;
  const { queues, metrics } = splitSignals(reads);
  const checks: readonly (DoctorCheck | false)[] = [
    {
      call: 'STS GetCallerIdentity',
      run: async () => {
        const { account, arn } = await reader.identity(signal);
        return `logged in to account ${account} as ${arn} at ${place}`;
      },
    },
    config.queues.length + queues.length > 0 && {
      call: 'SQS ListQueues',
      run: () => queueResults(context, queues, signal),
    },
    config.alarms.length > 0 && {
      call: 'CloudWatch DescribeAlarms',
      run: () => alarmResults(context, signal),
    },
    metrics.length > 0 && {
      call: 'CloudWatch GetMetricData',
      run: () => metricResults(context, metrics, signal),
    },
    ...awsFeeds(context, env, reads)
      .filter(({ name }) => examinedFeeds.has(name))
      .map((feed) => ({ call: feed.name, run: () => feedResults(feed, signal) })),
    config.logs.length > 0 && {
      call: 'CloudWatchLogs FilterLogEvents',
      run: () => logResult(context, signal),
    },
  ];
  return runChecks(
    context,
    checks.filter((check) => check !== false),
    signal,
  );
};
