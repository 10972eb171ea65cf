import { type QueueStore, simulatedAccount } from '../../model/spec/queue-store.ts';
import type { Handler, ParsedRequest, ServerReply } from '../http/http-server.ts';
import { CloudWatchStore, cloudWatchActions } from './cloudwatch.ts';
import { dynamoActions, type SimulatedTable } from './dynamodb.ts';
import { FunctionStore, lambdaReply } from './lambda.ts';
import { LogGroupStore, logsActions } from './logs.ts';
import { type AwsActions, type AwsBody, awsFailure } from './reply.ts';
import { type SimulatedObject, s3Reply } from './s3.ts';
import { type SimulatedTopic, snsReply } from './sns.ts';
import { sqsActions } from './sqs.ts';

/** STS in the query protocol: its responses are XML. Source: AWS, STS API Reference, GetCallerIdentity. */
const callerIdentity: ServerReply = {
  status: 200,
  type: 'text/xml',
  text: [
    '<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><GetCallerIdentityResult>',
    `<Arn>arn:aws:sts::${simulatedAccount}:assumed-role/opsdeck/simulator</Arn><UserId>AROAEXAMPLE:simulator</UserId>`,
    `<Account>${simulatedAccount}</Account></GetCallerIdentityResult>`,
    '<ResponseMetadata><RequestId>00000000-0000-4000-8000-000000000000</RequestId></ResponseMetadata></GetCallerIdentityResponse>',
  ].join(''),
};

const bodyOf = (written: string): AwsBody | undefined => {
  try {
    const body: unknown = JSON.parse(written);
    return typeof body === 'object' && body !== null ? { ...body } : undefined;
  } catch {
    return undefined;
  }
};

/** The services of a simulated account, beside SQS and STS. */
export interface SimulatedServices {
  readonly cloudWatch?: CloudWatchStore;
  readonly logs?: LogGroupStore;
  readonly functions?: FunctionStore;
  readonly tables?: readonly SimulatedTable[];
  readonly topics?: SimulatedTopic[];
  /** Objects by bucket. */
  readonly buckets?: Readonly<Record<string, readonly SimulatedObject[]>>;
}

/** The actions of the services with a JSON protocol, by the prefix of their target. */
const jsonServices = (
  store: QueueStore,
  { cloudWatch = new CloudWatchStore(), logs = new LogGroupStore(), tables = [] }: SimulatedServices,
): Readonly<Record<string, AwsActions>> => ({
  AmazonSQS: sqsActions(store),
  GraniteServiceVersion20100801: cloudWatchActions(cloudWatch, store.clock),
  Logs_20140328: logsActions(logs),
  DynamoDB_20120810: dynamoActions(tables),
});

/** The action that a request names: 'ListQueues', 'GetCallerIdentity', 'GET /path' of a REST protocol. */
const requestedAction = ({ target = '', body, method, rawPath }: ParsedRequest): string =>
  target === ''
    ? (new URLSearchParams(body).get('Action') ?? `${method} ${rawPath}`)
    : target.slice(target.indexOf('.') + 1);

const unknownAction = (action: string): ServerReply => ({
  status: 400,
  type: 'text/xml',
  text: `<ErrorResponse><Error><Type>Sender</Type><Code>InvalidAction</Code><Message>Could not find operation ${action}</Message></Error></ErrorResponse>`,
});

/** The response of a service without an action header: STS, SNS (query), Lambda and S3 (REST). */
const untargetedReply = (
  { functions = new FunctionStore([]), topics = [], buckets = {} }: SimulatedServices,
  ask: ParsedRequest,
  action: string,
): ServerReply => {
  if (action === 'GetCallerIdentity') return callerIdentity;
  const form = new URLSearchParams(ask.body);
  if (form.has('Action')) return snsReply(topics, action, form) ?? unknownAction(action);
  const lambda = lambdaReply(functions, ask);
  if (lambda !== undefined) return lambda;
  return ask.method === 'GET' ? s3Reply(buckets, ask) : { status: 405, text: '' };
};

/**
 * Handles the services of an account at one address, as LocalStack does: SQS, CloudWatch, Logs and DynamoDB (AWS JSON), STS and SNS (query), Lambda and S3 (REST). Signatures
 * are not verified. `seen`: called with the action of each request.
 */
export const awsHandler = (
  store: QueueStore,
  seen: (action: string) => void = () => {},
  services: SimulatedServices = {},
): Handler => {
  const byTarget = jsonServices(store, services);
  return (ask) => {
    const action = requestedAction(ask);
    seen(action);
    store.advance();
    const { target = '' } = ask;
    if (target === '') return untargetedReply(services, ask, action);
    if (ask.method !== 'POST') return { status: 405, text: '' };
    const body = bodyOf(ask.body);
    if (body === undefined)
      return awsFailure(400, 'SerializationException', 'The request body is not valid JSON');
    const actions = byTarget[target.slice(0, target.indexOf('.'))];
    return actions?.[action]?.(body, ask) ?? awsFailure(400, 'UnknownOperationException', '');
  };
};
