import type { Millis } from '../../src/domain/base/fault.ts';
import { formatDuration } from '../../src/domain/text/duration.ts';
import type { SystemClock } from '../../src/platform/runtime/clock.ts';

interface Timer {
  readonly due: Millis;
  /** Order of creation, which breaks ties between timers of the same time. */
  readonly order: number;
  /** Undefined after it ran or was canceled: a timer that is canceled long before it is due keeps nothing alive. */
  run: (() => void) | undefined;
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

/** From this number on, canceled timers are removed from the heap once they are half of it. */
const mostCanceled = 1000;

/** Timers by time: a binary heap, because a busy incident has hundreds of timers and sets thousands. */
const createHeap = () => {
  const heap: Timer[] = [];
  const before = (a: Timer | undefined, b: Timer | undefined): boolean =>
    a !== undefined && b !== undefined && (a.due < b.due || (a.due === b.due && a.order < b.order));
  const swap = (a: number, b: number): void => {
    const timer = heap[a];
    const other = heap[b];
    if (timer === undefined || other === undefined) return;
    heap[a] = other;
    heap[b] = timer;
  };
  return {
    top: (): Timer | undefined => heap[0],
    size: (): number => heap.length,
    /** Removes the canceled timers, and returns their number. Sorted timers are a heap. */
    compact: (): number => {
      const set = heap.filter(({ run }) => run !== undefined).sort((a, b) => (before(a, b) ? -1 : 1));
      return heap.splice(0, heap.length, ...set).length - set.length;
    },
    push: (timer: Timer): void => {
      let index = heap.push(timer) - 1;
      for (let up = (index - 1) >> 1; index > 0 && before(heap[index], heap[up]); up = (index - 1) >> 1) {
        swap(index, up);
        index = up;
      }
    },
    pop: (): Timer | undefined => {
      const top = heap[0];
      const last = heap.pop();
      if (last === undefined || heap.length === 0) return top;
      heap[0] = last;
      for (let index = 0; ; ) {
        const left = 2 * index + 1;
        const right = 2 * index + 2;
        const least = before(heap[right], heap[left]) ? right : left;
        if (!before(heap[least], heap[index])) return top;
        swap(index, least);
        index = least;
      }
    },
  };
};

/** Creates a stepping clock that starts at a time. */
export const createSteppingClock = (start: Millis): SteppingClock => {
  const heap = createHeap();
  /** Number of canceled timers in the heap. */
  let canceled = 0;
  let now = start;
  let order = 0;

  const add = (ms: Millis, run: () => void): (() => void) => {
    const timer: Timer = { due: now + Math.max(0, Math.ceil(ms)), order: order++, run };
    heap.push(timer);
    return () => {
      // A timer that cancels itself when it runs is no longer in the heap.
      if (timer.run === undefined) return;
      timer.run = undefined;
      canceled += 1;
      if (canceled >= mostCanceled && canceled * 2 >= heap.size()) canceled -= heap.compact();
    };
  };
  const top = (): Timer | undefined => {
    for (let timer = heap.top(); timer !== undefined; timer = heap.top()) {
      if (timer.run !== undefined) return timer;
      heap.pop();
      canceled -= 1;
    }
    return undefined;
  };
  const fire = (timer: Timer): void => {
    const { run } = timer;
    timer.run = undefined;
    run?.();
  };

  return {
    now: () => now,
    wallOffset: () => 0,
    wallNow: () => now,
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
    pending: () => heap.size() - canceled,
    moveTo: (moment) => {
      const last = order;
      now = Math.max(now, moment);
      const later: Timer[] = [];
      for (let timer = top(); timer !== undefined && timer.due <= now; timer = top()) {
        heap.pop();
        if (timer.order < last) fire(timer);
        else later.push(timer);
      }
      for (const timer of later) heap.push(timer);
    },
  };
};
