import type { LogEvent } from '../../logs/reading/tail.ts';
import type { LokiEntry } from './parse.ts';
import { formatLokiMark, type LokiMark, maxNanos, type Nanos, nanosToMillis } from './parse.ts';

const entryKey = ({ stream, text }: LokiEntry): string => `${stream}\0${text}`;

interface DeduplicatorOptions {
  /** Position of the last entry that the reader has. */
  readonly after: LokiMark | undefined;
  /** Entries before this time are not wanted. */
  readonly from: Nanos;
  /**
   * Deduplicator of an earlier reader of the same query: knows which entries with the time of the mark were delivered.
   */
  readonly previous?: EntryDeduplicator;
  toClock(wallMs: number): number;
}

/** Maximum number of remembered entries that share their timestamp, regardless of age. */
const maxRememberedTies = 20_000;

/**
 * Removes entries of a stream that were delivered already, whatever their order and number of repetitions. Loki keeps
 * one of several entries with equal stream, time and text, and returns entries with equal times in no stable order.
 * Gives each new entry its mark.
 */
export class EntryDeduplicator {
  readonly #parts: DeduplicatorOptions;
  /** Delivered texts by time, in the order of their delivery. */
  readonly #delivered = new Map<Nanos, Set<string>>();
  /** Number of entries with the mark's time to skip, where the delivered ones are unknown. */
  readonly #skipCount: number;
  #floor: Nanos;
  #newest: LokiMark | undefined;
  #covered: Nanos;

  constructor(parts: DeduplicatorOptions) {
    const { after, previous: before, from } = parts;
    this.#parts = parts;
    this.#floor = after?.ns ?? from;
    this.#covered = this.#floor;
    this.#newest = after;
    const known = after && before?.deliveredAt(after);
    if (after !== undefined && known !== undefined) this.#delivered.set(after.ns, new Set(known));
    this.#skipCount = known === undefined ? (after?.nth ?? 0) : 0;
  }

  /**
   * Returns the texts delivered for the time of a mark, up to the mark; undefined when they are no longer remembered.
   */
  deliveredAt({ ns, nth }: LokiMark): readonly string[] | undefined {
    const texts = this.#delivered.get(ns);
    return texts === undefined || texts.size < nth ? undefined : [...texts].slice(0, nth);
  }

  /** Entries before this time have been searched completely. */
  get coveredUntil(): Nanos {
    return this.#covered;
  }

  /** Delivered entries are remembered from this time on. An older entry is only new when it was just written. */
  get floor(): Nanos {
    return this.#floor;
  }

  /** Marks everything up to `at` as searched; entries up to `lateNs` late are still deduplicated. */
  advanceTo(at: Nanos, lateNs: Nanos): void {
    this.#covered = maxNanos(this.#covered, at);
    this.#floor = maxNanos(this.#floor, this.#covered - lateNs);
    let tied = 0;
    for (const [ns, { size }] of [...this.#delivered].reverse()) {
      if (size > 1) tied += size;
      const isOld = ns < this.#floor && ns !== this.#newest?.ns;
      if (isOld && (size === 1 || tied > maxRememberedTies)) this.#delivered.delete(ns);
    }
  }

  /** Starts at the first of these entries: earlier ones are not wanted. */
  startAt(entries: readonly LokiEntry[]): void {
    const [first] = entries;
    if (first !== undefined) this.#floor = maxNanos(this.#floor, first.ns);
  }

  /** Returns the events of new entries. `isLive`: they were just written, whatever their timestamps. */
  acceptNew(entries: readonly LokiEntry[], isLive = false): readonly LogEvent[] {
    return entries.flatMap((entry) => {
      const { ns } = entry;
      if (ns < this.#floor) return isLive ? this.#events(entry) : [];
      const texts = this.#delivered.get(ns) ?? new Set();
      const id = entryKey(entry);
      if (texts.has(id)) return [];
      texts.add(id);
      this.#delivered.set(ns, texts);
      const { after } = this.#parts;
      if (ns === after?.ns && texts.size <= this.#skipCount) return [];
      if (this.#newest === undefined || ns >= this.#newest.ns) this.#newest = { ns, nth: texts.size };
      return this.#events(entry);
    });
  }

  /** The lines of a multi-line entry resume as one. */
  #events({ ns, text }: LokiEntry): readonly LogEvent[] {
    const lines = text.split('\n');
    if (lines.length > 1 && lines.at(-1) === '') lines.pop();
    const time = this.#parts.toClock(nanosToMillis(ns));
    return lines.map((line, index) => ({
      is: 'line',
      text: line,
      at: time,
      ...(index < lines.length - 1 || this.#newest === undefined
        ? {}
        : { mark: formatLokiMark(this.#newest) }),
    }));
  }
}
