import type { Millis } from '../domain/base/fault.ts';
import type { AnyFact, Note, Sample } from '../domain/facts/facts.ts';
import type { FeedInfo, Reading } from '../domain/facts/reading.ts';
import { isTotalLoss } from '../domain/facts/reading.ts';
import type { Clock } from '../platform/runtime/clock.ts';
import { longestRetryMs } from '../platform/runtime/wire-error.ts';

/** Range of the phase offset. Intervals that divide it share their slots. */
const phaseSpanMs = 60_000;

/** Time for which another process is given to read and to publish, more or less a half. */
const mostReadMs: Millis = 1000;

/** Shared clock tick on which a process polls all its feeds. */
export interface TickWheel {
  readonly tickMs: Millis;
  /** Returns the first time after `now` at which something that repeats every `everyMs` is due. */
  slotAfter(now: Millis, everyMs: Millis): Millis;
  /**
   * Calls `tick` on every tick, starting with the next one; returns a function that leaves the wheel. The
   * timer runs only while the wheel has members.
   */
  join(tick: (now: Millis) => void): () => void;
}

/**
 * Creates a wheel that ticks every `tickMs`. Slots of equal and of nested intervals coincide, so that one
 * wake-up and one store write serve them all. The random phase keeps several cockpits from polling at the
 * same time.
 */
export const createTickWheel = (clock: Clock, random: () => number, tickMs: Millis = 250): TickWheel => {
  const phaseMs = Math.floor((random() * phaseSpanMs) / tickMs) * tickMs;
  const members = new Set<(now: Millis) => void>();
  let stop: (() => void) | undefined;
  const beat = (): void => {
    const now = clock.now();
    for (const tick of [...members]) tick(now);
  };
  return {
    tickMs,
    slotAfter: (now, everyMs) => phaseMs + (Math.floor((now - phaseMs) / everyMs) + 1) * everyMs,
    join: (tick) => {
      members.add(tick);
      stop ??= clock.every(tickMs, beat);
      return () => {
        members.delete(tick);
        if (members.size > 0) return;
        stop?.();
        stop = undefined;
      };
    },
  };
};

const capMs: Millis = 120_000;
/**
 * Maximum fraction of a pause that jitter removes, so that feeds that failed together do not retry together.
 */
const jitter = 0.25;

/**
 * True when a read counts toward backing off: it returned faults and nothing else. Detecting failures is the
 * purpose of a probe, so only a rate limit (`throttled`) counts for a probe.
 */
export const isFailedRead = (feed: FeedInfo, reading: Reading<unknown>): boolean =>
  feed.probe === true ? reading.faults.some((fault) => fault.kind === 'throttled') : isTotalLoss(reading);

/**
 * Returns the back-off in ms after `losses` (1 or more) consecutive failed reads. It is `everyMs`, doubled by
 * each further failure, at most 2 min, less up to a quarter by `chance` (0..1). It is never shorter than the
 * feed's own interval.
 */
export const backOffMs = (everyMs: Millis, losses: number, chance: number): Millis =>
  Math.max(everyMs, Math.min(capMs, everyMs * 2 ** (losses - 1)) * (1 - jitter * chance));

/**
 * Returns the delay in ms that the server requested: the longest `retryAfterMs` of the reading's faults, or
 * 0. At most five minutes, whatever a source says.
 */
export const requestedDelayMs = (reading: Reading<unknown>): Millis =>
  Math.min(longestRetryMs, Math.max(0, ...reading.faults.map((fault) => fault.retryAfterMs ?? 0)));

const isDownWithoutResponse = (item: AnyFact | Note | Sample): boolean =>
  'status' in item && item.status === 'down' && !('httpStatus' in item);

/**
 * True when the server responded. A reading that has only faults, or only rows that are down without an HTTP
 * response, counts as silence.
 */
export const hasAnswer = (reading: Reading<AnyFact | Note | Sample>): boolean =>
  !isTotalLoss(reading) && (reading.items.length === 0 || !reading.items.every(isDownWithoutResponse));

/** Time of a feed's next read. `backingOff`: it is later than usual, after a failure or a requested delay. */
interface Next {
  readonly until: Millis;
  readonly backingOff: boolean;
}

/** Decides when one feed is read. */
interface FeedSchedule {
  due(now: Millis): boolean;
  /** False while a delay that the server requested lasts. */
  mayAsk(now: Millis): boolean;
  /** Plans the next read after this one; returns undefined for a feed that is read only on request. */
  after(reading: Reading<unknown>, time: Millis): Next | undefined;
  /** Plans the next poll after a reading that another process began at this time: shortly after it will have read again. */
  afterTaken(began: Millis, time: Millis): Next;
  /** Resets the schedule to its initial state. */
  restart(): void;
  /** Counts failed reads from zero: the system was changed since, so they no longer say when it responds. */
  forgetLosses(): void;
  /** Forgets a delay that the server requested: a person asks for a read now. */
  forgetDelay(): void;
  /** Counts time that passed while the process was suspended toward the requested delay. */
  catchUp(ms: Millis): void;
}

/**
 * Creates the schedule of a feed: the slots of its interval, or growing pauses after failures; never earlier
 * than Retry-After allows.
 */
export const createFeedSchedule = (feed: FeedInfo, wheel: TickWheel, random: () => number): FeedSchedule => {
  const first = feed.everyMs === 0 ? Number.POSITIVE_INFINITY : 0;
  let nextAt: Millis = first;
  let notBefore: Millis = 0;
  let losses = 0;
  return {
    due: (now) => now >= nextAt,
    mayAsk: (now) => now >= notBefore,
    after: (reading, time) => {
      losses = isFailedRead(feed, reading) ? losses + 1 : 0;
      const delayMs = requestedDelayMs(reading);
      notBefore = delayMs > 0 ? time + delayMs : 0;
      if (feed.everyMs === 0) return undefined;
      const usual =
        losses > 0 ? time + backOffMs(feed.everyMs, losses, random()) : wheel.slotAfter(time, feed.everyMs);
      nextAt = Math.max(usual, notBefore);
      return { until: nextAt, backingOff: losses > 0 || delayMs > 0 };
    },
    afterTaken: (began, time) => {
      losses = 0;
      notBefore = 0;
      const readMs = Math.min(mostReadMs, feed.everyMs / 4);
      nextAt = Math.max(time + wheel.tickMs, began + feed.everyMs + readMs * (0.5 + random()));
      return { until: nextAt, backingOff: false };
    },
    restart: () => {
      nextAt = first;
      losses = 0;
    },
    forgetLosses: () => {
      losses = 0;
    },
    forgetDelay: () => {
      notBefore = 0;
    },
    catchUp: (ms) => {
      notBefore -= ms;
    },
  };
};
