import { defined } from '../../../domain/base/defined.ts';
import type { Fault } from '../../../domain/base/fault.ts';
import type { Queue } from '../../../kinds/queues/fact.ts';
import { WireError } from '../../../platform/runtime/wire-error.ts';
import { prefixOf } from '../../kit/values/name-pattern.ts';
import type { AwsContext } from '../account/context.ts';
import { parseQueueArn } from '../account/queue-arn.ts';
import { readResources } from '../account/read-resources.ts';
import { parseRedrivePolicy, queueNameOf, queueNumbers } from './attributes.ts';
import { withRedrives } from './move-tasks.ts';

/** One queue as read; without attributes when they are unknown. */
interface ReadQueue {
  readonly name: string;
  readonly attributes?: Readonly<Record<string, string>>;
}

/** All queues of a reading, and what could not be read. */
export interface QueueReading {
  readonly queues: readonly Queue[];
  readonly faults: readonly Fault[];
  /** See `Reading`. */
  readonly unavailable: readonly Fault[];
}

/** Reads the configured queues, then the dead-letter queues that they name. */
export const createQueueReader = (context: AwsContext) => {
  const { reader, config, fault, source } = context;
  /** URLs of queues by name: the URL of a queue never changes. */
  const urls = new Map<string, string>();

  const urlOf = async (name: string, account: string | undefined, signal: AbortSignal): Promise<string> => {
    const known = urls.get(name);
    if (known !== undefined) return known;
    const url = await reader.queueUrl(name, account, signal);
    urls.set(name, url);
    return url;
  };

  /** The URLs of the configured queues, in the order of their names, and the named ones that cannot be found. */
  const findQueues = async (
    signal: AbortSignal,
  ): Promise<{ readonly found: readonly string[]; readonly faults: readonly Fault[] }> => {
    const { read, faults, failure } = await readResources(context, config.queues, {
      call: (pattern) => (prefixOf(pattern) === undefined ? `SQS GetQueueUrl ${pattern}` : 'SQS ListQueues'),
      read: async (pattern) => {
        const prefix = prefixOf(pattern);
        return prefix === undefined
          ? [await urlOf(pattern, undefined, signal)]
          : reader.queueUrls(prefix, config.limit, signal);
      },
    });
    if (failure !== undefined) throw failure;
    const found = [...new Set(read.flat())].sort();
    if (found.length <= config.limit) return { found, faults };
    const more = new WireError(
      'unconfigured',
      `more than ${config.limit} queues match. Only the first ${config.limit} are shown: restrict queues, or raise limit`,
    );
    return { found: found.slice(0, config.limit), faults: [...faults, fault('SQS ListQueues', more)] };
  };

  const readAll = (
    all: readonly { readonly name: string; url(): Promise<string> | string }[],
    signal: AbortSignal,
  ) =>
    readResources(context, all, {
      call: ({ name }) => `SQS GetQueueAttributes ${name}`,
      read: async ({ name, url }): Promise<ReadQueue> => ({
        name,
        attributes: await reader.attributes(await url(), signal),
      }),
      unread: ({ name }): ReadQueue => {
        // A deleted queue may be created again, in another account.
        urls.delete(name);
        return { name };
      },
    });

  return async (signal: AbortSignal): Promise<QueueReading> => {
    const { found, faults } = await findQueues(signal);
    const own = await readAll(
      found.map((url) => ({ name: queueNameOf(url), url: () => url })),
      signal,
    );
    if (own.failure !== undefined) throw own.failure;
    const names = new Set(own.read.map(({ name }) => name));
    const arns = new Map(
      own.read.flatMap(({ attributes = {} }) => {
        const arn = parseRedrivePolicy(attributes)?.arn ?? '';
        const parsed = parseQueueArn(arn);
        return parsed === undefined || names.has(parsed.name) ? [] : [[arn, parsed] as const];
      }),
    );
    const others = await readAll(
      [...arns.values()].map(({ name, account }) => ({ name, url: () => urlOf(name, account, signal) })),
      signal,
    );
    const rows = queueRows([...own.read, ...others.read], { source, at: context.now() });
    return {
      ...(await withRedrives(context, rows, signal)),
      faults: [...faults, ...own.faults, ...others.faults],
    };
  };
};

/** The rows of read queues, by name. A dead-letter queue is one that another queue names. */
const queueRows = (
  read: readonly ReadQueue[],
  stamp: { readonly source: string; readonly at: number },
): readonly Queue[] => {
  const policies = new Map(
    read.map(({ name, attributes }) => [name, attributes && parseRedrivePolicy(attributes)]),
  );
  const numbers = new Map(read.map(({ name, attributes }) => [name, attributes && queueNumbers(attributes)]));
  const deadLettersOf = new Map<string, string[]>();
  for (const [name, policy] of policies) {
    const dlq = parseQueueArn(policy?.arn ?? '')?.name;
    if (dlq !== undefined) deadLettersOf.set(dlq, [...(deadLettersOf.get(dlq) ?? []), name]);
  }
  return read
    .map(({ name }): Queue => {
      const policy = policies.get(name);
      const dlq = parseQueueArn(policy?.arn ?? '')?.name;
      const dlqDepth = dlq === undefined ? undefined : numbers.get(dlq)?.depth;
      const sources = deadLettersOf.get(name) ?? [];
      return {
        ...stamp,
        name,
        kind: sources.length > 0 ? 'dlq' : 'sqs',
        deadLettersOf: sources.toSorted(),
        ...numbers.get(name),
        ...defined({ dlq, dlqDepth, maxReceives: policy?.maxReceives }),
      };
    })
    .sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
};
