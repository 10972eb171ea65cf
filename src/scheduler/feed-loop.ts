import type { Fault, FaultKind, Millis } from '../domain/base/fault.ts';
import type { FeedInfo, Reading } from '../domain/facts/reading.ts';
import type { ReadingClaim, SharedAnswer, SharedFeed, TakenReading } from '../domain/facts/shared-reading.ts';
import type { Trace, TraceEvent } from '../domain/runs/trace.ts';
import { formatDuration } from '../domain/text/duration.ts';
import { toFault } from '../platform/network/to-fault.ts';
import type { Clock } from '../platform/runtime/clock.ts';
import type { Feed } from '../sources/kit/contract/source.ts';
import { type CallOutcome, callWithDeadline } from './call-with-deadline.ts';
import { createChangeListener } from './change-listener.ts';
import type { TickWheel } from './feed-schedule.ts';
import { createFeedSchedule, hasAnswer } from './feed-schedule.ts';
import type { IdentityMonitor } from './identity.ts';
import type { ReadLimiter } from './read-limiter.ts';
import type { StoreChanges } from './store-changes.ts';

type FeedAnswer = Awaited<ReturnType<Feed['read']>>;

/** One read in progress. */
interface GuardedRead {
  /** Never rejects; resolves within the feed's time-out plus a short grace period. */
  readonly batch: Promise<FeedAnswer>;
  /** Resolves when the read has actually ended: later than `batch` when the feed ignored its signal. */
  readonly ended: Promise<void>;
}

/** Returns a reading without items and with one fault. */
const nothingBut = (fault: Fault): Reading<never> => ({ items: [], faults: [fault] });

/** Creates a fault that the engine itself raises for a feed. `what`: what the feed did or failed to do. */
export const feedFault = (kind: FaultKind, feed: FeedInfo, what: string, time: Millis): Fault => ({
  kind,
  source: feed.source,
  message: `${feed.name}${feed.instance === undefined ? '' : ` of ${feed.instance}`}: ${what}`,
  at: time,
});

/** Checks the response at run time: a faulty source may return anything, whatever its type declares. */
const isBatch = (answer: FeedAnswer | undefined): boolean =>
  Array.isArray(answer?.items) && Array.isArray(answer?.faults);

const batchOf = (
  feed: Feed,
  outcome: CallOutcome<FeedAnswer>,
  signal: AbortSignal,
  time: Millis,
): FeedAnswer => {
  if (outcome.is === 'answered' && isBatch(outcome.value)) return outcome.value;
  if (outcome.is === 'overdue' || (outcome.is === 'threw' && signal.aborted)) {
    const limit = formatDuration(feed.timeoutMs);
    return nothingBut(feedFault('timeout', feed, `no answer in ${limit}`, time));
  }
  const error = outcome.is === 'threw' ? outcome.error : new TypeError('the read did not return a reading');
  return nothingBut({ ...toFault(feed.source, feed.name, error, time), kind: 'bug' });
};

/**
 * Reads a feed once. A feed that throws yields a `bug` fault. One that ignores its deadline yields a
 * `timeout` fault and is no longer awaited. `stop` ends the read early.
 */
const guardedRead = (feed: Feed, clock: Clock, stop: AbortController): GuardedRead => {
  const { outcome, ended } = callWithDeadline((signal) => feed.read(signal), clock, feed.timeoutMs, stop);
  return { batch: outcome.then((result) => batchOf(feed, result, stop.signal, clock.now())), ended };
};

/** Polls one feed: decides when to read it, and never reads it twice at once. */
export interface FeedLoop {
  readonly feed: Feed;
  /** Begins a read when one is due. */
  tick(now: Millis): void;
  /** Subscribes to the feed's change notifications; each one triggers a read soon after. */
  listen(): void;
  /**
   * Reads now, or waits for the read in progress; resolves when the result has been applied. Respects a delay
   * that the server requested (Retry-After). Reads nothing if a repeated identity check still finds the wrong
   * system.
   */
  readNow(): Promise<void>;
  /** Like `readNow`, for a person who asks: also before the end of a delay that the server requested. */
  readOnRequest(): Promise<void>;
  /** Like `readNow`, but waits for a read that begins after this call. */
  readAgain(): Promise<void>;
  /** Like `readAgain`, after a change of the system: the back-off of a failing feed starts again from its interval. */
  readAfterChange(): Promise<void>;
  /** Abandons the read in progress and records this fault instead. */
  abandon(fault: Fault): void;
  /** Discards all readings, because another system has been responding. */
  forget(fault: Fault): void;
  /** Accounts for time that passed while the process was suspended. */
  catchUp(ms: Millis): void;
  /** True while a read has begun and its result has not been applied. */
  isReading(): boolean;
  /** True when the last reading was that of another process, or one is being looked for. */
  isTaken(): boolean;
  /** True when the last read got no response. */
  isSilent(): boolean;
  /** Ends the read in progress; resolves when it has ended. */
  stop(): Promise<void>;
}

