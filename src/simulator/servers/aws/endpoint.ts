import type { AwsAccount } from '../../model/aws/aws-account.ts';
import type { EventPipeline } from '../../model/pipeline/event-pipeline.ts';
import type { Minute } from '../../model/pipeline/minute-metrics.ts';
import {
  type Handler,
  notAllowed,
  type ParsedRequest,
  type ServerReply,
  serve,
} from '../http/http-server.ts';
import {
  changeRecorderFor,
  type ProtocolEndpoint,
  type SimulatorContext,
} from '../http/simulator-context.ts';
import { type SimulatedTool, startStandIns } from '../http/stand-in-programs.ts';
import { awsHandler } from './api.ts';
import { CloudWatchStore, type SimulatedMetric } from './cloudwatch.ts';
import { FunctionStore } from './lambda.ts';
import { awsFailure } from './reply.ts';

/** Services that the health page lists. */
const listed = ['cloudwatch', 'dynamodb', 'lambda', 's3', 'sns', 'sqs', 'sts'];

/** `GET /_localstack/health`. Source: LocalStack docs, internal endpoints. */
const healthPage = (account: AwsAccount, { method }: ParsedRequest): ServerReply =>
  method === 'GET'
    ? {
        status: 200,
        json: {
          services: Object.fromEntries(listed.map((name) => [name, account.stateOf(name)])),
          edition: 'community',
          version: '4.9.2',
        },
      }
    : notAllowed('GET');

const longUptimeS = 3 * 86_400;

/** `GET /_localstack/info`. Source: LocalStack docs, internal endpoints. */
const infoPage = ({ sessionId, startedAt }: AwsAccount, now: number): ServerReply => ({
  status: 200,
  json: {
    version: '4.9.2',
    edition: 'community',
    session_id: sessionId,
    uptime: Number.isFinite(startedAt) ? Math.floor((now - startedAt) / 1000) : longUptimeS,
  },
});

const pageMessages = 20;

/** `GET /_aws/sqs/messages?QueueUrl=`: messages without receiving them. Source: LocalStack docs, SQS developer endpoints. */
const messagesPage = ({ queues }: AwsAccount, { method, query }: ParsedRequest): ServerReply => {
  if (method !== 'GET') return notAllowed('GET');
  const queue = queues.queue((query.get('QueueUrl') ?? '').split('/').at(-1) ?? '');
  if (queue === undefined) return awsFailure(400, 'QueueDoesNotExist', 'The specified queue does not exist.');
  const messages = queue.visible
    .slice(0, pageMessages)
    .map(({ id, body }) => ({ MessageId: id, Body: body, Attributes: { ApproximateReceiveCount: '5' } }));
  return { status: 200, json: { ReceiveMessageResponse: { ReceiveMessageResult: { Message: messages } } } };
};

/** Value of a metric of the services for one minute. */
const ownMetrics: Readonly<Record<string, (minute: Minute, statistic: string) => number | undefined>> = {
  EventThroughput: ({ events }) => events,
  EventLatency: ({ p99Ms, latencySum, latencyCount }, statistic) =>
    latencyCount === 0 ? undefined : statistic === 'p99' ? p99Ms : Math.round(latencySum / latencyCount),
  ErrorRate: ({ requests, failedRequests }) =>
    requests === 0 ? undefined : Math.round((10_000 * failedRequests) / requests) / 100,
  FailedEvents: ({ failed }) => failed,
};

/** Value of a metric of SQS for one minute. */
const queueMetrics: Readonly<
  Record<string, (of: { readonly sent: number; readonly received: number; readonly depth: number }) => number>
> = {
  NumberOfMessagesSent: ({ sent }) => sent,
  NumberOfMessagesDeleted: ({ received }) => received,
  // A message waits as long as it takes to receive those before it.
  ApproximateAgeOfOldestMessage: ({ depth, received }) => Math.round((60 * depth) / Math.max(1, received)),
  ApproximateNumberOfMessagesVisible: ({ depth }) => depth,
};

