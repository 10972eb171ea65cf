import type { Millis } from '../base/fault.ts';

/** A number and the time at which it was read. */
export interface TimedValue {
  readonly at: Millis;
  readonly value: number;
  /** Distance to the next value of the same query, if the source's own history returned it; absent: read live. */
  readonly stepMs?: Millis;
}

/**
 * Times, values and steps in one array, one after the other, each `capacity` long. A step of NaN is absent. Shared by all
 * series that were extended from one another: each sees its own range, and only the one that ends at `used` writes on.
 */
interface SeriesColumns {
  readonly data: Float64Array;
  readonly capacity: number;
  readonly hasSteps: boolean;
  used: number;
}

const allocate = (capacity: number, hasSteps: boolean): SeriesColumns => ({
  data: new Float64Array(capacity * (hasSteps ? 3 : 2)),
  capacity,
  hasSteps,
  used: 0,
});

/** Room for as many values more, at least; a quarter more keeps copying rare and little unused. */
const leastSpare = 4;

/**
 * Numbers over time, oldest first, in columns: 16 bytes a value, 24 with steps. A time without a number has no value, so a
 * gap is never 0. It never changes: `extend` returns a longer series, which shares the columns.
 */
export class ValueSeries implements Iterable<TimedValue> {
  static readonly empty: ValueSeries = new ValueSeries(allocate(0, false), 0, 0);

  readonly #columns: SeriesColumns;
  readonly #start: number;
  readonly #end: number;

  private constructor(columns: SeriesColumns, start: number, end: number) {
    this.#columns = columns;
    this.#start = start;
    this.#end = end;
  }

  /** Returns the points as a series. They must be in time order. */
  static of(points: Iterable<TimedValue>): ValueSeries {
    return points instanceof ValueSeries ? points : ValueSeries.empty.extend(points);
  }

  get length(): number {
    return this.#end - this.#start;
  }

  /** True: values of it may come from the history of a source. */
  get hasSteps(): boolean {
    return this.#columns.hasSteps;
  }

  /** The time of a value by its index from 0. */
  timeAt(index: number): Millis {
    return this.#columns.data[this.#start + index] ?? Number.NaN;
  }

  valueAt(index: number): number {
    const { data, capacity } = this.#columns;
    return data[capacity + this.#start + index] ?? Number.NaN;
  }

  /** The distance of a value to the next one of its query; undefined: it was read live. */
  stepAt(index: number): Millis | undefined {
    const { data, capacity, hasSteps } = this.#columns;
    const step = hasSteps ? data[2 * capacity + this.#start + index] : undefined;
    return step === undefined || Number.isNaN(step) ? undefined : step;
  }

  /** Returns a value with its time; counts from the end if `index` is negative. Undefined beyond the ends. */
  at(index: number): TimedValue | undefined {
    const own = index < 0 ? this.length + index : index;
    if (own < 0 || own >= this.length) return undefined;
    const stepMs = this.stepAt(own);
    const point = { at: this.timeAt(own), value: this.valueAt(own) };
    return stepMs === undefined ? point : { ...point, stepMs };
  }

  *[Symbol.iterator](): Generator<TimedValue, void> {
    for (let index = 0; index < this.length; index++) {
      const point = this.at(index);
      if (point !== undefined) yield point;
    }
  }

  /** The values without their times, oldest first. */
  values(): Float64Array {
    const { data, capacity } = this.#columns;
    return data.subarray(capacity + this.#start, capacity + this.#end);
  }

  /** The index of the first value later than `moment`: the number of values until then. */
  indexAfter(moment: Millis): number {
    return this.#search((position) => position <= moment);
  }

  /** The index of the first value at `moment` or later. */
  indexFrom(moment: Millis): number {
    return this.#search((position) => position < moment);
  }

  /** The part from one index up to another (exclusive); shares the columns. */
  slice(from: number, to: number = this.length): ValueSeries {
    const start = this.#start + Math.max(0, Math.min(from, this.length));
    const end = this.#start + Math.max(0, Math.min(to, this.length));
    if (end <= start) return ValueSeries.empty;
    return start === this.#start && end === this.#end ? this : new ValueSeries(this.#columns, start, end);
  }

  /** The values from one time to another, both inclusive. */
  between(from: Millis, to: Millis = Number.POSITIVE_INFINITY): ValueSeries {
    return this.slice(this.indexFrom(from), this.indexAfter(to));
  }

  /** Returns the series with its times moved. */
  shifted(ms: Millis): ValueSeries {
    if (ms === 0 || this.length === 0) return this;
    const columns = this.#copy(this.length, this.#columns.hasSteps);
    for (let index = 0; index < columns.used; index++) columns.data[index] = this.timeAt(index) + ms;
    return new ValueSeries(columns, 0, columns.used);
  }

  /** Returns the series with those of a later one behind it, in columns of its own. */
  concat(later: ValueSeries): ValueSeries {
    if (this.length === 0) return later;
    if (later.length === 0) return this;
    const columns = this.#copy(this.length + later.length, this.#columns.hasSteps);
    return new ValueSeries(columns, 0, columns.used).extend(later);
  }

  /** Returns the series with later points at its end; of all its values, at most the newest `kept`. */
  extend(points: Iterable<TimedValue>, kept: number = Number.POSITIVE_INFINITY): ValueSeries {
    let columns = this.#columns;
    let start = this.#start;
    let end = this.#end;
    for (const { at, value, stepMs } of points) {
      const needsSteps = stepMs !== undefined && !columns.hasSteps;
      start = Math.max(start, end + 1 - kept);
      // A range that another series has written on, or that is full, is copied.
      if (end !== columns.used || end === columns.capacity || needsSteps) {
        const live = new ValueSeries(columns, start, end);
        columns = live.#copy(
          live.length + Math.max(leastSpare, live.length >> 2),
          columns.hasSteps || needsSteps,
        );
        [start, end] = [0, columns.used];
      }
      const { data, capacity, hasSteps } = columns;
      data[end] = at;
      data[capacity + end] = value;
      if (hasSteps) data[2 * capacity + end] = stepMs ?? Number.NaN;
      columns.used = ++end;
    }
    return end === this.#end && columns === this.#columns ? this : new ValueSeries(columns, start, end);
  }

  /** Copies the own range into new columns. */
  #copy(capacity: number, hasSteps: boolean): SeriesColumns {
    const from = this.#columns;
    const columns = allocate(capacity, hasSteps);
    const copyColumn = (column: number): void => {
      const offset = column * from.capacity;
      columns.data.set(from.data.subarray(offset + this.#start, offset + this.#end), column * capacity);
    };
    copyColumn(0);
    copyColumn(1);
    if (from.hasSteps) copyColumn(2);
    else if (hasSteps) columns.data.fill(Number.NaN, 2 * capacity);
    columns.used = this.length;
    return columns;
  }

  /** The number of values at the start whose times are before a limit. */
  #search(isBefore: (time: Millis) => boolean): number {
    let low = 0;
    let high = this.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (isBefore(this.timeAt(middle))) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
