import type { AnyFact, Note, Sample } from '../domain/facts.ts';
import type { Millis } from '../domain/fault.ts';
import type { FeedInfo, Reading } from '../domain/reading.ts';
import { isTotalLoss } from '../domain/reading.ts';
import type { Clock } from '../platform/clock.ts';

/** Every phase offset lies within this span, so that intervals that divide it share their slots. */
const phaseSpanMs = 60_000;

/** The one beat that every feed of a process is read on. */
export interface TickWheel {
  readonly tickMs: Millis;
  /** The first moment after `now` at which something that repeats every `everyMs` falls due. */
  slotAfter(now: Millis, everyMs: Millis): Millis;
  /** Calls `tick` on every beat, beginning with the next; returns how to stop. An empty wheel does not turn. */
  join(tick: (now: Millis) => void): () => void;
}

/**
 * A wheel that beats every `tickMs`. Slots of equal and of nested intervals coincide, so that one wake-up and one
 * store write serve them all; the phase is drawn once, so that several cockpits do not ask in the same moment.
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
/** The part of a pause that chance may take away, so that feeds that failed together do not come back together. */
const jitter = 0.25;

/**
 * True when a read counts towards backing off: it brought faults and nothing else. A probe's failure is what it
 * was sent to find out, so only being asked to come later (`throttled`) counts for a probe.
 */
export const isFailedRead = (feed: FeedInfo, batch: Reading<unknown>): boolean =>
  feed.probe === true ? batch.faults.some((fault) => fault.kind === 'throttled') : isTotalLoss(batch);

/**
 * Ms to wait after `losses` (1 or more) reads in a row that brought nothing: everyMs, doubled by each further loss,
 * at most 2 min, less up to a quarter by `chance` (0..1); never shorter than the feed's own interval.
 */
export const backOffMs = (everyMs: Millis, losses: number, chance: number): Millis =>
  Math.max(everyMs, Math.min(capMs, everyMs * 2 ** (losses - 1)) * (1 - jitter * chance));

/** Ms that the answer asks us to stay away; 0 when it does not. The longest of its faults' `retryAfterMs` holds. */
export const requestedDelayMs = (batch: Reading<unknown>): Millis =>
  Math.max(0, ...batch.faults.map((fault) => fault.retryAfterMs ?? 0));

const isDownUnheard = (item: AnyFact | Note | Sample): boolean =>
  'status' in item && item.status === 'down' && !('httpStatus' in item);

/** True when the other side answered: a batch of faults alone, and one of rows that are down without an answer, are silence. */
export const hasAnswer = (batch: Reading<AnyFact | Note | Sample>): boolean =>
  !isTotalLoss(batch) && (batch.items.length === 0 || !batch.items.every(isDownUnheard));

/** When a feed's next read is due. `backingOff`: later than usual, after a loss or because we were asked to stay away. */
interface Next {
  readonly until: Millis;
  readonly backingOff: boolean;
}

/** When one feed is to be read. */
interface FeedSchedule {
  due(now: Millis): boolean;
  /** False as long as the other side asked us to stay away. */
  mayAsk(now: Millis): boolean;
  /** Plans the next read after this one; undefined for a feed that is read only when asked. */
  after(batch: Reading<unknown>, at: Millis): Next | undefined;
  /** As if it had never been read. */
  restart(): void;
  /** Time that went by unseen: it counts towards what we were asked to wait. */
  catchUp(ms: Millis): void;
}

/** The slots of a feed's interval; after losses growing pauses instead; never earlier than a Retry-After allows. */
export const createFeedSchedule = (feed: FeedInfo, wheel: TickWheel, random: () => number): FeedSchedule => {
  const first = feed.everyMs === 0 ? Number.POSITIVE_INFINITY : 0;
  let nextAt: Millis = first;
  let notBefore: Millis = 0;
  let losses = 0;
  return {
    due: (now) => now >= nextAt,
    mayAsk: (now) => now >= notBefore,
    after: (batch, at) => {
      losses = isFailedRead(feed, batch) ? losses + 1 : 0;
      const awayMs = requestedDelayMs(batch);
      notBefore = awayMs > 0 ? at + awayMs : 0;
      if (feed.everyMs === 0) return undefined;
      const usual =
        losses > 0 ? at + backOffMs(feed.everyMs, losses, random()) : wheel.slotAfter(at, feed.everyMs);
      nextAt = Math.max(usual, notBefore);
      return { until: nextAt, backingOff: losses > 0 || awayMs > 0 };
    },
    restart: () => {
      nextAt = first;
      losses = 0;
    },
    catchUp: (ms) => {
      notBefore -= ms;
    },
  };
};
