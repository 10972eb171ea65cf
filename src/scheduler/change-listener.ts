import type { Millis } from '../domain/fault.ts';
import type { Clock } from '../platform/clock.ts';
import type { Feed } from '../sources/source.ts';

/** However often a feed tells of changes, it is not read more often for it. */
const apartMs: Millis = 50;

/** Turns what a feed tells of changes into reads. */
interface ChangeListener {
  /** Subscribes, once. */
  listen(): void;
  /** A read has begun: it brings everything that was told of until now. */
  began(): void;
  /** Something has ended that stood in the way of a read. */
  serve(): void;
  /** Unsubscribes; nothing is read afterwards. */
  stop(): void;
}

/** What the loop of a feed lends its waker. */
interface ChangeListenerOptions {
  /** True when a read that is about to begin will bring what the feed tells of. */
  covered(): boolean;
  /** False while a read is under way, or must not begin. */
  mayRead(): boolean;
  read(): void;
}

/** Changes told in quick succession, and those told during a read, lead to one more read. */
export const createChangeListener = (
  feed: Feed,
  clock: Clock,
  { covered, mayRead, read }: ChangeListenerOptions,
): ChangeListener => {
  let woken = false;
  let lastAt = Number.NEGATIVE_INFINITY;
  let pausing = false;
  let leave: (() => void) | undefined;
  const over = new AbortController();

  const serve = (): void => {
    if (!woken || pausing || over.signal.aborted) return;
    const waitMs = lastAt + apartMs - clock.now();
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
        woken = true;
        serve();
      });
    },
    began: () => {
      woken = false;
      lastAt = clock.now();
    },
    serve,
    stop: () => {
      over.abort();
      leave?.();
      leave = undefined;
    },
  };
};
