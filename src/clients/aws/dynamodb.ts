import { DescribeTableCommand, DynamoDBClient, ListTablesCommand } from '@aws-sdk/client-dynamodb';
import { defined } from '../../domain/base/defined.ts';
import type { Transport } from '../../platform/transport.ts';
import type { AwsTarget } from './aws-types.ts';
import { openSdkSession, required } from './clients.ts';
import type { DynamoReader } from './storage-types.ts';

const readActions: ReadonlySet<string> = new Set([
  'DynamoDB_20120810.ListTables',
  'DynamoDB_20120810.DescribeTable',
]);

/** Opens the reading client. Contacts nothing yet. */
export const openDynamo = (transport: Transport, target: AwsTarget): DynamoReader => {
  const { config, run } = openSdkSession(transport, target, { allows: (action) => readActions.has(action) });
  const client = new DynamoDBClient(config);
  return {
    tables: async (most, signal) => {
      const names: string[] = [];
      let next: string | undefined;
      do {
        const page = new ListTablesCommand(defined({ ExclusiveStartTableName: next }));
        const { TableNames, LastEvaluatedTableName } = await run(signal, (options) =>
          client.send(page, options),
        );
        names.push(...required(TableNames, 'TableNames'));
        next = LastEvaluatedTableName;
      } while (next !== undefined && names.length <= most);
      return names;
    },
    table: async (name, signal) => {
      const { Table } = await run(signal, (options) =>
        client.send(new DescribeTableCommand({ TableName: name }), options),
      );
      const { TableStatus, ItemCount, GlobalSecondaryIndexes = [] } = required(Table, 'Table');
      return {
        name,
        indexes: GlobalSecondaryIndexes.map(({ IndexName = '', IndexStatus = 'unknown' }) => ({
          name: IndexName,
          status: IndexStatus,
        })),
        ...defined({ status: TableStatus, items: ItemCount }),
      };
    },
    close: async () => client.destroy(),
  };
};
