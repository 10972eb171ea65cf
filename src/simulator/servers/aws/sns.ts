import type { ServerReply } from '../http/http-server.ts';

/** A simulated topic. */
export interface SimulatedTopic {
  readonly name: string;
  readonly confirmed?: number;
  readonly pending?: number;
}

const arnOf = (name: string): string => `arn:aws:sns:eu-central-1:123456789012:${name}`;

const xml = (action: string, result: string): ServerReply => ({
  status: 200,
  type: 'text/xml',
  text: `<${action}Response xmlns="http://sns.amazonaws.com/doc/2010-03-31/"><${action}Result>${result}</${action}Result><ResponseMetadata><RequestId>00000000-0000-4000-8000-000000000000</RequestId></ResponseMetadata></${action}Response>`,
});

const notFound: ServerReply = {
  status: 404,
  type: 'text/xml',
  text: '<ErrorResponse><Error><Type>Sender</Type><Code>NotFound</Code><Message>Topic does not exist</Message></Error></ErrorResponse>',
};

/** SNS in the query protocol; undefined for another action. Source: AWS, SNS API Reference. */
export const snsReply = (
  topics: SimulatedTopic[],
  action: string,
  form: URLSearchParams,
): ServerReply | undefined => {
  if (action === 'ListTopics') {
    const members = topics.map(({ name }) => `<member><TopicArn>${arnOf(name)}</TopicArn></member>`);
    return xml(action, `<Topics>${members.join('')}</Topics>`);
  }
  if (action === 'CreateTopic') {
    const name = form.get('Name') ?? '';
    if (!topics.some((topic) => topic.name === name)) topics.push({ name });
    return xml(action, `<TopicArn>${arnOf(name)}</TopicArn>`);
  }
  if (action !== 'GetTopicAttributes') return undefined;
  const topic = topics.find(({ name }) => arnOf(name) === form.get('TopicArn'));
  if (topic === undefined) return notFound;
  const entries = [
    ['TopicArn', arnOf(topic.name)],
    ['SubscriptionsConfirmed', String(topic.confirmed ?? 0)],
    ['SubscriptionsPending', String(topic.pending ?? 0)],
  ].map(([key, value]) => `<entry><key>${key}</key><value>${value}</value></entry>`);
  return xml(action, `<Attributes>${entries.join('')}</Attributes>`);
};
