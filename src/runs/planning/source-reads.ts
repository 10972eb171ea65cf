import type { Millis } from '../../domain/fault.ts';
import type { Proposal } from '../../domain/proposal.ts';
import type { Clock } from '../../platform/clock.ts';
import { callWithDeadline } from '../../scheduler/call-with-deadline.ts';
import type { EnvironmentReader } from '../environment-reader.ts';
import { expiredLogin } from '../login-renewal.ts';

/** The refusal of a proposal: the reason, and the ending of the run. */
export type ProposalRefusal = NonNullable<Proposal['refusal']>;

/** The time limit for the reads of one plan, recheck or identity check. */
const readsMs: Millis = 20_000;

/** Runs reads of a source with the executor's deadline. Throws what they throw. */
export const withDeadline = async <T>(
  call: (signal: AbortSignal) => Promise<T>,
  clock: Clock,
  signal: AbortSignal,
  longestMs = readsMs,
): Promise<T> => {
  const stop = new AbortController();
  const cancel = (): void => stop.abort(signal.reason);
  if (signal.aborted) cancel();
  signal.addEventListener('abort', cancel, { once: true });
  const outcome = await callWithDeadline(call, clock, longestMs, stop).outcome;
  signal.removeEventListener('abort', cancel);
  if (outcome.is === 'answered') return outcome.value;
  throw outcome.is === 'threw' ? outcome.error : stop.signal.reason;
};

/** Returns the refusal of a source for changes: it is a different system, or its identity is unknown. */
export const identityRefusal = async (
  engine: EnvironmentReader,
  source: string,
  signal: AbortSignal,
): Promise<ProposalRefusal | undefined> => {
  const fault = await engine.confirmIdentity(source, signal);
  if (fault === undefined) return undefined;
  if (fault.kind === 'wrong-system')
    return { ending: 'forbidden', why: `${source} is locked: ${fault.message}` };
  const login = expiredLogin(engine.profile, { ...fault, source });
  return {
    ending: 'failed',
    why: `${source}: identity could not be confirmed: ${fault.message}`,
    ...(login === undefined ? {} : { login }),
  };
};
