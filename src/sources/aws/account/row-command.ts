import type { CommandRow } from '../../../domain/facts/row-command.ts';
import type { AwsConfig } from './config.ts';
import { parseQueueArn } from './queue-arn.ts';

/** Reads the attributes of a queue, which need its URL; its URL by its name where its ARN is not known. Source: Amazon SQS endpoints and quotas. */
const queueCommand = (name: string, arn: string, endpoint: string | undefined): readonly string[] => {
  const queue = parseQueueArn(arn);
  if (queue === undefined) return ['sqs', 'get-queue-url', '--queue-name', name];
  const domain = queue.partition === 'aws-cn' ? 'amazonaws.com.cn' : 'amazonaws.com';
  const base = endpoint?.replace(/\/+$/, '') ?? `https://sqs.${queue.region}.${domain}`;
  const url = `${base}/${queue.account}/${queue.name}`;
  return ['sqs', 'get-queue-attributes', '--attribute-names', 'All', '--queue-url', url];
};

/** The command of the AWS CLI that reads a row; undefined for a row that it cannot read. */
const commandOf = (row: CommandRow, endpoint: string | undefined): readonly string[] | undefined => {
  switch (row.kind) {
    case 'queues':
      if (row.fact.kind === 'topic')
        return ['sns', 'get-topic-attributes', '--topic-arn', row.fact.uid ?? row.fact.name];
      return queueCommand(row.fact.name, row.fact.uid ?? '', endpoint);
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
  const command = commandOf(row, endpoint);
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
