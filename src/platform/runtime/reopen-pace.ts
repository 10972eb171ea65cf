import type { Millis } from '../../domain/base/fault.ts';

const firstMs: Millis = 1000;
const defaultCapMs: Millis = 30_000;
/** A stream that lasted this long was not closed because of how it began. */
const longLivedMs: Millis = 10_000;

/**
 * The pause before a stream is opened again, after so many (1 or more) that ended soon: a second, doubled by each, at most `capMs`.
 * Watches, events and sockets wait by this rule, so that a server that closes each of them at once is not asked without a pause.
 */
const reopenPauseMs = (shortLived: number, capMs: Millis = defaultCapMs): Millis =>
  Math.min(capMs, firstMs * 2 ** (shortLived - 1));

/** The pace at which one stream is opened again. */
interface ReopenPace {
  /** The stream was opened, or is being opened. */
  opened(): void;
  /** The stream has ended, for whatever reason. */
  ended(): void;
  /** Ms until it may be opened again; 0: now. */
  waitMs(): Millis;
  /** A person asks, or something else has changed: it may be opened now. */
  reset(): void;
}

export const createReopenPace = (now: () => Millis, capMs?: Millis): ReopenPace => {
  let openedAt: Millis | undefined;
  let shortLived = 0;
  let notBefore: Millis = 0;
  return {
    opened: () => {
      openedAt = now();
    },
    ended: () => {
      if (openedAt === undefined) return;
      shortLived = now() - openedAt < longLivedMs ? shortLived + 1 : 0;
      openedAt = undefined;
      if (shortLived > 0) notBefore = now() + reopenPauseMs(shortLived, capMs);
    },
    waitMs: () => Math.max(0, notBefore - now()),
    reset: () => {
      shortLived = 0;
      notBefore = 0;
    },
  };
};
