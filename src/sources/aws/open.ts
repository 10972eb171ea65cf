import type { CallerIdentity } from '../../clients/aws/aws-types.ts';
import type { Fault } from '../../domain/base/fault.ts';
import type { ReadIo } from '../../doors/io.ts';
import { oneLine } from '../../platform/masking/sanitize.ts';
import { WireError } from '../../platform/runtime/wire-error.ts';
import type { Source, SourceOptions } from '../kit/contract/source.ts';
import { splitLineSignals } from '../kit/counting/line-count.ts';
import { lineCountFeeds } from '../kit/counting/line-counts.ts';
import { type AwsConfig, awsReadSchema } from './account/config.ts';
import { type AwsContext, awsContext } from './account/context.ts';
import { diagnoseAws } from './doctor.ts';
import { awsFeeds } from './feeds.ts';
import { readAwsFingerprint } from './fingerprint.ts';
import { createLogTails } from './logs/tails.ts';
import { awsOperations } from './operations/index.ts';

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
        `identity mismatch, because the credentials belong to a different account: ${identity.account}, expected ${account}. Check the credentials`,
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
export const openAws = (
  { id, env, config, signals, views = [], logs }: SourceOptions<AwsConfig>,
  io: ReadIo,
): Source => {
  const context = awsContext(id, config, io);
  const { identity } = config;
  const { counting, others } = splitLineSignals(signals);
  const reads = others.map((signalRequest) => ({
    id: signalRequest.id,
    read: awsReadSchema.parse(signalRequest.read),
  }));
  const tails = createLogTails(context);
  return {
    id,
    feeds: [
      ...awsFeeds(context, env, reads),
      ...lineCountFeeds({ source: id, clock: io.clock, views, logs, signals: counting, tails }),
    ],
    ...(config.logs.length === 0 ? {} : { tails }),
    operations: awsOperations.map((awsOperation) => awsOperation.open(context)),
    ...(identity === undefined
      ? {}
      : { identify: (signal) => accountFault(context, identity.account, signal) }),
    fingerprint: (signal) => readAwsFingerprint(context, config, io, signal),
    principal: async (signal) => principalText(await context.reader.identity(signal)),
    account: async (signal) => oneLine((await context.reader.identity(signal)).arn, 200),
    doctor: (signal) => diagnoseAws(context, env, reads, signal),
    close: () => io.close(),
  };
};
