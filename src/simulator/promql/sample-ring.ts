import type { Millis } from '../../domain/base/fault.ts';

/** The fewest samples with space. Most series of a short run are shorter than an hour. */
const fewest = 16;

/** The newest samples of a series in columns of 8 bytes: space grows with the samples up to a capacity, then the oldest is replaced. */
export class SampleRing {
  readonly #capacity: number;
  #times: Float64Array;
  #values: Float64Array;
  /** Index of the oldest sample. */
  #start = 0;
  #length = 0;

  /** `space`: samples with space from the beginning. */
  constructor(capacity: number, space: number = fewest) {
    this.#capacity = capacity;
    this.#times = new Float64Array(space);
    this.#values = new Float64Array(space);
  }

  get length(): number {
    return this.#length;
  }

  /** True: the next sample replaces the oldest one. */
  get isFull(): boolean {
    return this.#length === this.#capacity;
  }

  /** The time of a sample by its index from the oldest one, 0; undefined beyond the ends. */
  timeAt(index: number): Millis | undefined {
    return index < 0 || index >= this.#length ? undefined : this.#times[this.#place(index)];
  }

  valueAt(index: number): number | undefined {
    return index < 0 || index >= this.#length ? undefined : this.#values[this.#place(index)];
  }

  /** Adds a sample that is later than all others. */
  push(time: Millis, value: number): void {
    if (this.isFull) this.#start = this.#place(1);
    else {
      if (this.#length === this.#times.length) this.#grow();
      this.#length += 1;
    }
    const last = this.#place(this.#length - 1);
    this.#times[last] = time;
    this.#values[last] = value;
  }

  /** The number of samples until a time, inclusive: the index of the first one after it. */
  firstAfter(limit: Millis): number {
    let low = 0;
    let high = this.#length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.timeAt(middle) ?? 0) > limit) high = middle;
      else low = middle + 1;
    }
    return low;
  }

  /** Appends the samples in [from, to], without NaN, to lists of times and values. */
  copy(from: Millis, to: Millis, { at, values }: { readonly at: Millis[]; readonly values: number[] }): void {
    for (let index = this.firstAfter(from - 1); index < this.#length; index += 1) {
      const place = this.#place(index);
      const time = this.#times[place] ?? 0;
      const value = this.#values[place] ?? Number.NaN;
      if (time > to) return;
      if (Number.isNaN(value)) continue;
      at.push(time);
      values.push(value);
    }
  }

  #place(index: number): number {
    const place = this.#start + index;
    return place < this.#times.length ? place : place - this.#times.length;
  }

  /** Doubles the space. Until the ring is full, its oldest sample is at 0. */
  #grow(): void {
    const space = Math.min(this.#capacity, 2 * this.#times.length);
    const times = this.#times;
    const values = this.#values;
    this.#times = new Float64Array(space);
    this.#values = new Float64Array(space);
    this.#times.set(times);
    this.#values.set(values);
  }
}
