import type { Client } from '../../platform/protocol.ts';

/** An event of a log group. Times are ms since the epoch on the clock of AWS. */
export interface CloudWatchLogEvent {
  readonly id: string;
  readonly at: number;
  readonly message: string;
  readonly stream: string;
}

/** Events between two times, both included. */
export interface LogEventRange {
  readonly from: number;
  readonly to?: number;
  /** Token of a page. Absent: the first one. */
  readonly token?: string;
}

/** One page of events, oldest first. A page without events may have a successor. */
export interface LogEventPage {
  readonly events: readonly CloudWatchLogEvent[];
  readonly next?: string;
}

/** Reads of CloudWatch Logs. Every call throws WireError. */
export interface CloudWatchLogsReader extends Client {
  /** Returns the log groups whose names begin with `prefix` ('' for all), at most `most` and one page more. */
  groups(prefix: string, most: number, signal: AbortSignal): Promise<readonly string[]>;
  events(group: string, range: LogEventRange, signal: AbortSignal): Promise<LogEventPage>;
}
