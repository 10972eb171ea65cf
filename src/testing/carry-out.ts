import type { ActEvent, Plan } from '../domain/runbooks/operation.ts';
import { openChangeIo } from '../doors/change-io.ts';
import { createLease } from '../doors/lease.ts';
import { openReadIo } from '../doors/read-io.ts';
import { systemClock } from '../platform/runtime/clock.ts';
import type { Operation, SignalRequest, Source, SourceModule } from '../sources/kit/contract/source.ts';

/**
 * Opens a source as opsdeck does, with a reading io; the caller closes it. `config` is as written in a profile; throws
 * when the schema rejects it. The ID of the source is its type.
 */
export const openSource = async <C>(
  module: SourceModule<C>,
  config: unknown,
  signals: readonly SignalRequest[] = [],
): Promise<Source> => {
  const opening = { id: module.type, env: 'test', config: module.config.parse(config), signals };
  return module.open(opening, openReadIo(systemClock()));
};

/** An executed operation. */
export interface CarriedOut {
  readonly plan: Plan;
  readonly events: readonly ActEvent[];
}

/**
 * Executes an operation as the executor does, without gates: plans, checks the targets again and acts with a lease,
 * which has ended when this resolves. Rejects when the targets changed in between, and with the error of the operation.
 */
export const carryOut = async (
  operation: Operation,
  params: Readonly<Record<string, unknown>>,
): Promise<CarriedOut> => {
  const { signal } = new AbortController();
  const plan = await operation.plan(params, signal);
  const drift = await operation.recheck(plan, signal);
  if (drift !== undefined) throw new Error(`the target has changed: ${JSON.stringify(drift)}`);
  const change = openChangeIo(systemClock());
  const lease = createLease(change);
  try {
    const events: ActEvent[] = [];
    for await (const event of operation.act(plan, lease.io, signal)) events.push(event);
    return { plan, events };
  } finally {
    lease.end();
    await change.close();
  }
};
