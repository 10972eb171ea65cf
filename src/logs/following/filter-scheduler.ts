import type { Millis } from '../../domain/base/fault.ts';
import { nextTurn } from '../../platform/runtime/async.ts';
import type { Clock } from '../../platform/runtime/clock.ts';

/** Filters new rows in time slices and publishes the result. */
interface FilterScheduler {
  /** Starts at once after a user request and publishes the result of the first slice. */
  now(): void;
  /** Starts within 100 ms after new rows arrived; within 10 ms if `isAwaited`. */
  soon(isAwaited?: boolean): void;
}

interface JudgingParts {
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** Filters rows until `isOver`; returns true when nothing is pending. */
  judge(isOver: () => boolean): boolean;
  onProgress(): void;
}

/** Minimum interval between updates of the screen for new rows. */
const publishEveryMs: Millis = 100;
/** Delay while the first rows are awaited. */
const awaitedMs: Millis = 10;
/** Maximum duration of one slice, which bounds the latency of a key. */
const sliceMs: Millis = 5;
/**
 * Duration of the first slice after a key. It filters about 10,000 of the newest rows, which covers the
 * visible ones.
 */
const firstSliceMs: Millis = 3;

export const createFilterScheduler = ({
  clock,
  signal,
  judge,
  onProgress,
}: JudgingParts): FilterScheduler => {
  let isWorking = false;
  let plannedAt = Number.POSITIVE_INFINITY;
  let isRequested = false;
  let publishedAt = Number.NEGATIVE_INFINITY;

  const publish = (): void => {
    publishedAt = clock.now();
    onProgress();
  };

  const work = async (): Promise<void> => {
    if (isWorking) return;
    isWorking = true;
    for (let isDone = false; !isDone && !signal.aborted; ) {
      const until = clock.now() + (isRequested ? firstSliceMs : sliceMs);
      isDone = judge(() => clock.now() >= until);
      if (isRequested || isDone || clock.now() - publishedAt >= publishEveryMs) {
        isRequested = false;
        publish();
      }
      if (!isDone) await nextTurn();
    }
    isWorking = false;
  };

  return {
    now: () => {
      isRequested = true;
      void work();
    },
    soon: (isAwaited = false) => {
      const time = isAwaited ? clock.now() + awaitedMs : Math.max(clock.now(), publishedAt + publishEveryMs);
      if (time >= plannedAt) return;
      plannedAt = time;
      void clock.sleep(time - clock.now(), signal).then(() => {
        if (plannedAt !== time) return;
        plannedAt = Number.POSITIVE_INFINITY;
        if (!signal.aborted) void work();
      });
    },
  };
};
