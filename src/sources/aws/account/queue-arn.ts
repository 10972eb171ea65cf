/** An Amazon Resource Name of a queue: 'arn:aws:sqs:eu-central-1:123456789012:orders'. */
interface QueueArn {
  readonly partition: string;
  readonly region: string;
  readonly account: string;
  readonly name: string;
}

/** Parses the ARN of a queue; undefined for any other text. */
export const parseQueueArn = (arn: string): QueueArn | undefined => {
  const [, partition = '', region = '', account, name] =
    /^arn:([^:]*):sqs:([^:]*):([^:]*):([^:]+)$/.exec(arn) ?? [];
  return account === undefined || name === undefined ? undefined : { partition, region, account, name };
};
