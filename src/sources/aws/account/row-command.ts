import type { CommandRow } from '../../../domain/facts/row-command.ts';
import type { AwsConfig } from './config.ts';

/** The command of the AWS CLI that reads a row; undefined for a row that it cannot read. */
const commandOf = (row: CommandRow): readonly string[] | undefined => {
  switch (row.kind) {
    case 'queues':
      if (row.fact.kind === 'topic')
        return ['sns', 'get-topic-attributes', '--topic-arn', row.fact.uid ?? row.fact.name];
      return ['sqs', 'get-queue-attributes', '--attribute-names', 'All', '--queue-url', row.fact.name];
    case 'alerts':
      return ['cloudwatch', 'describe-alarms', '--alarm-names', row.fact.name];
    case 'health':
      return row.fact.instance === 'dynamodb'
        ? ['dynamodb', 'describe-table', '--table-name', row.fact.service]
        : ['lambda', 'get-function', '--function-name', row.fact.service];
    case 'stream':
      return ['logs', 'tail', row.name, '--follow'];
    default:
      return undefined;
  }
};

/** The argv that reads a row by hand, with region, profile and endpoint of the source. */
export const awsRowCommand = (
  { region, endpoint, profile }: AwsConfig,
  row: CommandRow,
): readonly string[] | undefined => {
  const command = commandOf(row);
  return command === undefined
    ? undefined
    : [
        'aws',
        ...command,
        ...(region === undefined ? [] : ['--region', region]),
        ...(profile === undefined ? [] : ['--profile', profile]),
        ...(endpoint === undefined ? [] : ['--endpoint-url', endpoint]),
      ];
};
