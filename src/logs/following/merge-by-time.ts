import type { Millis } from '../../domain/fault.ts';
import { nextTurn } from '../../platform/async.ts';
import type { Clock } from '../../platform/clock.ts';
import { rowKind } from '../format/parsed-line.ts';
import type { LaneBatch } from './lane.ts';
import { Lane } from './lane.ts';

/** The lanes of a reading, and who waits for what they bring. */
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
    const lane = new Lane(this.#all.length, this.#clock.now, () => this.tell());
    this.#all = [...this.#all, lane];
    return lane;
  }

  tell(): void {
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

/** Timers know no longer ones. */
const longestMs: Millis = 60_000;

/** Lanes by the time of their next row, the earliest first; of the same time, the stream that was seen first. A binary heap. */
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
    let at = this.#lanes.length;
    this.#lanes.push(lane);
    this.#times.push(this.#timeOf(lane));
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (this.#isBefore(parent, at)) return;
      this.#swap(at, parent);
      at = parent;
    }
  }

  pop(): Lane | undefined {
    const [first] = this.#lanes;
    const last = this.#lanes.length - 1;
    if (first === undefined) return undefined;
    this.#swap(0, last);
    this.#lanes.pop();
    this.#times.pop();
    for (let at = 0; ; ) {
      let least = at;
      for (const child of [2 * at + 1, 2 * at + 2])
        if (child < last && this.#isBefore(child, least)) least = child;
      if (least === at) return first;
      this.#swap(at, least);
      at = least;
    }
  }

  #isBefore(a: number, b: number): boolean {
    const [ta, tb] = [this.#times[a] ?? 0, this.#times[b] ?? 0];
    return ta < tb || (ta === tb && (this.#lanes[a]?.stream ?? 0) < (this.#lanes[b]?.stream ?? 0));
  }

  #swap(a: number, b: number): void {
    const [lane, time] = [this.#lanes[a], this.#times[a]];
    const [other, otherTime] = [this.#lanes[b], this.#times[b]];
    if (lane === undefined || other === undefined || time === undefined || otherTime === undefined) return;
    this.#lanes[a] = other;
    this.#times[a] = otherTime;
    this.#lanes[b] = lane;
    this.#times[b] = time;
  }
}

/** How long a row waits for earlier ones of other streams, once these are followed live. */
export const liveReorderWindowMs: Millis = 400;
/** So long the history of a stream is waited for before others are shown without it. */
const historyWaitMs: Millis = 2000;
/** A stream that has said something and then nothing for so long has told its history. */
const drainedMs: Millis = 250;
/** What one answer brings at most, so that whoever takes it is not held up. */
const mostRows = 4096;

/** The lanes that are merged; they may become more at any time. */
interface MergeInput {
  readonly all: readonly Lane[];
  /** True: it is not known yet which streams there are, and none is alone. */
  readonly isGathering: boolean;
  /** True: no lane will be added any more. */
  readonly isComplete: boolean;
  /** Resolves at the next change of a lane, after so many ms, or when the signal aborts. */
  changed(signal: AbortSignal, ms: Millis): Promise<void>;
}

/** A row behind its head, and a word about what follows, stay where they are: they come at once. */
const timeOf = (lane: Lane): Millis => {
  const { head, next } = lane;
  if (head === undefined) return Number.POSITIVE_INFINITY;
  return head.kind[next] === rowKind.continuation ? Number.NEGATIVE_INFINITY : (head.at[next] ?? 0);
};

/** The end of what may be taken from a lane at once: nothing of another one, whose next row is of `limit`, comes before. */
const runEnd = ({ head, next }: Lane, limit: Millis, most: number): number => {
  if (head === undefined) return next;
  const end = Math.min(head.count, next + most);
  let to = next + 1;
  while (to < end && (head.kind[to] === rowKind.continuation || (head.at[to] ?? 0) <= limit)) to++;
  return to;
};

/**
 * The rows of several streams in the order of their times, each stream's in its own order, in answers of some thousand rows at
 * most. A row is given when every stream that may still say something earlier has said something later, or when it has
 * waited for `waitMs`; `Infinity`: however long that takes (whole files). What comes later than that is given when it comes. In
 * the beginning the history of all streams is waited for, 2 s at most.
 *
 * Nothing is read ahead but what the lanes hold: whoever does not ask for the next answer makes the sources wait. Ends when
 * all lanes are over and empty, or the signal aborts.
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
    // Whoever has more at hand puts it before it is looked at again.
    await nextTurn();
  }
}

interface Merged {
  readonly batches: readonly LaneBatch[];
  /** Ms until something may be given although nothing has come. */
  readonly again: Millis;
}

/** When the histories of all streams need not be waited for any more. */
const historyEnd = ({ all, isGathering }: MergeInput, now: Millis): Millis => {
  if (all.length === 1 && !isGathering) return now;
  let end = isGathering && all.length > 0 ? Math.min(...all.map(({ begun }) => begun)) + historyWaitMs : now;
  for (const lane of all) {
    const { state: phase, begun, latest, isFull } = lane;
    if (phase !== 'history' || isFull) continue;
    const until = Math.min(begun + historyWaitMs, (latest ?? Number.POSITIVE_INFINITY) + drainedMs);
    if (until > now) end = Math.max(end, until);
    else lane.enter('live');
  }
  return end;
};

/** One look at what the lanes hold. */
const createMerge = (): ((lanes: MergeInput, now: Millis, waitMs: Millis) => Merged) => {
  const heap = new LaneHeap(timeOf);
  return (lanes, now, waitMs) => {
    const end = waitMs === Number.POSITIVE_INFINITY ? now : historyEnd(lanes, now);
    if (end > now) return { batches: [], again: end - now };
    heap.clear();
    /** The latest time of a row that has waited long enough: nothing earlier waits behind it. */
    let due = Number.NEGATIVE_INFINITY;
    let again = Number.POSITIVE_INFINITY;
    for (const lane of lanes.all) {
      const { head } = lane;
      if (head === undefined) continue;
      heap.push(lane);
      const left = head.came + waitMs - now;
      if (left <= 0) due = Math.max(due, timeOf(lane));
      else again = Math.min(again, left);
    }
    return { batches: taken(heap, lanes.all.filter(isSilent).length, due), again };
  };
};

/** It has no row now, and may still bring one that is earlier than those of others. */
const isSilent = (lane: Lane): boolean => lane.isEmpty && (lane.state === 'live' || lane.state === 'history');

const taken = (heap: LaneHeap, silentAtFirst: number, due: Millis): readonly LaneBatch[] => {
  const batches: LaneBatch[] = [];
  let silent = silentAtFirst;
  let room = mostRows;
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
