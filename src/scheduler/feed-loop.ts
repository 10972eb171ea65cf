import { formatDuration } from '../domain/duration.ts';
import type { Fault, FaultKind, Millis } from '../domain/fault.ts';
import type { FeedInfo, Reading } from '../domain/reading.ts';
import type { Trace, TraceEvent } from '../domain/trace.ts';
import type { StoreChanges } from '../engine/store-changes.ts';
import type { Clock } from '../platform/clock.ts';
import { toFault } from '../platform/to-fault.ts';
import type { Feed } from '../sources/source.ts';
import { type CallOutcome, callWithDeadline } from './call-with-deadline.ts';
import { createChangeListener } from './change-listener.ts';
import type { TickWheel } from './feed-schedule.ts';
import { createFeedSchedule, hasAnswer } from './feed-schedule.ts';
import type { IdentityMonitor } from './identity.ts';
import type { ReadLimiter } from './read-limiter.ts';

type FeedAnswer = Awaited<ReturnType<Feed['read']>>;

/** One read under way. */
interface GuardedRead {
  /** Never rejects; comes within the feed's time-out and a short grace. */
  readonly batch: Promise<FeedAnswer>;
  /** When the read has really ended: later than `batch` when the feed ignored its signal. */
  readonly ended: Promise<void>;
}

/** A batch that saw nothing, and why. */
const nothingBut = (fault: Fault): Reading<never> => ({ items: [], faults: [fault] });

/** The engine's own fault for a feed: `what` says what it did or did not do. */
export const feedFault = (kind: FaultKind, feed: FeedInfo, what: string, at: Millis): Fault => ({
  kind,
  source: feed.source,
  message: `${feed.name}${feed.instance === undefined ? '' : ` of ${feed.instance}`}: ${what}`,
  at,
});

/** A source's own mistake may be anything, whatever its type says. */
const isBatch = (answer: FeedAnswer | undefined): boolean =>
  Array.isArray(answer?.items) && Array.isArray(answer?.faults);

const batchOf = (
  feed: Feed,
  outcome: CallOutcome<FeedAnswer>,
  signal: AbortSignal,
  at: Millis,
): FeedAnswer => {
  if (outcome.is === 'answered' && isBatch(outcome.value)) return outcome.value;
  if (outcome.is === 'overdue' || (outcome.is === 'threw' && signal.aborted)) {
    const limit = formatDuration(feed.timeoutMs);
    return nothingBut(feedFault('timeout', feed, `no answer in ${limit}`, at));
  }
  const error = outcome.is === 'threw' ? outcome.error : new TypeError('the read gave no batch');
  return nothingBut({ ...toFault(feed.source, feed.name, error, at), kind: 'bug' });
};

/**
 * Reads a feed once. A feed that throws is a `bug` fault of that feed; one that ignores its deadline is a `timeout`
 * fault, and is no longer waited for. `stop` ends the read early.
 */
const guardedRead = (feed: Feed, clock: Clock, stop: AbortController): GuardedRead => {
  const { outcome, ended } = callWithDeadline((signal) => feed.read(signal), clock, feed.timeoutMs, stop);
  return { batch: outcome.then((result) => batchOf(feed, result, stop.signal, clock.now())), ended };
};

/** The reading of one feed: when it is read, and never twice at once. */
export interface FeedLoop {
  readonly feed: Feed;
  /** Begins a read when one is due. */
  tick(now: Millis): void;
  /** From now on a feed that tells of changes is read soon after each. */
  listen(): void;
  /**
   * Reads now, or waits for the read under way; resolves when it has been learned. A wait that the other side asked
   * for (Retry-After) is kept, and nothing is read of a system that is the wrong one when asked again.
   */
  readNow(): Promise<void>;
  /** Like `ask`, with a read that begins from now on. */
  readAgain(): Promise<void>;
  /** Stops waiting for the read under way and learns this fault instead. */
  abandon(fault: Fault): void;
  /** Unlearns everything: another system has been answering. */
  forget(fault: Fault): void;
  /** The machine's clock has moved on by this much while we stood still. */
  catchUp(ms: Millis): void;
  /** True while a read has begun and has not been learned. */
  isReading(): boolean;
  /** True when nobody answered its last read. */
  isSilent(): boolean;
  /** Ends the read under way; resolves when it has ended. */
  stop(): Promise<void>;
}

