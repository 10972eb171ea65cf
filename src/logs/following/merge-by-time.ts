import type { Millis } from '../../domain/base/fault.ts';
import { nextTurn } from '../../platform/runtime/async.ts';
import type { Clock } from '../../platform/runtime/clock.ts';
import { rowKind } from '../format/parsed-line.ts';
import type { LaneBatch } from './lane.ts';
import { Lane } from './lane.ts';

/** The lanes of a reading, with change notification. */
export class LaneSet implements MergeInput {
  isGathering = true;
  isComplete = false;
  readonly #clock: Clock;
  #all: readonly Lane[] = [];
  #hasChanged = false;
  #waiting: AbortController | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  get all(): readonly Lane[] {
    return this.#all;
  }

  add(): Lane {
    const lane = new Lane(this.#all.length, this.#clock.now, () => this.wake());
    this.#all = [...this.#all, lane];
    return lane;
  }

  wake(): void {
    this.#hasChanged = true;
    this.#waiting?.abort();
  }

  async changed(signal: AbortSignal, ms: Millis): Promise<void> {
    if (!this.#hasChanged) {
      this.#waiting = new AbortController();
      const either = AbortSignal.any([signal, this.#waiting.signal]);
      await this.#clock.sleep(Math.min(ms, longestMs), either);
      this.#waiting = undefined;
    }
    this.#hasChanged = false;
  }
}

/** Maximum timer duration used. */
const longestMs: Millis = 60_000;

/**
 * Binary heap of lanes by the time of their next row, earliest first; on a tie, the stream that was seen
 * first.
 */
class LaneHeap {
  readonly #timeOf: (lane: Lane) => Millis;
  #lanes: Lane[] = [];
  #times: Millis[] = [];

  constructor(timeOf: (lane: Lane) => Millis) {
    this.#timeOf = timeOf;
  }

  get size(): number {
    return this.#lanes.length;
  }

  clear(): void {
    this.#lanes = [];
    this.#times = [];
  }

  peek(): Lane | undefined {
    return this.#lanes[0];
  }

  push(lane: Lane): void {
    let index = this.#lanes.length;
    this.#lanes.push(lane);
    this.#times.push(this.#timeOf(lane));
    while (index > 0) {
      const parent = (index - 1) >> 1;
      if (this.#isBefore(parent, index)) return;
      this.#swap(index, parent);
      index = parent;
    }
  }

  pop(): Lane | undefined {
    const [first] = this.#lanes;
    const last = this.#lanes.length - 1;
    if (first === undefined) return undefined;
    this.#swap(0, last);
    this.#lanes.pop();
    this.#times.pop();
    for (let index = 0; ; ) {
      let least = index;
      for (const child of [2 * index + 1, 2 * index + 2])
        if (child < last && this.#isBefore(child, least)) least = child;
      if (least === index) return first;
      this.#swap(index, least);
      index = least;
    }
  }

  #isBefore(a: number, b: number): boolean {
    const ta = this.#times[a] ?? 0;
    const tb = this.#times[b] ?? 0;
    return ta < tb || (ta === tb && (this.#lanes[a]?.stream ?? 0) < (this.#lanes[b]?.stream ?? 0));
  }

  #swap(a: number, b: number): void {
    const lane = this.#lanes[a];
    const time = this.#times[a];
    const other = this.#lanes[b];
    const otherTime = this.#times[b];
    if (lane === undefined || other === undefined || time === undefined || otherTime === undefined) return;
    this.#lanes[a] = other;
    this.#times[a] = otherTime;
    this.#lanes[b] = lane;
    this.#times[b] = time;
  }
}

/** Time in ms that a row waits for earlier rows of other live streams. */
export const liveReorderWindowMs: Millis = 400;
/** Maximum time in ms to wait for the history of a stream before other streams are shown without it. */
const historyWaitMs: Millis = 2000;
/** Silence in ms after which the history of a stream counts as complete. */
const drainedMs: Millis = 250;
/** Maximum rows per result, so that the consumer is not blocked. */
const maxRows = 4096;

/** The lanes to merge; lanes may be added at any time. */
interface MergeInput {
  readonly all: readonly Lane[];
  /** True while the streams are not all known, so that a single lane must still wait for others. */
  readonly isGathering: boolean;
  /** True when no more lanes will be added. */
  readonly isComplete: boolean;
  /** Resolves at the next change of a lane, after `ms`, or when the signal aborts. */
  changed(signal: AbortSignal, ms: Millis): Promise<void>;
}

/** A continuation stays with its head row, so it is due immediately. */
const timeOf = (lane: Lane): Millis => {
  const { head, next } = lane;
  if (head === undefined) return Number.POSITIVE_INFINITY;
  return head.kind[next] === rowKind.continuation ? Number.NEGATIVE_INFINITY : (head.at[next] ?? 0);
};

/**
 * Returns the end of the rows that may be taken at once: no row of the other lanes, the next of which is at
 * `limit`, comes before them.
 */
const runEnd = ({ head, next }: Lane, limit: Millis, most: number): number => {
  if (head === undefined) return next;
  const end = Math.min(head.count, next + most);
  let to = next + 1;
  while (to < end && (head.kind[to] === rowKind.continuation || (head.at[to] ?? 0) <= limit)) to++;
  return to;
};

/**
 * Merges the rows of several streams by time and keeps the order within each stream. Yields up to some
 * thousand rows at a time.
 *
 * A row is yielded when every stream that may still produce an earlier row has produced a later one, or after
 * `waitMs`. With `Infinity` it waits without limit (whole files). Rows that arrive too late are yielded on
 * arrival. At the start, it waits up to 2 s for the history of all streams.
 *
 * Reads ahead only what the lanes hold, so that a slow consumer makes the sources wait. Ends when all lanes
 * are over and empty, or the signal aborts.
 */
export async function* mergeByTime(
  lanes: MergeInput,
  { clock, waitMs }: { readonly clock: Clock; readonly waitMs: Millis },
  signal: AbortSignal,
): AsyncGenerator<readonly LaneBatch[], void, undefined> {
  const merge = createMerge();
  while (!signal.aborted) {
    const { batches, again } = merge(lanes, clock.now(), waitMs);
    if (batches.length > 0) {
      yield batches;
      continue;
    }
    if (lanes.isComplete && lanes.all.every((lane) => lane.state === 'over' && lane.isEmpty)) return;
    await lanes.changed(signal, again);
    // Lets readers with buffered data fill their lanes before the next merge.
    await nextTurn();
  }
}

interface Merged {
  readonly batches: readonly LaneBatch[];
  /** Ms until rows may be due although nothing has arrived. */
  readonly again: Millis;
}

/** Returns the time until which histories must be awaited. */
const historyEnd = ({ all, isGathering }: MergeInput, now: Millis): Millis => {
  if (all.length === 1 && !isGathering) return now;
  let end = isGathering && all.length > 0 ? Math.min(...all.map(({ begun }) => begun)) + historyWaitMs : now;
  for (const lane of all) {
    const { state, begun, latest, isFull } = lane;
    if (state !== 'history' || isFull) continue;
    const until = Math.min(begun + historyWaitMs, (latest ?? Number.POSITIVE_INFINITY) + drainedMs);
    if (until > now) end = Math.max(end, until);
    else lane.enter('live');
  }
  return end;
};

/** Creates a function that performs one merge step over the current lanes. */
const createMerge = (): ((lanes: MergeInput, now: Millis, waitMs: Millis) => Merged) => {
  const heap = new LaneHeap(timeOf);
  return (lanes, now, waitMs) => {
    const end = waitMs === Number.POSITIVE_INFINITY ? now : historyEnd(lanes, now);
    if (end > now) return { batches: [], again: end - now };
    heap.clear();
    /** Latest time of a row that has waited long enough; all earlier rows may be taken. */
    let due = Number.NEGATIVE_INFINITY;
    let again = Number.POSITIVE_INFINITY;
    for (const lane of lanes.all) {
      const { head } = lane;
      if (head === undefined) continue;
      heap.push(lane);
      const left = head.receivedAt + waitMs - now;
      if (left <= 0) due = Math.max(due, timeOf(lane));
      else again = Math.min(again, left);
    }
    return { batches: taken(heap, lanes.all.filter(isSilent).length, due), again };
  };
};

/** True when a lane has no row now but may still produce an earlier one than the others. */
const isSilent = (lane: Lane): boolean => lane.isEmpty && (lane.state === 'live' || lane.state === 'history');

const taken = (heap: LaneHeap, silentAtFirst: number, due: Millis): readonly LaneBatch[] => {
  const batches: LaneBatch[] = [];
  let silent = silentAtFirst;
  let room = maxRows;
  for (let lane = heap.pop(); lane !== undefined && room > 0; lane = heap.pop()) {
    if (silent > 0 && timeOf(lane) > due) break;
    const other = heap.peek();
    const limit = Math.min(
      other === undefined ? Number.POSITIVE_INFINITY : timeOf(other),
      silent > 0 ? due : Number.POSITIVE_INFINITY,
    );
    const batch = lane.take(runEnd(lane, limit, room));
    batches.push(batch);
    room -= batch.to - batch.from;
    if (!lane.isEmpty) heap.push(lane);
    else if (isSilent(lane)) silent++;
  }
  return batches;
};
