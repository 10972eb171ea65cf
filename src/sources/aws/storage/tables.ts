import type { DynamoTable } from '../../../clients/aws/storage-types.ts';
import type { Fault } from '../../../domain/fault.ts';
import type { Health, HealthStatus } from '../../../kinds/health/fact.ts';
import { WireError } from '../../../platform/wire-error.ts';
import { mapConcurrently } from '../../concurrency.ts';
import { staleAfter } from '../../connection.ts';
import type { Feed } from '../../source.ts';
import type { AwsContext } from '../context.ts';
import { isOfOneResource, isPrefix, matchesAny } from '../patterns.ts';

/** Concurrent requests: well below the quota of the control plane. */
const requestsAtOnce = 4;

/** Reads the configured tables. Throws WireError when none of them can be read. */
const readTables = async (
  { config, dynamo, fault }: AwsContext,
  signal: AbortSignal,
): Promise<{ readonly tables: readonly DynamoTable[]; readonly faults: readonly Fault[] }> => {
  const { tables: patterns, most } = config;
  const faults: Fault[] = [];
  const errors: unknown[] = [];
  const listed = patterns.some(isPrefix) ? await dynamo.tables(most, signal) : [];
  const named = patterns.filter((pattern) => !isPrefix(pattern));
  const names = [...new Set([...named, ...listed.filter((name) => matchesAny(patterns, name))])].sort();
  if (listed.length > most)
    faults.push(
      fault(
        'DynamoDB ListTables',
        new WireError('unconfigured', `more than ${most} tables: name them in tables, or raise most`),
      ),
    );
  const read = await mapConcurrently(names, requestsAtOnce, async (name): Promise<readonly DynamoTable[]> => {
    try {
      return [await dynamo.table(name, signal)];
    } catch (error) {
      if (!isOfOneResource(error)) throw error;
      errors.push(error);
      faults.push(fault(`DynamoDB DescribeTable ${name}`, error));
      return [];
    }
  });
  if (names.length > 0 && errors.length === names.length) throw errors[0];
  return { tables: read.flat(), faults };
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

/** The states of the tables as rows of HEALTH. */
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