interface FeedLoopOptions {
  readonly clock: Clock;
  readonly random: () => number;
  readonly wheel: TickWheel;
  readonly inFlight: ReadLimiter;
  readonly identity: IdentityMonitor;
  readonly changes: StoreChanges;
  /** Receives the beginning and the result of each read; undefined without `--trace`. */
  readonly trace?: Trace | undefined;
  /** Whose share of the in-flight limit it takes. */
  readonly source: object;
}

/** One read, from the wish to the answer. */
interface Round {
  readonly stop: AbortController;
  readonly done: PromiseWithResolvers<void>;
  /** Somebody waits for it, so it is written at once. */
  asked: boolean;
  begun: boolean;
  /** Nobody waits for it any more: what it brings is thrown away. */
  dropped: boolean;
}

/** A trace lists so many faults of one read. */
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

/** A loop for one feed. It never gives up, and nothing that the feed does can hurt another. */
export const createFeedLoop = (feed: Feed, parts: FeedLoopOptions): FeedLoop => {
  const { clock, inFlight, identity, changes, trace } = parts;
  const schedule = createFeedSchedule(feed, parts.wheel, parts.random);
  let learnedOnce = false;
  let silent = false;
  let round: Round | undefined;
  /** True until the feed's own promise has settled, also after its round was given up. */
  let running = false;
  let work: Promise<void> = Promise.resolve();
  let stopped = false;

  const learn = (batch: FeedAnswer, began: Millis, urgent: boolean): void => {
    const at = clock.now();
    const doubt = identity.fault();
    const seen = doubt === undefined ? batch : { ...batch, faults: [...batch.faults, doubt] };
    changes.add({ is: 'learned', feed: feed.id, batch: seen, began, at });
    trace?.(pollEnd(feed, seen, at - began));
    const next = schedule.after(batch, at);
    if (next !== undefined) changes.add({ is: 'waiting', feed: feed.id, ...next });
    if (urgent || !learnedOnce) changes.hurry();
    learnedOnce = true;
  };

  const read = async (mine: Round): Promise<void> => {
    if (!(await identity.mayRead()) || mine.dropped) return;
    const leave = await inFlight.enter(parts.source, mine.stop.signal);
    if (leave === undefined) return;
    mine.begun = true;
    waker.began();
    running = true;
    const began = clock.now();
    changes.add({ is: 'reading', feed: feed.id, at: began });
    trace?.({ what: 'poll-start', source: feed.source, feed: feed.id });
    const { batch, ended } = guardedRead(feed, clock, mine.stop);
    void ended.then(() => {
      running = false;
      waker.serve();
    });
    const answer = await batch;
    leave();
    const heard = hasAnswer(answer);
    if (heard && silent && !mine.dropped) await identity.confirmSince(began);
    if (mine.dropped) return;
    silent = !heard;
    learn(answer, began, mine.asked);
  };

  const begin = (asked: boolean): Round => {
    const mine: Round = {
      stop: new AbortController(),
      done: Promise.withResolvers<void>(),
      asked,
      begun: false,
      dropped: false,
    };
    round = mine;
    work = read(mine).finally(() => {
      if (round === mine) round = undefined;
      mine.done.resolve();
      waker.serve();
    });
    return mine;
  };

  const drop = (): void => {
    if (round === undefined) return;
    round.dropped = true;
    round.stop.abort(new DOMException('no longer wanted', 'AbortError'));
    round.done.resolve();
    round = undefined;
  };

  const mayBegin = (): boolean => round === undefined && !running && !stopped && !identity.isWrong();

  const waker = createChangeListener(feed, clock, {
    // A read that has not begun will see it, and is now waited for.
    covered: () => {
      if (round?.begun !== false) return false;
      round.asked = true;
      return true;
    },
    mayRead: () => mayBegin() && schedule.mayAsk(clock.now()),
    read: () => {
      begin(true);
    },
  });

  const ask = async (): Promise<void> => {
    if (identity.isWrong()) await identity.confirmSince(clock.now());
    if (round !== undefined) {
      round.asked = true;
      return round.done.promise;
    }
    if (mayBegin() && schedule.mayAsk(clock.now())) await begin(true).done.promise;
  };

  return {
    feed,
    tick: (now) => {
      if (schedule.due(now) && mayBegin()) begin(false);
    },
    listen: waker.listen,
    readNow: ask,
    readAgain: async () => {
      if (round?.begun === true) await round.done.promise;
      await ask();
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
    isSilent: () => silent,
    stop: async () => {
      stopped = true;
      waker.stop();
      drop();
      await work;
    },
  };
};
