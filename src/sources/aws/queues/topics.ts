import type { NotificationTopic } from '../../../clients/aws/storage-types.ts';
import { defined } from '../../../domain/base/defined.ts';
import type { Fault } from '../../../domain/base/fault.ts';
import type { Queue } from '../../../kinds/queues/fact.ts';
import { WireError } from '../../../platform/runtime/wire-error.ts';
import { staleAfter } from '../../kit/contract/connection.ts';
import type { Feed } from '../../kit/contract/source.ts';
import { matchesAny, splitPatterns } from '../../kit/values/name-pattern.ts';
import type { AwsContext } from '../account/context.ts';
import { readResources } from '../account/read-resources.ts';

/** Concurrent requests. */
const requestsAtOnce = 4;

const topicNameOf = (arn: string): string => arn.slice(arn.lastIndexOf(':') + 1);

/** Reads the configured topics. Throws WireError when none of them can be read. */
const readTopics = async (
  context: AwsContext,
  signal: AbortSignal,
): Promise<{ readonly topics: readonly NotificationTopic[]; readonly faults: readonly Fault[] }> => {
  const { config, topics: reader, fault } = context;
  const { topics: patterns } = config;
  // A topic has no address but its ARN, which only a list gives. The list is as long as the account.
  const listed = await reader.topics(Number.POSITIVE_INFINITY, signal);
  const arns = listed.filter((arn) => matchesAny(patterns, topicNameOf(arn))).sort();
  const missing = splitPatterns(patterns).names.filter(
    (name) => !listed.some((arn) => topicNameOf(arn) === name),
  );
  const reading = await readResources(context, arns.slice(0, config.limit), {
    call: (arn) => `SNS GetTopicAttributes ${topicNameOf(arn)}`,
    read: (arn) => reader.topic(arn, signal),
    unread: (arn): NotificationTopic => ({ arn, isFifo: arn.endsWith('.fifo') }),
    atOnce: requestsAtOnce,
  });
  if (reading.failure !== undefined) throw reading.failure;
  const absent = missing.map((name) =>
    fault(
      'SNS ListTopics',
      new WireError('missing', `no topic is called ${name}: check the name and the region`),
    ),
  );
  return { topics: reading.read, faults: [...absent, ...reading.faults] };
};

/** The topics as rows of Queues: they have subscribers, and no depth. */
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
            ...defined({ subscriptions: confirmed, pendingSubscriptions: pending }),
          }),
        );
        return { items, faults };
      } catch (error) {
        return { items: [], faults: [fault('SNS ListTopics', error)] };
      }
    },
  };
};
