import type { Fault, Millis } from '../domain/fault.ts';
import type { Clock } from '../platform/clock.ts';
import { toFault } from '../platform/to-fault.ts';
import type { Source } from '../sources/source.ts';
import { callWithDeadline } from './call-with-deadline.ts';

const everyMs: Millis = 60_000;
/** Sooner while it is wrong or could not be read, so that a mended address is seen soon. */
const afterFaultMs: Millis = 15_000;

/** Who answers at a source's address, as far as we know. */
export interface IdentityMonitor {
  /** A `wrong-system` fault, or why we could not find out; undefined when it is the right one or nobody asks. */
  fault(): Fault | undefined;
  /** Another system answers: nothing of this source is read or believed. */
  isWrong(): boolean;
  /** Asks again when it is time to. */
  tick(now: Millis): void;
  /** True when the source may be read. Asks first when nobody has asked yet. */
  mayRead(): Promise<boolean>;
  /** Asks again unless that was done since a moment: after a loss, another system may have taken the address. */
  confirmSince(moment: Millis): Promise<void>;
  /** Asks now, whatever was known. A fault also when it could not be found out. */
  confirm(signal?: AbortSignal): Promise<Fault | undefined>;
  stop(): void;
}

interface IdentityMonitorOptions {
  readonly clock: Clock;
  readonly timeoutMs: Millis;
  /** Another system answers, which was not known before. */
  onWrong(fault: Fault): void;
  /** The right system answers again. */
  onRight(): void;
}

/** A source that cannot tell who it is, is believed. */
const believed: IdentityMonitor = {
  fault: () => undefined,
  isWrong: () => false,
  tick: () => {},
  mayRead: async () => true,
  confirmSince: async () => {},
  confirm: async () => undefined,
  stop: () => {},
};

/** Watches who answers for one source: before its first read, every minute, and whenever somebody asks. */
export const createIdentityMonitor = (source: Source, parts: IdentityMonitorOptions): IdentityMonitor => {
  if (source.identify === undefined) return believed;
  const identify = source.identify.bind(source);
  const { clock, timeoutMs } = parts;
  let found: Fault | undefined;
  /** When the last question that was answered had been asked. */
  let askedAt: Millis | undefined;
  let wrong = false;
  let dueAt: Millis = 0;
  let stopped = false;
  /** The question that is being asked: two never run at once. */
  let question: Promise<Fault | undefined> | undefined;
  /** A question that ignored its deadline and has still not ended. */
  let hung = false;
  let stop = new AbortController();

  const learn = (fault: Fault | undefined, began: Millis): void => {
    askedAt = began;
    dueAt = clock.now() + (fault === undefined ? everyMs : afterFaultMs);
    const was = wrong;
    if (fault === undefined) wrong = false;
    else if (fault.kind === 'wrong-system') wrong = true;
    // Once it was wrong, no answer proves nothing: only the right answer clears it.
    if (!wrong || fault?.kind === 'wrong-system') found = fault;
    if (wrong && !was && found !== undefined) parts.onWrong(found);
    if (was && !wrong) parts.onRight();
  };

  const put = async (signal: AbortSignal | undefined): Promise<Fault | undefined> => {
    const failed = (error: unknown): Fault => toFault(source.id, 'identity', error, clock.now());
    if (hung) return failed(new DOMException('an earlier question has not ended', 'TimeoutError'));
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
    while (question !== undefined) await question;
    const began = clock.now();
    question = put(signal);
    const fault = await question;
    question = undefined;
    if (!stopped && signal?.aborted !== true) learn(fault, began);
    return fault;
  };

  return {
    fault: () => found,
    isWrong: () => wrong,
    tick: (now) => {
      if (askedAt !== undefined && question === undefined && now >= dueAt) void confirm();
    },
    mayRead: async () => {
      while (askedAt === undefined && !stopped) await (question ?? confirm());
      return !wrong && !stopped;
    },
    confirmSince: async (moment) => {
      while ((askedAt ?? 0) < moment && !stopped) await (question ?? confirm());
    },
    confirm,
    stop: () => {
      stopped = true;
      stop.abort();
    },
  };
};
