import type { Millis } from '../../domain/fault.ts';
import { nextTurn } from '../../platform/async.ts';
import type { Clock } from '../../platform/clock.ts';

/** Judges what has come, in slices, and tells of it. */
interface FilterScheduler {
  /** Something was asked for: begins at once, and tells what the first slice has shown. */
  now(): void;
  /** Something has come: within a tenth of a second; `isAwaited`: much sooner. */
  soon(isAwaited?: boolean): void;
}

interface JudgingParts {
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** Works until `isOver`; true: nothing is pending. */
  judge(isOver: () => boolean): boolean;
  tell(): void;
}

/** At most ten times a second the screen is told of what came by itself. */
const tellEveryMs: Millis = 100;
/** The first lines are waited for. */
const awaitedMs: Millis = 10;
/** So long one turn may judge rows: a key never waits longer. */
const sliceMs: Millis = 5;
/** What a key asks for is judged so long before its frame is drawn: the newest some ten thousand rows, and so all in sight. */
const firstSliceMs: Millis = 3;

export const createFilterScheduler = ({ clock, signal, judge, tell }: JudgingParts): FilterScheduler => {
  let isWorking = false;
  let plannedAt = Number.POSITIVE_INFINITY;
  let isAsked = false;
  let toldAt = Number.NEGATIVE_INFINITY;

  const told = (): void => {
    toldAt = clock.now();
    tell();
  };

  const work = async (): Promise<void> => {
    if (isWorking) return;
    isWorking = true;
    for (let isDone = false; !isDone && !signal.aborted; ) {
      const until = clock.now() + (isAsked ? firstSliceMs : sliceMs);
      isDone = judge(() => clock.now() >= until);
      if (isAsked || isDone || clock.now() - toldAt >= tellEveryMs) {
        isAsked = false;
        told();
      }
      if (!isDone) await nextTurn();
    }
    isWorking = false;
  };

  return {
    now: () => {
      isAsked = true;
      void work();
    },
    soon: (isAwaited = false) => {
      const at = isAwaited ? clock.now() + awaitedMs : Math.max(clock.now(), toldAt + tellEveryMs);
      if (at >= plannedAt) return;
      plannedAt = at;
      void clock.sleep(at - clock.now(), signal).then(() => {
        if (plannedAt !== at) return;
        plannedAt = Number.POSITIVE_INFINITY;
        if (!signal.aborted) void work();
      });
    },
  };
};
