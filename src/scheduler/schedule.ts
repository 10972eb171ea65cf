import type { Millis } from '../domain/fault.ts';
import type { Batch, FeedInfo } from '../domain/reading.ts';
import { askedToStayAway, isLoss, pauseMs } from './back-off.ts';
import type { Wheel } from './wheel.ts';

/** When a feed's next read is due. `backingOff`: later than usual, after a loss or because we were asked to stay away. */
interface Next {
  readonly until: Millis;
  readonly backingOff: boolean;
}

/** When one feed is to be read. */
export interface Schedule {
  due(now: Millis): boolean;
  /** False as long as the other side asked us to stay away. */
  mayAsk(now: Millis): boolean;
  /** Plans the next read after this one; undefined for a feed that is read only when asked. */
  after(batch: Batch<unknown>, at: Millis): Next | undefined;
  /** As if it had never been read. */
  restart(): void;
  /** Time that went by unseen: it counts towards what we were asked to wait. */
  catchUp(ms: Millis): void;
}

/** The slots of a feed's interval; after losses growing pauses instead; never earlier than a Retry-After allows. */
export const createSchedule = (feed: FeedInfo, wheel: Wheel, random: () => number): Schedule => {
  const first = feed.everyMs === 0 ? Number.POSITIVE_INFINITY : 0;
  let nextAt: Millis = first;
  let notBefore: Millis = 0;
  let losses = 0;
  return {
    due: (now) => now >= nextAt,
    mayAsk: (now) => now >= notBefore,
    after: (batch, at) => {
      losses = isLoss(feed, batch) ? losses + 1 : 0;
      const awayMs = askedToStayAway(batch);
      notBefore = awayMs > 0 ? at + awayMs : 0;
      if (feed.everyMs === 0) return undefined;
      const usual =
        losses > 0 ? at + pauseMs(feed.everyMs, losses, random()) : wheel.slotAfter(at, feed.everyMs);
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
