import type { Fault, Millis } from '../domain/base/fault.ts';
import { toFault } from '../platform/network/to-fault.ts';
import type { Clock } from '../platform/runtime/clock.ts';
import type { Source } from '../sources/kit/contract/source.ts';
import { callWithDeadline } from './call-with-deadline.ts';

const everyMs: Millis = 60_000;
/**
 * Interval while the identity is wrong or unreadable; shorter, so that a corrected address is noticed soon.
 */
const afterFaultMs: Millis = 15_000;

/** Result of the identity check of one source. */
export interface IdentityMonitor {
  /**
   * Returns a `wrong-system` fault, or the reason why the check failed; undefined when the identity matches
   * or the source has none.
   */
  fault(): Fault | undefined;
  /** True when a different system responds: nothing of this source is read or used. */
  isWrong(): boolean;
  /** Repeats the check when it is due. */
  tick(now: Millis): void;
  /** True when the source may be read. Runs the first check if none has run yet. */
  mayRead(): Promise<boolean>;
  /**
   * Repeats the check unless one ran since `moment`. After a lost connection, another system may have taken
   * over the address.
   */
  confirmSince(moment: Millis): Promise<void>;
  /** Runs the check now, whatever the previous result. Also returns a fault when the check itself failed. */
  confirm(signal?: AbortSignal): Promise<Fault | undefined>;
  stop(): void;
}

interface IdentityMonitorOptions {
  readonly clock: Clock;
  readonly timeoutMs: Millis;
  /** Called when a different system starts to respond. */
  onWrong(fault: Fault): void;
  /** Called when the right system responds again. */
  onRight(): void;
}

/** Monitor of a source that cannot identify itself: it is always trusted. */
const trusted: IdentityMonitor = {
  fault: () => undefined,
  isWrong: () => false,
  tick: () => {},
  mayRead: async () => true,
  confirmSince: async () => {},
  confirm: async () => undefined,
  stop: () => {},
};

/** Creates the identity check of one source. It runs before the first read, every minute, and on request. */
export const createIdentityMonitor = (source: Source, parts: IdentityMonitorOptions): IdentityMonitor => {
  if (source.identify === undefined) return trusted;
  const identify = source.identify.bind(source);
  const { clock, timeoutMs } = parts;
  let problem: Fault | undefined;
  /** Start time of the last completed check. */
  let checkedAt: Millis | undefined;
  let wrong = false;
  let dueAt: Millis = 0;
  let stopped = false;
  /** The check in progress: two never run at once. */
  let running: Promise<Fault | undefined> | undefined;
  /** True while a check that ignored its deadline has not ended. */
  let hung = false;
  let stop = new AbortController();

  const learn = (fault: Fault | undefined, began: Millis): void => {
    checkedAt = began;
    dueAt = clock.now() + (fault === undefined ? everyMs : afterFaultMs);
    const was = wrong;
    if (fault === undefined) wrong = false;
    else if (fault.kind === 'wrong-system') wrong = true;
    // After a mismatch, a failed check proves nothing: only a matching identity clears the fault.
    if (!wrong || fault?.kind === 'wrong-system') problem = fault;
    if (wrong && !was && problem !== undefined) parts.onWrong(problem);
    if (was && !wrong) parts.onRight();
  };

  const check = async (signal: AbortSignal | undefined): Promise<Fault | undefined> => {
    const failed = (error: unknown): Fault => toFault(source.id, 'identity', error, clock.now());
    if (hung)
      return failed(
        new DOMException(
          'an earlier identity check is still running: the next one is due with the next reading',
          'TimeoutError',
        ),
      );
    stop = new AbortController();
    const cancel = (): void => stop.abort(signal?.reason);
    if (signal?.aborted === true) return failed(signal.reason);
    signal?.addEventListener('abort', cancel, { once: true });
    hung = true;
    const { outcome, ended } = callWithDeadline(identify, clock, timeoutMs, stop);
    void ended.then(() => {
      hung = false;
    });
    const result = await outcome;
    signal?.removeEventListener('abort', cancel);
    if (result.is === 'answered') return result.value;
    return failed(result.is === 'threw' ? result.error : new DOMException('no answer', 'TimeoutError'));
  };

  const confirm = async (signal?: AbortSignal): Promise<Fault | undefined> => {
    while (running !== undefined) await running;
    const began = clock.now();
    running = check(signal);
    const fault = await running;
    running = undefined;
    if (!stopped && signal?.aborted !== true) learn(fault, began);
    return fault;
  };

  return {
    fault: () => problem,
    isWrong: () => wrong,
    tick: (now) => {
      if (checkedAt !== undefined && running === undefined && now >= dueAt) void confirm();
    },
    mayRead: async () => {
      while (checkedAt === undefined && !stopped) await (running ?? confirm());
      return !wrong && !stopped;
    },
    confirmSince: async (moment) => {
      while ((checkedAt ?? 0) < moment && !stopped) await (running ?? confirm());
    },
    confirm,
    stop: () => {
      stopped = true;
      stop.abort();
    },
  };
};