const metricsOf = (
  view: SimulatorContext,
  account: AwsAccount,
  pipeline: EventPipeline | undefined,
): readonly SimulatedMetric[] => {
  const minuteAt = (time: number): Minute | undefined =>
    pipeline?.metrics.minute(view.model.toModel(time - view.clock.wallOffset()));
  const own = Object.entries(ownMetrics).map(
    ([metric, read]): SimulatedMetric => ({
      namespace: account.spec.namespace,
      metric,
      dimensions: {},
      value: (time, statistic) => {
        const minute = minuteAt(time);
        return minute && read(minute, statistic);
      },
    }),
  );
  const queues = account.spec.queues.flatMap(({ name }) =>
    Object.entries(queueMetrics).map(
      ([metric, read]): SimulatedMetric => ({
        namespace: 'AWS/SQS',
        metric,
        dimensions: { QueueName: name },
        value: (time) => {
          const queue = minuteAt(time)?.queues.get(name);
          return queue && read(queue);
        },
      }),
    ),
  );
  const functions = account.spec.functions.map(
    ({ name }): SimulatedMetric => ({
      ...{ namespace: 'AWS/Lambda', metric: 'Errors', dimensions: { FunctionName: name } },
      value: (time) => (minuteAt(time) === undefined ? undefined : 0),
    }),
  );
  return [...own, ...queues, ...functions];
};

/** The prefix of an action's target, by service. */
const servicePrefixes: readonly (readonly [RegExp, string])[] = [
  [/^AmazonSQS\./, 'sqs'],
  [/^GraniteServiceVersion20100801\./, 'cloudwatch'],
];

/** Starts the environment's AWS emulator: `${world.aws}` is its address. */
export const startAwsEndpoint = async (view: SimulatorContext): Promise<ProtocolEndpoint> => {
  const { aws: account, pipeline } = view.model.layout(view.env).parts;
  if (account === undefined) throw new Error(`${view.env} has no AWS emulator`);
  const { buckets, functions } = account.spec;
  const record = changeRecorderFor(view, 'aws');
  const now = view.clock.now();
  const handle = awsHandler(account.queues, () => {}, {
    cloudWatch: new CloudWatchStore(metricsOf(view, account, pipeline), account.alarms),
    functions: new FunctionStore(functions.map((stateSpec) => ({ ...stateSpec }))),
    topics: account.topics,
    buckets: Object.fromEntries(
      Object.entries(buckets).map(([name, objects]) => [
        name,
        objects.map(({ key, bytes, ageMs }) => ({ key, bytes, at: now - ageMs })),
      ]),
    ),
  });
  const handler: Handler = (ask) => {
    view.model.environmentAt(view.env, view.clock.now());
    if (!account.isUp) return 'cut';
    if (ask.rawPath.startsWith('/_localstack/health')) return healthPage(account, ask);
    if (ask.rawPath.startsWith('/_localstack/info')) return infoPage(account, view.clock.now());
    if (ask.rawPath.startsWith('/_aws/sqs/messages')) return messagesPage(account, ask);
    const service = servicePrefixes.find(([pattern]) => pattern.test(ask.target ?? ''))?.[1];
    if (service !== undefined && account.failing.has(service))
      return awsFailure(
        500,
        'InternalError',
        `exception while calling ${service}: service is in state error`,
      );
    const action = ask.target?.slice(ask.target.indexOf('.') + 1);
    if (action !== undefined && changes.test(action)) record(action, ask.body);
    return handle(ask);
  };
  const server = await serve(handler, view.clock);
  const programs = await startStandIns(view, 'aws-tools', { pwsh: setupTool(view, account) });
  return {
    vars: { aws: server.url, ...programs.vars },
    program: programs.program,
    close: async () => {
      await Promise.all([server.close(), programs.close()]);
    },
  };
};

const setupScript = /(?:^|\/)setup-localstack\.ps1$/;

/** PowerShell with one script, which creates queues and topics that do not exist: `-NoProfile -File …/setup-localstack.ps1`. */
const setupTool =
  (view: SimulatorContext, account: AwsAccount): SimulatedTool =>
  (args) => {
    view.model.environmentAt(view.env, view.clock.now());
    if (!setupScript.test(args.at(-1) ?? ''))
      return { status: 64, err: `not supported by the simulator: ${args.join(' ')}\n` };
    changeRecorderFor(view, 'aws')(`pwsh ${args.join(' ')}`);
    if (!account.isUp || account.failing.size > 0)
      return { status: 1, err: 'Could not connect to the endpoint URL\n' };
    return {
      status: 0,
      out: account
        .createMissing()
        .map((name) => `created ${name}\n`)
        .join(''),
    };
  };

/** Actions that change something. */
const changes = /^(?:Send|Purge|Start|Cancel|Create|Delete|Set)/;
