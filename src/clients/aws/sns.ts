import { GetTopicAttributesCommand, ListTopicsCommand, SNSClient } from '@aws-sdk/client-sns';
import { defined } from '../../domain/base/defined.ts';
import type { Transport } from '../../platform/transport.ts';
import type { AwsTarget } from './aws-types.ts';
import { openSdkSession, required } from './clients.ts';
import type { TopicReader } from './storage-types.ts';

const readActions: ReadonlySet<string> = new Set(['ListTopics', 'GetTopicAttributes']);

/** A count as SNS writes it; undefined when it is absent or not a whole number. */
const countOf = (written: string | undefined): number | undefined =>
  written !== undefined && /^\d{1,15}$/.test(written) ? Number(written) : undefined;

/** Opens the reading client. Contacts nothing yet. */
export const openTopics = (transport: Transport, target: AwsTarget): TopicReader => {
  const { config, run } = openSdkSession(transport, target, { allows: (action) => readActions.has(action) });
  const client = new SNSClient(config);
  return {
    topics: async (most, signal) => {
      const arns: string[] = [];
      let next: string | undefined;
      do {
        const page = new ListTopicsCommand(defined({ NextToken: next }));
        const { Topics, NextToken } = await run(signal, (options) => client.send(page, options));
        arns.push(...required(Topics, 'Topics').flatMap(({ TopicArn }) => TopicArn ?? []));
        next = NextToken;
      } while (next !== undefined && arns.length <= most);
      return arns;
    },
    topic: async (arn, signal) => {
      const { Attributes = {} } = await run(signal, (options) =>
        client.send(new GetTopicAttributesCommand({ TopicArn: arn }), options),
      );
      return {
        arn,
        isFifo: Attributes.FifoTopic === 'true',
        ...defined({
          confirmed: countOf(Attributes.SubscriptionsConfirmed),
          pending: countOf(Attributes.SubscriptionsPending),
        }),
      };
    },
    close: async () => client.destroy(),
  };
};
