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
  readonly reading: Promise<FeedAnswer>;
  /** Resolves when the read has actually ended: later than `reading` when the feed ignored its signal. */
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

const readingOf = (
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
  const error =
    outcome.is === 'threw' ? outcome.error : new TypeError('internal error: the read returned no reading');
  return nothingBut({ ...toFault(feed.source, feed.name, error, time), kind: 'bug' });
};

/**
 * Reads a feed once. A feed that throws yields a `bug` fault. One that ignores its deadline yields a
 * `timeout` fault and is no longer awaited. `stop` ends the read early.
 */
const guardedRead = (feed: Feed, clock: Clock, stop: AbortController): GuardedRead => {
  const { outcome, ended } = callWithDeadline((signal) => feed.read(signal), clock, feed.timeoutMs, stop);
  return { reading: outcome.then((result) => readingOf(feed, result, stop.signal, clock.now())), ended };
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

class ScheduledFeed implements FeedLoop {
  readonly feed: Feed;
  readonly #parts: FeedLoopOptions;
  readonly #schedule;
  #learnedOnce = false;
  #rows = 0;
  /** Start of the last read. */
  #lastAt: Millis | undefined;
  #silent = false;
  #taken = false;
  #round: Round | undefined;
  /** True until the feed's own promise has settled, even after its round was abandoned. */
  #running = false;
  #work: Promise<void> = Promise.resolve();
  #stopped = false;
  readonly #changeListener;
  readonly listen: FeedLoop['listen'];
  readonly catchUp: FeedLoop['catchUp'];

  constructor(feed: Feed, parts: FeedLoopOptions) {
    this.feed = feed;
    this.#parts = parts;
    this.#schedule = createFeedSchedule(feed, parts.wheel, parts.random);
    this.#changeListener = createChangeListener(feed, parts.clock, {
      // A read that has not begun yet will cover the change, and a caller now waits for it.
      covered: () => {
        if (this.#round?.begun !== false) return false;
        this.#hurry(this.#round);
        return true;
      },
      mayRead: () => this.#mayBegin() && this.#schedule.mayAsk(parts.clock.now()),
      rows: () => this.#rows,
      read: () => {
        this.#begin(true);
      },
    });
    this.listen = this.#changeListener.listen;
    this.catchUp = this.#schedule.catchUp;
  }

  async readNow(): Promise<void> {
    if (this.#parts.identity.isWrong()) await this.#parts.identity.confirmSince(this.#parts.clock.now());
    if (this.#round !== undefined) {
      this.#hurry(this.#round);
      return this.#round.done.promise;
    }
    if (this.#mayBegin() && this.#schedule.mayAsk(this.#parts.clock.now()))
      await this.#begin(true).done.promise;
  }

  async readAgain(): Promise<void> {
    if (this.#round?.begun === true) await this.#round.done.promise;
    await this.readNow();
  }

  tick(now: Millis): void {
    if (this.#schedule.due(now) && this.#mayBegin()) this.#begin(false);
  }

  readOnRequest(): Promise<void> {
    this.#schedule.forgetDelay();
    return this.readNow();
  }

  readAfterChange(): Promise<void> {
    this.#schedule.forgetLosses();
    return this.readAgain();
  }

  abandon(fault: Fault): void {
    this.#drop();
    this.#learn(nothingBut(fault), this.#parts.clock.now(), true);
  }

  forget(fault: Fault): void {
    this.#drop();
    this.#schedule.restart();
    this.#learnedOnce = false;
    this.#parts.changes.add({ is: 'forgotten', feed: this.feed.id, fault });
    this.#parts.changes.hurry();
  }

  isReading(): boolean {
    return this.#round?.begun === true;
  }

  isTaken(): boolean {
    return this.#parts.shared !== undefined && (this.#taken || this.#round?.begun === false);
  }

  readonly isSilent: FeedLoop['isSilent'] = () => this.#silent;

  async stop(): Promise<void> {
    this.#stopped = true;
    this.#changeListener.stop();
    this.#drop();
    await this.#work;
  }

  #withIdentity(reading: FeedAnswer): FeedAnswer {
    const fault = this.#parts.identity.fault();
    return fault === undefined ? reading : { ...reading, faults: [...reading.faults, fault] };
  }

  #learn(reading: FeedAnswer, began: Millis, urgent: boolean): void {
    const time = this.#parts.clock.now();
    const seen = this.#withIdentity(reading);
    this.#taken = false;
    this.#parts.changes.add({ is: 'learned', feed: this.feed.id, reading: seen, began, at: time });
    this.#parts.trace?.(pollEnd(this.feed, seen, time - began));
    const next = this.#schedule.after(reading, time);
    if (next !== undefined) this.#parts.changes.add({ is: 'waiting', feed: this.feed.id, ...next });
    if (urgent || !this.#learnedOnce) this.#parts.changes.hurry();
    this.#learnedOnce = true;
    this.#rows = reading.items.length;
  }

  #learnTaken({ reading, began, at, reader }: TakenReading): void {
    this.#parts.changes.add({
      is: 'learned',
      feed: this.feed.id,
      reading: this.#withIdentity(reading),
      began,
      at,
      reader,
    });
    this.#parts.changes.add({
      is: 'waiting',
      feed: this.feed.id,
      ...this.#schedule.afterTaken(began, this.#parts.clock.now()),
    });
    if (!this.#learnedOnce) this.#parts.changes.hurry();
    this.#learnedOnce = true;
    this.#taken = true;
    this.#rows = reading.items.length;
  }

  /** Looks for a reading of another process. A caller that waits for this read gets an own one. */
  async #look(current: Round): Promise<SharedAnswer> {
    const mayTake = (): boolean => !current.urgent && this.#parts.shared?.mayTake() === true;
    if (this.#parts.shared === undefined || !mayTake()) return { is: 'own' };
    const signal = AbortSignal.any([current.stop.signal, current.asking.signal]);
    const answer = await this.#parts.shared.ask(signal);
    return answer.is === 'taken' && !mayTake() ? { is: 'own' } : answer;
  }

  async #read(current: Round): Promise<void> {
    if (!(await this.#parts.identity.mayRead()) || current.dropped) return;
    const answer = await this.#look(current);
    if (answer.is === 'own') return this.#readSource(current, answer.claim);
    if (!current.dropped && !this.#parts.identity.isWrong()) this.#learnTaken(answer.reading);
  }

  async #readSource(current: Round, claim: ReadingClaim | undefined): Promise<void> {
    const turn = { instance: this.feed.instance, lastAt: this.#lastAt };
    const { signal } = current.stop;
    const leave = current.dropped
      ? undefined
      : await this.#parts.inFlight.enter(this.#parts.source, signal, turn);
    if (leave === undefined) return claim?.release();
    current.begun = true;
    this.#changeListener.began();
    this.#running = true;
    const began = this.#parts.clock.now();
    this.#lastAt = began;
    this.#parts.changes.add({ is: 'reading', feed: this.feed.id, at: began });
    this.#parts.trace?.({ what: 'poll-start', source: this.feed.source, feed: this.feed.id });
    const { reading, ended } = guardedRead(this.feed, this.#parts.clock, current.stop);
    void ended.then(() => {
      this.#running = false;
      this.#changeListener.serve();
    });
    const answer = await reading;
    leave();
    const responded = hasAnswer(answer);
    if (responded && this.#silent && !current.dropped) await this.#parts.identity.confirmSince(began);
    if (current.dropped) return claim?.release();
    this.#silent = !responded;
    this.#learn(answer, began, current.urgent);
    const isComplete = responded && answer.faults.length === 0 && this.#parts.identity.fault() === undefined;
    this.#parts.shared?.answered(isComplete);
    if (isComplete) claim?.publish(answer, this.#parts.clock.now());
    else claim?.release();
  }

  #begin(urgent: boolean): Round {
    const current: Round = {
      stop: new AbortController(),
      asking: new AbortController(),
      done: Promise.withResolvers<void>(),
      urgent,
      begun: false,
      dropped: false,
    };
    this.#round = current;
    this.#work = this.#read(current).finally(() => {
      if (this.#round === current) this.#round = undefined;
      current.done.resolve();
      this.#changeListener.serve();
    });
    return current;
  }

  #drop(): void {
    if (this.#round === undefined) return;
    this.#round.dropped = true;
    this.#round.stop.abort(new DOMException('no longer wanted', 'AbortError'));
    this.#round.done.resolve();
    this.#round = undefined;
  }

  /** A caller waits for this read. */
  #hurry(current: Round): void {
    current.urgent = true;
    current.asking.abort('urgent');
  }

  #mayBegin(): boolean {
    return this.#round === undefined && !this.#running && !this.#stopped && !this.#parts.identity.isWrong();
  }
}

/** Creates the loop for one feed. It retries forever, and a failing feed cannot affect another one. */
export const createFeedLoop = (feed: Feed, parts: FeedLoopOptions): FeedLoop =>
  new ScheduledFeed(feed, parts);
