import { defined } from '../../../domain/base/defined.ts';
import type { Millis } from '../../../domain/base/fault.ts';
import { type AwsActions, awsFailure, awsReply, bodyNumber, bodyText, pageOf } from './reply.ts';

/** An event of a log group. */
export interface SimulatedLogEvent {
  readonly id: string;
  readonly at: Millis;
  readonly message: string;
  readonly stream: string;
}

/** The log groups of a simulated account. */
export class LogGroupStore {
  readonly #groups = new Map<string, SimulatedLogEvent[]>();

  /** Adds events to a group; creates the group. */
  add(group: string, ...events: readonly SimulatedLogEvent[]): void {
    this.#groups.set(
      group,
      [...(this.#groups.get(group) ?? []), ...events].toSorted((a, b) => a.at - b.at),
    );
  }

  names(prefix = ''): readonly string[] {
    return [...this.#groups.keys()].filter((name) => name.startsWith(prefix)).sort();
  }

  events(group: string): readonly SimulatedLogEvent[] | undefined {
    return this.#groups.get(group);
  }
}

/** CloudWatch Logs in AWS JSON 1.1. Source: AWS, CloudWatch Logs API Reference. */
export const logsActions = (store: LogGroupStore): AwsActions => ({
  DescribeLogGroups: (body) => {
    const names = store.names(bodyText(body, 'logGroupNamePrefix'));
    const { page, next } = pageOf(names, bodyNumber(body, 'limit') ?? 50, bodyText(body, 'nextToken'));
    return awsReply({
      logGroups: page.map((logGroupName) => ({ logGroupName })),
      ...defined({ nextToken: next }),
    });
  },
  FilterLogEvents: (body) => {
    const all = store.events(bodyText(body, 'logGroupName'));
    if (all === undefined)
      return awsFailure(400, 'ResourceNotFoundException', 'The specified log group does not exist.');
    const from = bodyNumber(body, 'startTime') ?? 0;
    const to = bodyNumber(body, 'endTime') ?? Number.POSITIVE_INFINITY;
    const found = all.filter(({ at }) => at >= from && at <= to);
    const { page, next } = pageOf(found, bodyNumber(body, 'limit') ?? 10_000, bodyText(body, 'nextToken'));
    return awsReply({
      events: page.map(({ id, at, message, stream }) => ({
        ...{ eventId: id, timestamp: at, ingestionTime: at, message, logStreamName: stream },
      })),
      searchedLogStreams: [],
      ...defined({ nextToken: next }),
    });
  },
});
