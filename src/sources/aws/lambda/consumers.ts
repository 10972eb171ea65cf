import type { Fault } from '../../../domain/base/fault.ts';
import type { Queue } from '../../../kinds/queues/fact.ts';
import { WireError } from '../../../platform/runtime/wire-error.ts';
import type { AwsContext } from '../account/context.ts';

/** Adds the functions that poll each queue: those of other consumers are unknown. */
export const withConsumers = async (
  { config, lambda, fault }: AwsContext,
  queues: readonly Queue[],
  signal: AbortSignal,
): Promise<{ readonly queues: readonly Queue[]; readonly unavailable: readonly Fault[] }> => {
  if (config.functions.length === 0 || queues.length === 0) return { queues, unavailable: [] };
  try {
    const mappings = await lambda.mappings(signal);
    const byArn = Map.groupBy(mappings, ({ sourceArn }) => sourceArn);
    return {
      queues: queues.map((queue) => {
        const own = byArn.get(queue.uid ?? '') ?? [];
        const names = own.map(({ functionName, state }) =>
          state === 'Enabled' ? functionName : `${functionName} (${state})`,
        );
        return names.length === 0 ? queue : { ...queue, consumers: names.toSorted() };
      }),
      unavailable: [],
    };
  } catch (error) {
    if (!(error instanceof WireError) || error.kind === 'cancelled') throw error;
    return { queues, unavailable: [fault('Lambda ListEventSourceMappings', error)] };
  }
};