interface FeedLoopOptions {
  readonly clock: Clock;
  readonly random: () => number;
  readonly wheel: TickWheel;
  readonly inFlight: ReadLimiter;
  readonly identity: IdentityMonitor;
  readonly changes: StoreChanges;
  /** Receives the start and the result of each read; undefined without `--trace`. */
  readonly trace?: Trace | undefined;
  /** Source whose share of the in-flight limit this loop uses. */
  readonly source: object;
  /** Readings of other processes; absent: this process reads the feed itself. */
  readonly shared?: SharedPolling | undefined;
}

/** A feed whose readings are shared, and whether those of others may be used now. */
export interface SharedPolling extends SharedFeed {
  mayTake(): boolean;
}

/** One read, from the request to the response. */
interface Round {
  readonly stop: AbortController;
  /** Ends looking for a reading of another process. */
  readonly asking: AbortController;
  readonly done: PromiseWithResolvers<void>;
  /** A caller waits for this read, so its result is published at once. */
  urgent: boolean;
  begun: boolean;
  /** The read was abandoned: its result is discarded. */
  dropped: boolean;
}

/** Maximum number of faults of one read in a trace event. */
const tracedFaults = 20;

const pollEnd = (feed: Feed, { items, faults }: FeedAnswer, ms: Millis): TraceEvent => ({
  what: 'poll-end',
  source: feed.source,
  feed: feed.id,
  kind: feed.kind,
  ms,
  items: items.length,
  faults: faults.slice(0, tracedFaults).map(({ kind, source, message }) => ({ kind, source, message })),
  ...(faults.length > tracedFaults ? { moreFaults: faults.length - tracedFaults } : {}),
});

