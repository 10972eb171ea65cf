import { formatDuration } from '../../src/domain/duration.ts';
import type { Millis } from '../../src/domain/fault.ts';
import type { SystemClock } from '../../src/platform/clock.ts';

interface Timer {
  readonly due: Millis;
  /** Order of creation, which breaks ties between timers of the same time. */
  readonly order: number;
  run(): void;
}

/** A clock that advances only on request, from one timer to the next. */
export interface SteppingClock extends SystemClock {
  /** Time of the next timer; undefined: none. */
  nextDue(): Millis | undefined;
  /** Number of timers that are set. */
  pending(): number;
  /** Advances to a time and runs every timer that is due by then and was set before the call. */
  moveTo(moment: Millis): void;
}

/** Timers by time: a binary heap, because a busy incident has hundreds of timers and sets thousands. */
const createHeap = () => {
  const heap: Timer[] = [];
  const before = (a: Timer | undefined, b: Timer | undefined): boolean =>
    a !== undefined && b !== undefined && (a.due < b.due || (a.due === b.due && a.order < b.order));
  const swap = (a: number, b: number): void => {
    const [one, other] = [heap[a], heap[b]];
    if (one === undefined || other === undefined) return;
    heap[a] = other;
    heap[b] = one;
  };
  return {
    top: (): Timer | undefined => heap[0],
    size: (): number => heap.length,
    push: (timer: Timer): void => {
      let at = heap.push(timer) - 1;
      for (let up = (at - 1) >> 1; at > 0 && before(heap[at], heap[up]); up = (at - 1) >> 1) {
        swap(at, up);
        at = up;
      }
    },
    pop: (): Timer | undefined => {
      const top = heap[0];
      const last = heap.pop();
      if (last === undefined || heap.length === 0) return top;
      heap[0] = last;
      for (let at = 0; ; ) {
        const [left, right] = [2 * at + 1, 2 * at + 2];
        const least = before(heap[right], heap[left]) ? right : left;
        if (!before(heap[least], heap[at])) return top;
        swap(at, least);
        at = least;
      }
    },
  };
};

/** Creates a stepping clock that starts at a time. */
export const createSteppingClock = (start: Millis): SteppingClock => {
  const heap = createHeap();
  const canceled = new Set<Timer>();
  let now = start;
  let order = 0;

  const add = (ms: Millis, run: () => void): (() => void) => {
    let isSet = true;
    // A timer that cancels itself when it runs is no longer in the heap: it must not be kept as canceled.
    const fire = (): void => {
      isSet = false;
      run();
    };
    const timer: Timer = { due: now + Math.max(0, Math.ceil(ms)), order: order++, run: fire };
    heap.push(timer);
    return () => {
      if (isSet) canceled.add(timer);
      isSet = false;
    };
  };
  const top = (): Timer | undefined => {
    for (let timer = heap.top(); timer !== undefined; timer = heap.top()) {
      if (!canceled.delete(timer)) return timer;
      heap.pop();
    }
    return undefined;
  };

  return {
    now: () => now,
    wallOffset: () => 0,
    onJump: () => () => {},
    sleep: (ms, signal) =>
      new Promise((resolve) => {
        if (signal?.aborted === true) return resolve();
        const end = (): void => {
          cancel();
          signal?.removeEventListener('abort', end);
          resolve();
        };
        const cancel = add(ms, end);
        signal?.addEventListener('abort', end);
      }),
    deadline: (ms) => {
      const controller = new AbortController();
      const clear = add(ms, () =>
        controller.abort(new DOMException(`no answer in ${formatDuration(ms)}`, 'TimeoutError')),
      );
      return { signal: controller.signal, clear };
    },
    every: (ms, tick) => {
      let cancel = (): void => {};
      const arm = (): void => {
        cancel = add(ms - (now % ms), () => {
          arm();
          tick();
        });
      };
      arm();
      return () => cancel();
    },
    nextDue: () => top()?.due,
    pending: () => heap.size() - canceled.size,
    moveTo: (moment) => {
      const last = order;
      now = Math.max(now, moment);
      const later: Timer[] = [];
      for (let timer = top(); timer !== undefined && timer.due <= now; timer = top()) {
        heap.pop();
        if (timer.order < last) timer.run();
        else later.push(timer);
      }
      for (const timer of later) heap.push(timer);
    },
  };
};
