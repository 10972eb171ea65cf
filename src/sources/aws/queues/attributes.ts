import { defined } from '../../../domain/base/defined.ts';
import type { Queue } from '../../../kinds/queues/fact.ts';
import { field, text } from '../../kit/values/wire-value.ts';

/** The name of a queue: the last part of its URL. */
export const queueNameOf = (url: string): string => url.slice(url.lastIndexOf('/') + 1);

type Attributes = Readonly<Record<string, string>>;

/** A count as SQS writes it; undefined when it is absent or not a whole number. */
const countOf = (attributes: Attributes, name: string): number | undefined => {
  const written = attributes[name];
  return written !== undefined && /^\d{1,15}$/.test(written) ? Number(written) : undefined;
};

/** The dead-letter queue of a queue and the number of receives before it; undefined when it has none. */
export interface RedrivePolicy {
  readonly arn: string;
  readonly maxReceives?: number;
}

/** Parses the RedrivePolicy attribute, which is JSON. */
export const parseRedrivePolicy = (attributes: Attributes): RedrivePolicy | undefined => {
  let policy: unknown;
  try {
    policy = JSON.parse(attributes.RedrivePolicy ?? 'null');
  } catch {
    return undefined;
  }
  const arn = text(field(policy, 'deadLetterTargetArn'));
  // Older tools write the number as text.
  const most = Number(field(policy, 'maxReceiveCount'));
  if (arn === undefined) return undefined;
  return { arn, ...(Number.isInteger(most) && most > 0 ? { maxReceives: most } : {}) };
};

/** The numbers and properties of a queue. Source: AWS, SQS API Reference, GetQueueAttributes. */
export const queueNumbers = (attributes: Attributes): Partial<Queue> => ({
  ...defined({
    depth: countOf(attributes, 'ApproximateNumberOfMessages'),
    inFlight: countOf(attributes, 'ApproximateNumberOfMessagesNotVisible'),
    delayed: countOf(attributes, 'ApproximateNumberOfMessagesDelayed'),
    retentionSeconds: countOf(attributes, 'MessageRetentionPeriod'),
    visibilitySeconds: countOf(attributes, 'VisibilityTimeout'),
    uid: attributes.QueueArn,
    created: attributes.CreatedTimestamp,
  }),
  // Standard queues have no such attribute.
  isFifo: attributes.FifoQueue === 'true',
});
