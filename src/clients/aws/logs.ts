import {
  CloudWatchLogsClient,
  DescribeLogGroupsCommand,
  FilterLogEventsCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import { defined } from '../../domain/base/defined.ts';
import type { Transport } from '../../platform/transport.ts';
import type { AwsTarget } from './aws-types.ts';
import { openSdkSession, required } from './clients.ts';
import type { CloudWatchLogsReader } from './logs-types.ts';

const readActions: ReadonlySet<string> = new Set([
  'Logs_20140328.DescribeLogGroups',
  'Logs_20140328.FilterLogEvents',
]);

/** The largest page of DescribeLogGroups. */
const groupsPerPage = 50;

/** Opens the reading client. Contacts nothing yet. */
export const openCloudWatchLogs = (transport: Transport, target: AwsTarget): CloudWatchLogsReader => {
  const { config, run } = openSdkSession(transport, target, { allows: (action) => readActions.has(action) });
  const client = new CloudWatchLogsClient(config);
  return {
    groups: async (prefix, most, signal) => {
      const names: string[] = [];
      let next: string | undefined;
      do {
        const page = new DescribeLogGroupsCommand({
          limit: groupsPerPage,
          ...(prefix === '' ? {} : { logGroupNamePrefix: prefix }),
          ...defined({ nextToken: next }),
        });
        const { logGroups, nextToken } = await run(signal, (options) => client.send(page, options));
        names.push(...required(logGroups, 'logGroups').flatMap(({ logGroupName }) => logGroupName ?? []));
        next = nextToken;
      } while (next !== undefined && names.length <= most);
      return names;
    },
    events: async (group, { from, to, token }, signal) => {
      const page = new FilterLogEventsCommand({
        logGroupName: group,
        startTime: from,
        ...defined({ endTime: to, nextToken: token }),
      });
      const { events, nextToken } = await run(signal, (options) => client.send(page, options));
      return {
        events: required(events, 'events').map(
          ({ eventId = '', timestamp = from, message = '', logStreamName = '' }) => ({
            ...{ id: eventId, at: timestamp, message, stream: logStreamName },
          }),
        ),
        ...defined({ next: nextToken }),
      };
    },
    close: async () => client.destroy(),
  };
};
