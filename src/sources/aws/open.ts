import type { CallerIdentity } from '../../clients/aws/aws-types.ts';
import type { Sample } from '../../domain/facts.ts';
import type { Fault } from '../../domain/fault.ts';
import type { Reading } from '../../domain/reading.ts';
import type { ReadIo } from '../../doors/io.ts';
import type { Queue } from '../../kinds/queues/fact.ts';
import { oneLine } from '../../platform/terminal/sanitize.ts';
import { WireError } from '../../platform/wire-error.ts';
import { staleAfter } from '../connection.ts';
import type { Feed, SignalRequest, Source, SourceOptions } from '../source.ts';
import { type AwsConfig, type AwsRead, awsReadSchema } from './config.ts';
import { type AwsContext, awsContext } from './context.ts';
import { examine } from './doctor.ts';
import { awsOperations } from './operations/index.ts';
import { createQueueReader } from './queues/read-queues.ts';

/** The value of a signal; without one, the reason. */
const sampleValue = (
  read: AwsRead,
  queues: readonly Queue[],
  isComplete: boolean,
): { readonly value: number } | { readonly why: string } => {
  const [[number, name] = ['', '']] = Object.entries(read);
  const queue = queues.find((one) => one.name === name);
  if (queue === undefined) return { why: isComplete ? `no queue ${name}` : `queue ${name} was not read` };
  const value = 'depth' in read ? queue.depth : 'inFlight' in read ? queue.inFlight : queue.delayed;
  return value === undefined ? { why: `${number} of ${name} is unknown` } : { value };
};

/** The SQS queues and the signals of their numbers. */
const queuesFeed = (context: AwsContext, signals: readonly SignalRequest[]): Feed => {
  const { source, config, fault, now } = context;
  const readQueues = createQueueReader(context);
  const reads = signals.map(({ id, read }) => ({ id, read: awsReadSchema.parse(read) }));
  return {
    id: `${source}/queues`,
    source,
    name: 'queues',
    kind: 'queues',
    everyMs: config.every,
    staleMs: staleAfter(config.every),
    timeoutMs: config.timeout,
    ...(reads.length === 0 ? {} : { signals: reads.map(({ id }) => id) }),
    requests: config.queues.length + 1,
    read: async (signal): Promise<Reading<Queue>> => {
      try {
        const { queues, faults, unavailable } = await readQueues(signal);
        const samples = reads.map(
          ({ id, read }): Sample => ({
            source,
            at: now(),
            signal: id,
            labels: {},
            ...sampleValue(read, queues, faults.length === 0),
          }),
        );
        return {
          items: queues,
          ...(reads.length === 0 ? {} : { samples }),
          faults,
          ...(unavailable.length === 0 ? {} : { unavailable }),
        };
      } catch (error) {
        return { items: [], faults: [fault('SQS ListQueues', error)] };
      }
    },
  };
};

/** Undefined when the credentials belong to the expected account; otherwise the reason. */
const accountFault = async (
  { reader, fault }: AwsContext,
  account: string,
  signal: AbortSignal,
): Promise<Fault | undefined> => {
  try {
    const identity = await reader.identity(signal);
    if (identity.account === account) return undefined;
    return fault(
      'STS GetCallerIdentity',
      new WireError(
        'wrong-system',
        `identity mismatch, a different account: ${identity.account}, expected ${account}`,
      ),
    );
  } catch (error) {
    return fault('STS GetCallerIdentity', error);
  }
};

/** The role or user of an ARN: 'ops' of 'arn:aws:sts::123456789012:assumed-role/ops/ana'. */
const roleOf = (arn: string): string => {
  const [kind = '', ...path] = arn.split(':').slice(5).join(':').split('/');
  return (kind === 'assumed-role' ? path[0] : path.at(-1)) ?? kind;
};

/** '*9012/ops': the end of the account id is enough to recognize it, and can be shown on a shared screen. */
export const principalText = ({ account, arn }: CallerIdentity): string =>
  oneLine(`*${account.slice(-4)}/${roleOf(arn)}`, 40);

/** Opens one source. Contacts nothing yet. */
export const openAws = ({ id, config, signals }: SourceOptions<AwsConfig>, io: ReadIo): Source => {
  const context = awsContext(id, config, io);
  const { identity } = config;
  return {
    id,
    feeds: [queuesFeed(context, signals)],
    operations: awsOperations.map((one) => one.open(context)),
    ...(identity === undefined
      ? {}
      : { identify: (signal) => accountFault(context, identity.account, signal) }),
    principal: async (signal) => principalText(await context.reader.identity(signal)),
    doctor: (signal) => examine(context, signals, signal),
    close: () => io.close(),
  };
};
