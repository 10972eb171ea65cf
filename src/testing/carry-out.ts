import type { ActEvent, Plan } from '../domain/operation.ts';
import { openChangeIo } from '../doors/change-io.ts';
import { createLease } from '../doors/lease.ts';
import { openReadIo } from '../doors/read-io.ts';
import { systemClock } from '../platform/clock.ts';
import type { Operation, SignalRequest, Source, SourceModule } from '../sources/source.ts';

/**
 * Opens a source as opsdeck does: `config` as a profile writes it, which throws where its schema refuses it, and a reading io. Its id is
 * its type. Close it.
 */
export const openSource = async <C>(
  module: SourceModule<C>,
  config: unknown,
  signals: readonly SignalRequest[] = [],
): Promise<Source> => {
  const opening = { id: module.type, env: 'test', config: module.config.parse(config), signals };
  return module.open(opening, openReadIo(systemClock()));
};

/** An operation that was carried out. */
export interface CarriedOut {
  readonly plan: Plan;
  readonly events: readonly ActEvent[];
}

/**
 * Carries an operation out as the executor does, without gates: plans, looks at the targets again and acts with a lease, which has
 * ended when this resolves. Rejects when the targets have changed in between, and with what the operation throws.
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
  const lent = createLease(change);
  try {
    const events: ActEvent[] = [];
    for await (const event of operation.act(plan, lent.io, signal)) events.push(event);
    return { plan, events };
  } finally {
    lent.end();
    await change.close();
  }
};
