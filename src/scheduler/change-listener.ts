import type { Millis } from '../domain/base/fault.ts';
import type { Clock } from '../platform/runtime/clock.ts';
import type { Feed } from '../sources/kit/contract/source.ts';

/** Minimum distance between two reads that change notifications trigger, however often a feed reports changes. */
const leastApartMs: Millis = 50;
/** Rows per millisecond of that distance, where it is longer: a read and its frame cost time for every row. */
const rowsPerMs = 100;

/** Turns the change notifications of a feed into reads. */
interface ChangeListener {
  /** Subscribes; further calls have no effect. */
  listen(): void;
  /** Records that a read has begun: it covers every change reported so far. */
  began(): void;
  /** Triggers a pending read after whatever blocked it has ended. */
  serve(): void;
  /** Unsubscribes; no read is triggered afterwards. */
  stop(): void;
}

/** Callbacks that the feed loop supplies. */
interface ChangeListenerOptions {
  /** True when a read that is about to begin will cover the reported change. */
  covered(): boolean;
  /** False while a read is running or must not begin. */
  mayRead(): boolean;
  /** Number of rows of the last read. */
  rows(): number;
  read(): void;
}

/**
 * Creates a listener that coalesces changes reported in quick succession or during a read into one more read.
 */
export const createChangeListener = (
  feed: Feed,
  clock: Clock,
  { covered, mayRead, rows, read }: ChangeListenerOptions,
): ChangeListener => {
  let pending = false;
  let lastReadAt = Number.NEGATIVE_INFINITY;
  let pausing = false;
  let leave: (() => void) | undefined;
  const over = new AbortController();

  const serve = (): void => {
    if (!pending || pausing || over.signal.aborted) return;
    const apartMs = Math.max(leastApartMs, rows() / rowsPerMs);
    const waitMs = lastReadAt + apartMs - clock.now();
    if (waitMs > 0) {
      pausing = true;
      void clock.sleep(waitMs, over.signal).then(() => {
        pausing = false;
        serve();
      });
      return;
    }
    if (mayRead()) read();
  };

  return {
    listen: () => {
      leave ??= feed.watch?.(() => {
        if (covered()) return;
        pending = true;
        serve();
      });
    },
    began: () => {
      pending = false;
      lastReadAt = clock.now();
    },
    serve,
    stop: () => {
      over.abort();
      leave?.();
      leave = undefined;
    },
  };
};
