import type { Millis } from '../../domain/fault.ts';
import type { Lane } from './lane.ts';

/** Lanes by the time of their next row, the earliest first; of the same time, the stream that was seen first. A binary heap. */
export class LaneHeap {
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
