import type { LogEvent } from '../../logs/reading/tail.ts';
import type { Entry } from './parse.ts';
import { latest, type Mark, markText, millisOf, type Nanos } from './parse.ts';

const identity = ({ stream, text }: Entry): string => `${stream}\0${text}`;

interface BookParts {
  /** What the reader has already. */
  readonly after: Mark | undefined;
  /** Nothing before this moment is wanted. */
  readonly from: Nanos;
  /** That of who read the same before: it knows which lines of the mark's own moment were told. */
  readonly before?: Book;
  toClock(wallMs: number): number;
}

/** Entries of moments that have several, which are remembered however long ago they were. */
const mostTied = 20_000;

/**
 * Tells new entries of one stream from those that were told already, however often and in whatever order they come: Loki
 * itself keeps one of several that are the same in stream, time and text, and gives those of one moment in no order that
 * lasts. Gives each its mark.
 */
export class Book {
  readonly #parts: BookParts;
  /** By moment, in the order in which they were told. */
  readonly #told = new Map<Nanos, Set<string>>();
  /** How many of the mark's moment are to be passed over, where nobody knows which. */
  readonly #blindly: number;
  #floor: Nanos;
  #newest: Mark | undefined;
  #covered: Nanos;

  constructor(parts: BookParts) {
    const { after, before, from } = parts;
    this.#parts = parts;
    this.#floor = after?.ns ?? from;
    this.#covered = this.#floor;
    this.#newest = after;
    const known = after && before?.toldAt(after);
    if (after !== undefined && known !== undefined) this.#told.set(after.ns, new Set(known));
    this.#blindly = known === undefined ? (after?.nth ?? 0) : 0;
  }

  /** What had been told of a moment up to a mark; undefined when it has been forgotten. */
  toldAt({ ns, nth }: Mark): readonly string[] | undefined {
    const told = this.#told.get(ns);
    return told === undefined || told.size < nth ? undefined : [...told].slice(0, nth);
  }

  /** Everything before this moment has been looked for. */
  get covered(): Nanos {
    return this.#covered;
  }

  /** From when on it knows what it has told: what is older is no news unless it has just been written. */
  get floor(): Nanos {
    return this.#floor;
  }

  /** Everything up to `at` has been looked for; what comes up to `lateNs` later than it was written is still told apart. */
  cover(at: Nanos, lateNs: Nanos): void {
    this.#covered = latest(this.#covered, at);
    this.#floor = latest(this.#floor, this.#covered - lateNs);
    let tied = 0;
    for (const [ns, { size }] of [...this.#told].reverse()) {
      if (size > 1) tied += size;
      const isOld = ns < this.#floor && ns !== this.#newest?.ns;
      if (isOld && (size === 1 || tied > mostTied)) this.#told.delete(ns);
    }
  }

  /** These are known, and nothing in front of them is wanted. */
  begin(entries: readonly Entry[]): void {
    const [first] = entries;
    if (first !== undefined) this.#floor = latest(this.#floor, first.ns);
  }

  /** The events of what is new. `isLive`: they have just been written, whatever their time says. */
  take(entries: readonly Entry[], isLive = false): readonly LogEvent[] {
    return entries.flatMap((entry) => {
      const { ns } = entry;
      if (ns < this.#floor) return isLive ? this.#events(entry) : [];
      const told = this.#told.get(ns) ?? new Set();
      const id = identity(entry);
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
  #events({ ns, text }: Entry): readonly LogEvent[] {
    const lines = text.split('\n');
    if (lines.length > 1 && lines.at(-1) === '') lines.pop();
    const at = this.#parts.toClock(millisOf(ns));
    return lines.map((line, index) => ({
      is: 'line',
      text: line,
      at,
      ...(index < lines.length - 1 || this.#newest === undefined ? {} : { mark: markText(this.#newest) }),
    }));
  }
}
