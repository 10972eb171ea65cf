import {
  CloudWatchClient,
  type CompositeAlarm,
  DescribeAlarmsCommand,
  type DescribeAlarmsCommandInput,
  type Dimension,
  GetMetricDataCommand,
  type MetricAlarm,
  type MetricDataResult,
} from '@aws-sdk/client-cloudwatch';
import { defined } from '../../domain/base/defined.ts';
import type { Transport } from '../../platform/transport.ts';
import type { AwsTarget } from './aws-types.ts';
import { openSdkSession, required, timeOf } from './clients.ts';
import type { CloudWatchAlarm, CloudWatchQuery, CloudWatchReader, MetricSeries } from './cloudwatch-types.ts';

const service = 'GraniteServiceVersion20100801';

const readActions: ReadonlySet<string> = new Set([`${service}.GetMetricData`, `${service}.DescribeAlarms`]);

/** The largest number of queries of one GetMetricData. */
const queriesPerCall = 500;
/** The largest page of DescribeAlarms, and the largest list of names. */
const alarmsPerPage = 100;

const dimensionsOf = (dimensions: readonly Dimension[] = []): Readonly<Record<string, string>> =>
  Object.fromEntries(dimensions.map(({ Name = '', Value = '' }) => [Name, Value]));

const stateOf = (state: string | undefined): CloudWatchAlarm['state'] =>
  state === 'OK' || state === 'ALARM' ? state : 'INSUFFICIENT_DATA';

const alarmOf = (alarm: MetricAlarm & CompositeAlarm): CloudWatchAlarm => ({
  name: required(alarm.AlarmName, 'AlarmName'),
  arn: alarm.AlarmArn ?? '',
  state: stateOf(alarm.StateValue),
  dimensions: dimensionsOf(alarm.Dimensions),
  actionsEnabled: alarm.ActionsEnabled !== false,
  actionCount: alarm.AlarmActions?.length ?? 0,
  isEvaluated: alarm.StateReasonData !== undefined,
  isSuppressed: alarm.ActionsSuppressedBy !== undefined,
  ...defined({
    reason: alarm.StateReason,
    description: alarm.AlarmDescription,
    since: timeOf(alarm.StateTransitionedTimestamp ?? alarm.StateUpdatedTimestamp),
    updatedAt: timeOf(alarm.StateUpdatedTimestamp),
    editedAt: timeOf(alarm.AlarmConfigurationUpdatedTimestamp),
    namespace: alarm.Namespace,
    metric: alarm.MetricName,
  }),
});

/** The parts of a series arrive on several pages. */
const seriesOf = (parts: readonly MetricDataResult[]): MetricSeries => {
  const points = parts.flatMap(({ Timestamps = [], Values = [] }) =>
    Timestamps.flatMap((date, index) => {
      const time = timeOf(date);
      const value = Values[index];
      return time === undefined || typeof value !== 'number' ? [] : [{ at: time, value }];
    }),
  );
  const failed = parts.find(({ StatusCode }) => StatusCode === 'InternalError' || StatusCode === 'Forbidden');
  return {
    points: points.toSorted((a, b) => a.at - b.at),
    ...(failed === undefined
      ? {}
      : {
          problem:
            failed.Messages?.[0]?.Value ??
            `CloudWatch returned only a part of the result, with the status ${failed.StatusCode}`,
        }),
  };
};

/** Ids begin with a small letter. Source: AWS, CloudWatch API Reference, MetricDataQuery. */
const idOf = (index: number): string => `m${index}`;

const queryOf = (query: CloudWatchQuery, index: number) => ({
  Id: idOf(index),
  MetricStat: {
    Metric: {
      Namespace: query.namespace,
      MetricName: query.metric,
      Dimensions: Object.entries(query.dimensions).map(([Name, Value]) => ({ Name, Value })),
    },
    Period: query.periodSeconds,
    Stat: query.statistic,
  },
});

/** Opens the reading client. Contacts nothing yet. */
export const openCloudWatch = (transport: Transport, target: AwsTarget): CloudWatchReader => {
  const { config, run } = openSdkSession(transport, target, { allows: (action) => readActions.has(action) });
  const client = new CloudWatchClient(config);

  const metricPage = async (
    queries: readonly CloudWatchQuery[],
    { from, to }: { readonly from: number; readonly to: number },
    signal: AbortSignal,
  ): Promise<readonly MetricSeries[]> => {
    const results: MetricDataResult[] = [];
    let next: string | undefined;
    do {
      const page = new GetMetricDataCommand({
        StartTime: new Date(from),
        EndTime: new Date(to),
        ScanBy: 'TimestampAscending',
        MetricDataQueries: queries.map(queryOf),
        ...defined({ NextToken: next }),
      });
      const { MetricDataResults, NextToken } = await run(signal, (options) => client.send(page, options));
      results.push(...required(MetricDataResults, 'MetricDataResults'));
      next = NextToken;
    } while (next !== undefined);
    const byId = Map.groupBy(results, ({ Id }) => Id);
    return queries.map((_, index) => seriesOf(byId.get(idOf(index)) ?? []));
  };

  const describe = async (
    wantedCommandInput: DescribeAlarmsCommandInput,
    most: number,
    signal: AbortSignal,
  ): Promise<readonly CloudWatchAlarm[]> => {
    const alarms: CloudWatchAlarm[] = [];
    let next: string | undefined;
    do {
      const page = new DescribeAlarmsCommand({
        ...wantedCommandInput,
        AlarmTypes: ['MetricAlarm', 'CompositeAlarm'],
        MaxRecords: alarmsPerPage,
        ...defined({ NextToken: next }),
      });
      const { MetricAlarms, CompositeAlarms, NextToken } = await run(signal, (options) =>
        client.send(page, options),
      );
      const metricAlarms = MetricAlarms ?? (CompositeAlarms && []);
      alarms.push(...[...required(metricAlarms, 'MetricAlarms'), ...(CompositeAlarms ?? [])].map(alarmOf));
      next = NextToken;
    } while (next !== undefined && alarms.length <= most);
    return alarms;
  };

  return {
    metricData: async (queries, range, signal) => {
      const all: MetricSeries[] = [];
      for (let from = 0; from < queries.length; from += queriesPerCall)
        all.push(...(await metricPage(queries.slice(from, from + queriesPerCall), range, signal)));
      return all;
    },
    alarms: (prefix, most, signal) =>
      describe(prefix === '' ? {} : { AlarmNamePrefix: prefix }, most, signal),
    alarmsNamed: async (names, signal) => {
      const all: CloudWatchAlarm[] = [];
      for (let from = 0; from < names.length; from += alarmsPerPage)
        all.push(
          ...(await describe({ AlarmNames: names.slice(from, from + alarmsPerPage) }, alarmsPerPage, signal)),
        );
      return all;
    },
    close: async () => client.destroy(),
  };
};
