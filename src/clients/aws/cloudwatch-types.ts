import type { Client } from '../../platform/protocol.ts';

/** One metric of CloudWatch with its statistic. Times are ms since the epoch on the clock of AWS. */
export interface CloudWatchQuery {
  readonly namespace: string;
  readonly metric: string;
  readonly dimensions: Readonly<Record<string, string>>;
  /** 'Sum', 'Average', 'Minimum', 'Maximum', 'SampleCount', or a percentile: 'p99'. */
  readonly statistic: string;
  readonly periodSeconds: number;
}

/** The datapoints of one query, oldest first. */
export interface MetricSeries {
  readonly points: readonly { readonly at: number; readonly value: number }[];
  /** Why the datapoints are incomplete or missing. Absent: complete. */
  readonly problem?: string;
}

/** A metric alarm or a composite alarm. */
export interface CloudWatchAlarm {
  readonly name: string;
  readonly arn: string;
  readonly state: 'OK' | 'ALARM' | 'INSUFFICIENT_DATA';
  /** Explanation of the state by CloudWatch. */
  readonly reason?: string;
  readonly description?: string;
  /** Start of the state, in ms since the epoch. */
  readonly since?: number;
  /** Time of the last change of state or reason. */
  readonly updatedAt?: number;
  /** Time of the last change of its configuration. */
  readonly editedAt?: number;
  readonly namespace?: string;
  readonly metric?: string;
  readonly dimensions: Readonly<Record<string, string>>;
  readonly actionsEnabled: boolean;
  /** Number of actions in state ALARM. */
  readonly actionCount: number;
  /** True: the state is that of an evaluation, which has data. One that a person has set has none, unless they add some. */
  readonly isEvaluated: boolean;
  /** True: another alarm suppresses its actions. */
  readonly isSuppressed: boolean;
}

/** Reads of CloudWatch. Every call throws WireError. */
export interface CloudWatchReader extends Client {
  /** Returns one series per query, in their order. `from` is included, `to` is not. */
  metricData(
    queries: readonly CloudWatchQuery[],
    range: { readonly from: number; readonly to: number },
    signal: AbortSignal,
  ): Promise<readonly MetricSeries[]>;
  /** Returns the alarms whose names begin with `prefix` ('' for all), at most `most` and one page more. */
  alarms(prefix: string, most: number, signal: AbortSignal): Promise<readonly CloudWatchAlarm[]>;
  /** Returns the alarms with these names; those that do not exist are left out. */
  alarmsNamed(names: readonly string[], signal: AbortSignal): Promise<readonly CloudWatchAlarm[]>;
}

/** Sets the state of an alarm until its next evaluation. */
export interface AlarmStateChange {
  readonly alarm: string;
  readonly state: CloudWatchAlarm['state'];
  readonly reason: string;
}
