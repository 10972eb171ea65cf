import { defined } from '../../../domain/base/defined.ts';
import type { Clock } from '../../../platform/runtime/clock.ts';
import { type AwsActions, awsFailure, awsReply, bodyNumber, bodyText, emptyReply, pageOf } from './reply.ts';

type Dimensions = Readonly<Record<string, string>>;

/** A simulated metric. */
export interface SimulatedMetric {
  readonly namespace: string;
  readonly metric: string;
  readonly dimensions: Dimensions;
  /** Its value for the period that begins at `at`, in ms since the epoch; undefined: no datapoint. */
  value(time: number, statistic: string): number | undefined;
}

/** A simulated metric alarm. */
export interface SimulatedAlarm {
  readonly name: string;
  readonly description?: string;
  readonly namespace: string;
  readonly metric: string;
  readonly dimensions?: Dimensions;
  readonly actionsEnabled?: boolean;
  /** Number of actions in state ALARM. Absent: one. */
  readonly actions?: number;
  state: string;
  reason: string;
  /** The data of the evaluation. Absent: a person has set the state. */
  reasonData?: string | undefined;
  /** Time of the last change of state, in ms since the epoch. */
  updatedAt: number;
}

/** The metrics and alarms of a simulated account. */
export class CloudWatchStore {
  readonly metrics: readonly SimulatedMetric[];
  readonly alarms: readonly SimulatedAlarm[];

  constructor(metrics: readonly SimulatedMetric[] = [], alarms: readonly SimulatedAlarm[] = []) {
    this.metrics = metrics;
    this.alarms = alarms;
  }

  find(namespace: string, metric: string, dimensions: Dimensions): SimulatedMetric | undefined {
    const key = JSON.stringify(Object.entries(dimensions).sort());
    return this.metrics.find(
      (simulatedMetric) =>
        simulatedMetric.namespace === namespace &&
        simulatedMetric.metric === metric &&
        JSON.stringify(Object.entries(simulatedMetric.dimensions).sort()) === key,
    );
  }
}

interface MetricStat {
  readonly Metric?: {
    readonly Namespace?: string;
    readonly MetricName?: string;
    readonly Dimensions?: readonly { readonly Name: string; readonly Value: string }[];
  };
  readonly Period?: number;
  readonly Stat?: string;
}

interface Query {
  readonly Id?: string;
  readonly MetricStat?: MetricStat;
}

/** The datapoints of a query. CloudWatch aligns them to the period, and has none for the future. */
const pointsOf = (
  store: CloudWatchStore,
  { Metric, Period = 60, Stat = '' }: MetricStat,
  { start, end, now }: { readonly start: number; readonly end: number; readonly now: number },
): readonly (readonly [seconds: number, value: number])[] => {
  const dimensions = Object.fromEntries((Metric?.Dimensions ?? []).map(({ Name, Value }) => [Name, Value]));
  const metric = store.find(Metric?.Namespace ?? '', Metric?.MetricName ?? '', dimensions);
  const points: (readonly [number, number])[] = [];
  const first = Math.floor(start / Period) * Period;
  for (let index = first; metric !== undefined && index < end && index * 1000 <= now; index += Period) {
    const value = metric.value(index * 1000, Stat);
    if (value !== undefined) points.push([index, value]);
  }
  return points;
};

const alarmJson = (alarm: SimulatedAlarm) => ({
  AlarmName: alarm.name,
  AlarmArn: `arn:aws:cloudwatch:eu-central-1:123456789012:alarm:${alarm.name}`,
  AlarmDescription: alarm.description,
  ActionsEnabled: alarm.actionsEnabled ?? true,
  AlarmActions: Array.from({ length: alarm.actions ?? 1 }, () => 'arn:aws:sns:eu-central-1:123456789012:ops'),
  StateValue: alarm.state,
  StateReason: alarm.reason,
  ...defined({ StateReasonData: alarm.reasonData }),
  StateUpdatedTimestamp: alarm.updatedAt / 1000,
  MetricName: alarm.metric,
  Namespace: alarm.namespace,
  Dimensions: Object.entries(alarm.dimensions ?? {}).map(([Name, Value]) => ({ Name, Value })),
});

/** CloudWatch in AWS JSON 1.0. Source: AWS, CloudWatch API Reference. */
export const cloudWatchActions = (store: CloudWatchStore, clock: Pick<Clock, 'now'>): AwsActions => ({
  GetMetricData: (body) => {
    const start = bodyNumber(body, 'StartTime') ?? 0;
    const end = bodyNumber(body, 'EndTime') ?? 0;
    // A request of the SDK.
    const queries = (body.MetricDataQueries ?? []) as readonly Query[];
    return awsReply({
      MetricDataResults: queries.map(({ Id, MetricStat = {} }) => {
        const points = pointsOf(store, MetricStat, { start, end, now: clock.now() });
        return {
          Id,
          Label: MetricStat.Metric?.MetricName ?? '',
          Timestamps: points.map(([time]) => time),
          Values: points.map(([, value]) => value),
          StatusCode: 'Complete',
        };
      }),
      Messages: [],
    });
  },
  DescribeAlarms: (body) => {
    const names = Array.isArray(body.AlarmNames) ? body.AlarmNames : undefined;
    const found = store.alarms.filter(
      ({ name }) =>
        name.startsWith(bodyText(body, 'AlarmNamePrefix')) && (names === undefined || names.includes(name)),
    );
    const { page, next } = pageOf(found, bodyNumber(body, 'MaxRecords') ?? 50, bodyText(body, 'NextToken'));
    return awsReply({
      MetricAlarms: page.map(alarmJson),
      CompositeAlarms: [],
      ...defined({ NextToken: next }),
    });
  },
  SetAlarmState: (body) => {
    const alarm = store.alarms.find(({ name }) => name === bodyText(body, 'AlarmName'));
    if (alarm === undefined) return awsFailure(404, 'ResourceNotFound', 'Unknown alarm', 'ResourceNotFound');
    alarm.state = bodyText(body, 'StateValue');
    alarm.reason = bodyText(body, 'StateReason');
    alarm.reasonData = undefined;
    alarm.updatedAt = clock.now();
    return emptyReply;
  },
});