/** Creates the loop for one feed. It retries forever, and a failing feed cannot affect another one. */
export const createFeedLoop = (feed: Feed, parts: FeedLoopOptions): FeedLoop => {
  const { clock, inFlight, identity, changes, trace, shared } = parts;
  const schedule = createFeedSchedule(feed, parts.wheel, parts.random);
  let learnedOnce = false;
  let rows = 0;
  /** Start of the last read. */
  let lastAt: Millis | undefined;
  let silent = false;
  let taken = false;
  let round: Round | undefined;
  /** True until the feed's own promise has settled, even after its round was abandoned. */
  let running = false;
  let work: Promise<void> = Promise.resolve();
  let stopped = false;

  const withIdentity = (batch: FeedAnswer): FeedAnswer => {
    const fault = identity.fault();
    return fault === undefined ? batch : { ...batch, faults: [...batch.faults, fault] };
  };

  const learn = (batch: FeedAnswer, began: Millis, urgent: boolean): void => {
    const time = clock.now();
    const seen = withIdentity(batch);
    taken = false;
    changes.add({ is: 'learned', feed: feed.id, batch: seen, began, at: time });
    trace?.(pollEnd(feed, seen, time - began));
    const next = schedule.after(batch, time);
    if (next !== undefined) changes.add({ is: 'waiting', feed: feed.id, ...next });
    if (urgent || !learnedOnce) changes.hurry();
    learnedOnce = true;
    rows = batch.items.length;
  };

  const learnTaken = ({ batch, began, at, reader }: TakenReading): void => {
    changes.add({ is: 'learned', feed: feed.id, batch: withIdentity(batch), began, at, reader });
    changes.add({ is: 'waiting', feed: feed.id, ...schedule.afterTaken(began, clock.now()) });
    if (!learnedOnce) changes.hurry();
    learnedOnce = true;
    taken = true;
    rows = batch.items.length;
  };

  /** Looks for a reading of another process. A caller that waits for this read gets an own one. */
  const look = async (current: Round): Promise<SharedAnswer> => {
    const mayTake = (): boolean => !current.urgent && shared?.mayTake() === true;
    if (shared === undefined || !mayTake()) return { is: 'own' };
    const signal = AbortSignal.any([current.stop.signal, current.asking.signal]);
    const answer = await shared.ask(signal);
    return answer.is === 'taken' && !mayTake() ? { is: 'own' } : answer;
  };

  const read = async (current: Round): Promise<void> => {
    if (!(await identity.mayRead()) || current.dropped) return;
    const answer = await look(current);
    if (answer.is === 'own') return readSource(current, answer.claim);
    if (!current.dropped && !identity.isWrong()) learnTaken(answer.reading);
  };

  const readSource = async (current: Round, claim: ReadingClaim | undefined): Promise<void> => {
    const turn = { instance: feed.instance, lastAt };
    const { signal } = current.stop;
    const leave = current.dropped ? undefined : await inFlight.enter(parts.source, signal, turn);
    if (leave === undefined) return claim?.release();
    current.begun = true;
    changeListener.began();
    running = true;
    const began = clock.now();
    lastAt = began;
    changes.add({ is: 'reading', feed: feed.id, at: began });
    trace?.({ what: 'poll-start', source: feed.source, feed: feed.id });
    const { batch, ended } = guardedRead(feed, clock, current.stop);
    void ended.then(() => {
      running = false;
      changeListener.serve();
    });
    const answer = await batch;
    leave();
    const responded = hasAnswer(answer);
    if (responded && silent && !current.dropped) await identity.confirmSince(began);
    if (current.dropped) return claim?.release();
    silent = !responded;
    learn(answer, began, current.urgent);
    const isComplete = responded && answer.faults.length === 0 && identity.fault() === undefined;
    shared?.answered(isComplete);
    if (isComplete) claim?.publish(answer, clock.now());
    else claim?.release();
  };

  const begin = (urgent: boolean): Round => {
    const current: Round = {
      stop: new AbortController(),
      asking: new AbortController(),
      done: Promise.withResolvers<void>(),
      urgent,
      begun: false,
      dropped: false,
    };
    round = current;
    work = read(current).finally(() => {
      if (round === current) round = undefined;
      current.done.resolve();
      changeListener.serve();
    });
    return current;
  };

  const drop = (): void => {
    if (round === undefined) return;
    round.dropped = true;
    round.stop.abort(new DOMException('no longer wanted', 'AbortError'));
    round.done.resolve();
    round = undefined;
  };

  /** A caller waits for this read. */
  const hurry = (current: Round): void => {
    current.urgent = true;
    current.asking.abort('urgent');
  };

  const mayBegin = (): boolean => round === undefined && !running && !stopped && !identity.isWrong();

  const changeListener = createChangeListener(feed, clock, {
    // A read that has not begun yet will cover the change, and a caller now waits for it.
    covered: () => {
      if (round?.begun !== false) return false;
      hurry(round);
      return true;
    },
    mayRead: () => mayBegin() && schedule.mayAsk(clock.now()),
    rows: () => rows,
    read: () => {
      begin(true);
    },
  });

  const readNow = async (): Promise<void> => {
    if (identity.isWrong()) await identity.confirmSince(clock.now());
    if (round !== undefined) {
      hurry(round);
      return round.done.promise;
    }
    if (mayBegin() && schedule.mayAsk(clock.now())) await begin(true).done.promise;
  };

  const readAgain = async (): Promise<void> => {
    if (round?.begun === true) await round.done.promise;
    await readNow();
  };

  return {
    feed,
    tick: (now) => {
      if (schedule.due(now) && mayBegin()) begin(false);
    },
    listen: changeListener.listen,
    readNow,
    readOnRequest: () => {
      schedule.forgetDelay();
      return readNow();
    },
    readAgain,
    readAfterChange: () => {
      schedule.forgetLosses();
      return readAgain();
    },
    abandon: (fault) => {
      drop();
      learn(nothingBut(fault), clock.now(), true);
    },
    forget: (fault) => {
      drop();
      schedule.restart();
      learnedOnce = false;
      changes.add({ is: 'forgotten', feed: feed.id, fault });
      changes.hurry();
    },
    catchUp: schedule.catchUp,
    isReading: () => round?.begun === true,
    isTaken: () => shared !== undefined && (taken || round?.begun === false),
    isSilent: () => silent,
    stop: async () => {
      stopped = true;
      changeListener.stop();
      drop();
      await work;
    },
  };
};
