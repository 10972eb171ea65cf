import { type AwsActions, awsFailure, awsReply, bodyText } from './reply.ts';

/** A simulated table. */
export interface SimulatedTable {
  readonly name: string;
  /** Absent: ACTIVE. */
  readonly status?: string;
  readonly items?: number;
  readonly indexes?: Readonly<Record<string, string>>;
}

/** DynamoDB in AWS JSON 1.0: the state of tables. Source: AWS, DynamoDB API Reference. */
export const dynamoActions = (tables: readonly SimulatedTable[]): AwsActions => ({
  ListTables: () => awsReply({ TableNames: tables.map(({ name }) => name) }),
  DescribeTable: (body) => {
    const wantedPart = bodyText(body, 'TableName');
    const table = tables.find(({ name }) => name === wantedPart);
    if (table === undefined)
      return awsFailure(
        400,
        'ResourceNotFoundException',
        `Requested resource not found: Table: ${wantedPart} not found`,
      );
    const { name, status = 'ACTIVE', items = 0, indexes = {} } = table;
    return awsReply({
      Table: {
        ...{ TableName: name, TableStatus: status, ItemCount: items },
        GlobalSecondaryIndexes: Object.entries(indexes).map(([IndexName, IndexStatus]) => ({
          ...{ IndexName, IndexStatus },
        })),
      },
    });
  },
});
