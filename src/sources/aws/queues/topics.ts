import type { NotificationTopic } from '../../../clients/aws/storage-types.ts';
import type { Fault } from '../../../domain/fault.ts';
import type { Queue } from '../../../kinds/queues/fact.ts';
import { WireError } from '../../../platform/wire-error.ts';
import { mapConcurrently } from '../../concurrency.ts';
import { staleAfter } from '../../connection.ts';
import type { Feed } from '../../source.ts';
import type { AwsContext } from '../context.ts';
import { isOfOneResource, isPrefix, matchesAny, matchesPattern } from '../patterns.ts';

/** Concurrent requests. */
const requestsAtOnce = 4;

const topicNameOf = (arn: string): string => arn.slice(arn.lastIndexOf(':') + 1);

/** Reads the configured topics. Throws WireError when none of them can be read. */
const readTopics = async (
  { config, topics: reader, fault }: AwsContext,
  signal: AbortSignal,
): Promise<{ readonly topics: readonly NotificationTopic[]; readonly faults: readonly Fault[] }> => {
  const { topics: patterns } = config;
  const faults: Fault[] = [];
  const errors: unknown[] = [];
  // A topic has no address but its ARN, which only a list gives. The list is as long as the account.
  const listed = await reader.topics(Number.POSITIVE_INFINITY, signal);
  const arns = listed.filter((arn) => matchesAny(patterns, topicNameOf(arn))).sort();
  const missing = patterns.filter(
    (pattern) => !isPrefix(pattern) && !listed.some((arn) => matchesPattern(pattern, topicNameOf(arn))),
  );
  for (const name of missing)
    faults.push(fault('SNS ListTopics', new WireError('missing', `no topic ${name}`)));
  const read = await mapConcurrently(
    arns.slice(0, config.most),
    requestsAtOnce,
    async (arn): Promise<readonly NotificationTopic[]> => {
      try {
        return [await reader.topic(arn, signal)];
      } catch (error) {
        if (!isOfOneResource(error)) throw error;
        errors.push(error);
        faults.push(fault(`SNS GetTopicAttributes ${topicNameOf(arn)}`, error));
        return [{ arn, isFifo: arn.endsWith('.fifo') }];
      }
    },
  );
  if (arns.length > 0 && errors.length === arns.length) throw errors[0];
  return { topics: read.flat(), faults };
};

/** The topics as rows of QUEUES: they have subscribers, and no depth. */
export const topicsFeed = (context: AwsContext): Feed => {
  const { source, config, fault, now } = context;
  return {
    id: `${source}/topics`,
    source,
    name: 'topics',
    kind: 'queues',
    everyMs: config.every,
    staleMs: staleAfter(config.every),
    timeoutMs: config.timeout,
    requests: config.topics.length + 1,
    read: async (signal) => {
      try {
        const { topics, faults } = await readTopics(context, signal);
        const items = topics.map(
          ({ arn, confirmed, pending, isFifo }): Queue => ({
            ...{ source, at: now(), name: topicNameOf(arn), kind: 'topic', uid: arn, isFifo },
            deadLettersOf: [],
            ...(confirmed === undefined ? {} : { subscriptions: confirmed }),
            ...(pending === undefined ? {} : { pendingSubscriptions: pending }),
          }),
        );
        return { items, faults };
      } catch (error) {
        return { items: [], faults: [fault('SNS ListTopics', error)] };
      }
    },
  };
};
