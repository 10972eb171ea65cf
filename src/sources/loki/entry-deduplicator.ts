import type { LogEvent } from '../../logs/reading/tail.ts';
import type { LokiEntry } from './parse.ts';
import { formatLokiMark, type LokiMark, maxNanos, type Nanos, nanosToMillis } from './parse.ts';

const entryKey = ({ stream, text }: LokiEntry): string => `${stream}\0${text}`;

interface DeduplicatorOptions {
  /** What the reader has already. */
  readonly after: LokiMark | undefined;
  /** Nothing before this moment is wanted. */
  readonly from: Nanos;
  /** That of who read the same before: it knows which lines of the mark's own moment were told. */
  readonly previous?: EntryDeduplicator;
  toClock(wallMs: number): number;
}

/** Entries of moments that have several, which are remembered however long ago they were. */
const maxRememberedTies = 20_000;

/**
 * Tells new entries of one stream from those that were told already, however often and in whatever order they come: Loki
 * itself keeps one of several that are the same in stream, time and text, and gives those of one moment in no order that
 * lasts. Gives each its mark.
 */
export class EntryDeduplicator {
  readonly #parts: DeduplicatorOptions;
  /** By moment, in the order in which they were told. */
  readonly #told = new Map<Nanos, Set<string>>();
  /** How many of the mark's moment are to be passed over, where nobody knows which. */
  readonly #blindly: number;
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
    if (after !== undefined && known !== undefined) this.#told.set(after.ns, new Set(known));
    this.#blindly = known === undefined ? (after?.nth ?? 0) : 0;
  }

  /** What had been told of a moment up to a mark; undefined when it has been forgotten. */
  deliveredAt({ ns, nth }: LokiMark): readonly string[] | undefined {
    const told = this.#told.get(ns);
    return told === undefined || told.size < nth ? undefined : [...told].slice(0, nth);
  }

  /** Everything before this moment has been looked for. */
  get coveredUntil(): Nanos {
    return this.#covered;
  }

  /** From when on it knows what it has told: what is older is no news unless it has just been written. */
  get floor(): Nanos {
    return this.#floor;
  }

  /** Everything up to `at` has been looked for; what comes up to `lateNs` later than it was written is still told apart. */
  advanceTo(at: Nanos, lateNs: Nanos): void {
    this.#covered = maxNanos(this.#covered, at);
    this.#floor = maxNanos(this.#floor, this.#covered - lateNs);
    let tied = 0;
    for (const [ns, { size }] of [...this.#told].reverse()) {
      if (size > 1) tied += size;
      const isOld = ns < this.#floor && ns !== this.#newest?.ns;
      if (isOld && (size === 1 || tied > maxRememberedTies)) this.#told.delete(ns);
    }
  }

  /** These are known, and nothing in front of them is wanted. */
  startAt(entries: readonly LokiEntry[]): void {
    const [first] = entries;
    if (first !== undefined) this.#floor = maxNanos(this.#floor, first.ns);
  }

  /** The events of what is new. `isLive`: they have just been written, whatever their time says. */
  acceptNew(entries: readonly LokiEntry[], isLive = false): readonly LogEvent[] {
    return entries.flatMap((entry) => {
      const { ns } = entry;
      if (ns < this.#floor) return isLive ? this.#events(entry) : [];
      const told = this.#told.get(ns) ?? new Set();
      const id = entryKey(entry);
      if (told.has(id)) return [];
      told.add(id);
      this.#told.set(ns, told);
      const { after } = this.#parts;
      if (ns === after?.ns && told.size <= this.#blindly) return [];
      if (this.#newest === undefined || ns >= this.#newest.ns) this.#newest = { ns, nth: told.size };
      return this.#events(entry);
    });
  }

  /** Several lines that were sent as one are taken up again as one. */
  #events({ ns, text }: LokiEntry): readonly LogEvent[] {
    const lines = text.split('\n');
    if (lines.length > 1 && lines.at(-1) === '') lines.pop();
    const at = this.#parts.toClock(nanosToMillis(ns));
    return lines.map((line, index) => ({
      is: 'line',
      text: line,
      at,
      ...(index < lines.length - 1 || this.#newest === undefined
        ? {}
        : { mark: formatLokiMark(this.#newest) }),
    }));
  }
}
