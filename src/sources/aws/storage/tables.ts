import type { DynamoTable } from '../../../clients/aws/storage-types.ts';
import type { Fault } from '../../../domain/base/fault.ts';
import type { Health, HealthStatus } from '../../../kinds/health/fact.ts';
import { staleAfter } from '../../kit/contract/connection.ts';
import type { Feed } from '../../kit/contract/source.ts';
import type { AwsContext } from '../account/context.ts';
import { readResources, resourceNames } from '../account/read-resources.ts';

/** Concurrent requests: well below the quota of the control plane. */
const requestsAtOnce = 4;

/** Reads the configured tables. Throws WireError when none of them can be read. */
const readTables = async (
  context: AwsContext,
  signal: AbortSignal,
): Promise<{ readonly tables: readonly DynamoTable[]; readonly faults: readonly Fault[] }> => {
  const { dynamo } = context;
  const { names, faults } = await resourceNames(context, 'tables', 'DynamoDB ListTables', (most) =>
    dynamo.tables(most, signal),
  );
  const reading = await readResources(context, names, {
    call: (name) => `DynamoDB DescribeTable ${name}`,
    read: (name) => dynamo.table(name, signal),
    atOnce: requestsAtOnce,
  });
  if (reading.failure !== undefined) throw reading.failure;
  return { tables: reading.read, faults: [...faults, ...reading.faults] };
};

/** Source: AWS, DynamoDB API Reference, TableDescription. A table that is updated serves reads and writes. */
const statuses: Readonly<Record<string, HealthStatus>> = {
  ACTIVE: 'up',
  UPDATING: 'up',
  CREATING: 'degraded',
  DELETING: 'down',
  ARCHIVING: 'down',
  ARCHIVED: 'down',
  INACCESSIBLE_ENCRYPTION_CREDENTIALS: 'down',
};

const statusOf = ({ status, indexes }: DynamoTable): HealthStatus => {
  const own = statuses[status ?? ''] ?? 'unknown';
  return own === 'up' && indexes.some((index) => index.status !== 'ACTIVE') ? 'degraded' : own;
};

const detailOf = ({ status = 'unknown state', indexes }: DynamoTable): string =>
  [
    status === 'ACTIVE' ? '' : status,
    ...indexes
      .filter((index) => index.status !== 'ACTIVE')
      .map((index) => `index ${index.name} ${index.status}`),
  ]
    .filter((part) => part !== '')
    .join(' · ');

/** The states of the tables as rows of Health. */
export const tablesFeed = (context: AwsContext, env: string): Feed => {
  const { source, config, fault, now } = context;
  return {
    id: `${source}/tables`,
    source,
    name: 'tables',
    kind: 'health',
    everyMs: config.every,
    staleMs: staleAfter(config.every),
    timeoutMs: config.timeout,
    requests: config.tables.length,
    read: async (signal) => {
      try {
        const { tables, faults } = await readTables(context, signal);
        const items = tables.map(
          (table): Health => ({
            ...{ source, at: now(), env, service: table.name, instance: 'dynamodb' },
            status: statusOf(table),
            detail: detailOf(table),
            components: [
              { name: 'table', status: table.status ?? 'unknown' },
              ...table.indexes.map(({ name, status }) => ({ name: `index ${name}`, status })),
            ],
          }),
        );
        return { items, faults };
      } catch (error) {
        return { items: [], faults: [fault('DynamoDB DescribeTable', error)] };
      }
    },
  };
};
