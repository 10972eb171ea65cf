import type { Millis } from '../../../domain/base/fault.ts';
import type { TopicSpec } from '../spec/messaging.ts';

/** Interval and number of recorded end offsets of a partition: one hour in total. */
const markEveryMs = 5000;
const mostMarks = 720;

/** One partition: offsets, and its end offset over time. */
interface Log {
  readonly low: bigint;
  /** Messages produced, including a fraction of the next one. */
  end: number;
  readonly marks: { readonly at: Millis; readonly end: bigint }[];
}

/** A topic whose partitions receive slightly different numbers of messages. */
export class Topic {
  readonly name: string;
  readonly replication: number;
  readonly spec: TopicSpec | undefined;
  readonly #logs: Log[] = [];
  #takenAt = Number.NEGATIVE_INFINITY;

  constructor(
    name: string,
    shape: { readonly partitions: number; readonly replication: number; readonly spec?: TopicSpec },
    begin: (partition: number) => number,
  ) {
    this.name = name;
    this.replication = shape.replication;
    this.spec = shape.spec;
    for (let partition = 0; partition < shape.partitions; partition += 1) this.#add(begin(partition));
  }

  get partitions(): number {
    return this.#logs.length;
  }

  low(partition: number): bigint {
    return this.#logs[partition]?.low ?? 0n;
  }

  end(partition: number): bigint {
    return BigInt(Math.floor(this.#logs[partition]?.end ?? 0));
  }

  /** First offset at or after a model time, as far as recorded; undefined if none is that recent. */
  at(partition: number, moment: Millis): bigint | undefined {
    const log = this.#logs[partition];
    if (log === undefined || moment >= this.#takenAt) return undefined;
    return log.marks.findLast(({ at }) => at <= moment)?.end ?? log.low;
  }

  /** Distributes new messages over the partitions. */
  take(messages: number, now: Millis): void {
    this.#takenAt = now;
    const shares = this.#logs.map((_, partition) => 1 + 0.02 * ((partition * 7) % 5));
    const all = shares.reduce((sum, share) => sum + share, 0);
    for (const [partition, log] of this.#logs.entries()) {
      log.end += (messages * (shares[partition] ?? 0)) / all;
      const last = log.marks.at(-1);
      if (last !== undefined && now - last.at < markEveryMs) continue;
      log.marks.push({ at: now, end: this.end(partition) });
      if (log.marks.length > mostMarks) log.marks.shift();
    }
  }

  /** Adds empty partitions; never removes any. */
  grow(count: number): void {
    while (this.#logs.length < count) this.#add(0);
  }

  #add(begin: number): void {
    this.#logs.push({ low: BigInt(Math.floor(begin * 0.9)), end: begin, marks: [] });
  }
}
