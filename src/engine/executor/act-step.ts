import type { Millis } from '../../domain/fault.ts';
import type { ActEvent } from '../../domain/operation.ts';
import { toFault } from '../../io/fault.ts';
import type { ChangeIo, Clock } from '../../io/io.ts';
import { lease } from '../../io/lease.ts';
import { whenAborted } from '../bounded.ts';
import type { HeldAct } from './held.ts';

/** No single step goes on for longer: a call that never ends must not keep a run open for ever. */
const longestMs: Millis = 5 * 60_000;
/** What an operation gets, after its signal has aborted, to end what it began and say so. */
const graceMs: Millis = 2000;

export interface ActOutcome {
  readonly ok: boolean;
  /** What came back, in words. */
  readonly result: string;
}

const resultOf = (answered: readonly Extract<ActEvent, { is: 'answered' }>[]): ActOutcome => {
  const bad = answered.filter(({ ok }) => !ok);
  const said = (bad.length > 0 ? bad : answered).map(({ line, status }) => `${line} → ${status}`);
  const of =
    answered.length > 1 ? `${answered.length - bad.length} of ${answered.length} calls succeeded: ` : '';
  return { ok: bad.length === 0, result: said.length === 0 ? 'done' : of + said.join('; ') };
};

const textOf = (event: ActEvent): string =>
  event.is === 'output' ? event.text : event.is === 'call' ? event.line : `${event.line} → ${event.status}`;

/**
 * Carries out one planned step through a lease that ends with it. Ends when the operation does, when the signal
 * aborts (an operation that ignores it is left behind, without a door) or after five minutes. Never throws.
 */
export const actStep = async (
  { operation, plan, source }: HeldAct,
  change: ChangeIo,
  clock: Clock,
  signal: AbortSignal,
  output: (text: string) => Promise<unknown>,
): Promise<ActOutcome> => {
  const deadline = clock.deadline(longestMs);
  const stop = AbortSignal.any([signal, deadline.signal]);
  const lent = lease(change);
  const over = new AbortController();
  const left = whenAborted(stop)
    .then(() => clock.sleep(graceMs, over.signal))
    .then((): 'left' => 'left');
  const answered: Extract<ActEvent, { is: 'answered' }>[] = [];
  let events: AsyncIterator<ActEvent> | undefined;
  try {
    events = operation.act(plan, lent.io, stop)[Symbol.asyncIterator]();
    for (;;) {
      const next = await Promise.race([events.next(), left]);
      if (next === 'left')
        return { ok: false, result: 'it did not stop when told to; its outcome is unknown' };
      if (next.done === true) return resultOf(answered);
      if (next.value.is === 'answered') answered.push(next.value);
      await output(textOf(next.value));
    }
  } catch (error) {
    const { message } = toFault(source, plan.use, error, clock.now());
    return { ok: false, result: message };
  } finally {
    lent.end();
    over.abort();
    deadline.clear();
    // An operation that was left behind ends whenever it does; nobody waits for it.
    void Promise.resolve(events?.return?.()).catch(() => {});
  }
};
