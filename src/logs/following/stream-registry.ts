import type { Millis } from '../../domain/base/fault.ts';
import type { Clock } from '../../platform/runtime/clock.ts';
import type { LogStream } from '../format/log-stream.ts';
import { shortStreamLabels } from '../format/stream-labels.ts';
import type { ResumePoint, Tail } from '../reading/tail.ts';
import type { Lane, RowWriter, YieldTurn } from './lane.ts';
import { createLineIngestor, type LineIngestor } from './line-ingestor.ts';
import type { LaneSet } from './merge-by-time.ts';
import { createRowBuilder, type RowBuilderOptions } from './row-builder.ts';
import type { SourceScope } from './stream-discovery.ts';
import { createStreamFollower, type StreamFollower } from './stream-follower.ts';
import { type StreamLimit, selectStreams } from './stream-limit.ts';

/** A known stream and its reader. */
export interface StreamReader {
  stream: LogStream;
  tail: Tail;
  readonly lane: Lane;
  readonly ingestor: LineIngestor;
  /** Starts or resumes reading; does nothing while a read is running. */
  begin(tail: Tail, first: ResumePoint): void;
  /** Stops reading; resolves when it has stopped. */
  stop(): Promise<void>;
  /** Resolves when reading has ended by itself. */
  settled(): Promise<void>;
  readonly isRunning: boolean;
  readonly follower: StreamFollower;
}

interface EntryParts {
  readonly clock: Clock;
  readonly chance: () => number;
  readonly yieldTurn: YieldTurn;
  readonly signal: AbortSignal;
  /** Settings for times and levels of lines. */
  readonly heads?: RowBuilderOptions | undefined;
  changed(): void;
}

/** Passes only rows from before a time (wall clock). */
const before = (sink: RowWriter, until: Millis): RowWriter => ({
  put: (bytes, begin, end, head, ascii) => {
    if (head.at < until) sink.put(bytes, begin, end, head, ascii);
  },
});

/** `until`: ignores rows from this time on; wall clock. */
export const createStreamReader = (
  parts: EntryParts,
  source: string,
  tail: Tail,
  lane: Lane,
  until?: Millis,
): StreamReader => {
  const { clock, signal } = parts;
  const wall = (time: number): number => time + clock.wallOffset();
  let running: Promise<void> | undefined;
  let stopping = new AbortController();
  const ingestor = createLineIngestor({
    rowBuilder: createRowBuilder(
      lane.stream,
      until === undefined ? lane : before(lane, until),
      () => wall(clock.now()),
      parts.heads,
    ),
    label: () => entry.stream.label,
    wall,
    now: clock.now,
  });
  const follower = createStreamFollower({
    ...parts,
    source,
    lane,
    ingestor,
    onStatus: (status) => {
      const { fault: _, retryAt: __, ...rest } = entry.stream;
      entry.stream = { ...rest, ...status };
      parts.changed();
    },
  });
  const entry: StreamReader = {
    stream: {
      id: `${source}:${tail.stream}`,
      source,
      name: tail.stream,
      label: tail.stream,
      index: lane.stream,
      state: 'opening',
      lines: 0,
    },
    tail,
    lane,
    ingestor,
    follower,
    get isRunning() {
      return running !== undefined;
    },
    begin: (newest, first) => {
      entry.tail = newest;
      if (running !== undefined || signal.aborted) return;
      stopping = new AbortController();
      running = follower.run(newest, first, AbortSignal.any([signal, stopping.signal])).finally(() => {
        running = undefined;
      });
    },
    stop: async () => {
      stopping.abort();
      await running;
    },
    settled: async () => running,
  };
  return entry;
};

/** Maximum streams: `LogStream.index` has 16 bits. */
const maxStreams = 65_536;
/**
 * An ended stream that is still listed may have restarted: it is retried after 5 s, then with growing
 * intervals.
 */
const firstProbeMs: Millis = 5000;
const slowestProbeMs: Millis = 30_000;

/** Time in ms that a removed stream gets to deliver its last lines. */
const lastLinesMs: Millis = 2000;

interface Seen {
  readonly entry: StreamReader;
  readonly uid: string | undefined;
  /** Parts of the scope that listed it last time. */
  readonly parts: Set<SourceScope>;
  /** Number of consecutive times that it was not listed. */
  missed: number;
  isGone: boolean;
  probes: number;
  probeAt: Millis;
}

/**
 * A stream when it is opened. 'initial': it was listed when the reading began; 'new': it was created later; 'late': it was listed
 * before, and had no place within the limit.
 */
export type StreamArrival = 'initial' | 'new' | 'late';

/** A stream that an update has added, and the one of the same name that it replaces. */
interface Joined {
  readonly seen: Seen;
  readonly tail: Tail;
  readonly before: Seen | undefined;
  readonly arrival: StreamArrival;
}

interface StreamRegistryParts {
  readonly lanes: LaneSet;
  readonly clock: Clock;
  readonly follow: boolean;
  /** Absent: every listed stream is read. */
  readonly limit?: StreamLimit | undefined;
  create(source: string, tail: Tail): StreamReader;
  /** Returns the start position of a stream. */
  first(tail: Tail, arrival: StreamArrival): ResumePoint;
  changed(): void;
}

/** All streams seen; each keeps its index permanently. */
interface StreamRegistry {
  readonly entries: readonly StreamReader[];
  /** True: there are more streams than indexes; the others are not read. */
  readonly isFull: boolean;
  /** Number of listed streams that are not read, because the limit is reached. */
  readonly unread: number;
  /**
   * Updates the streams of a part of the scope. Returns true if any were or may have been added or removed.
   */
  update(part: SourceScope, tails: readonly Tail[]): boolean;
  /** Retries ended streams at the next update. */
  retryNow(): void;
  /** Resolves when all readers have stopped. */
  settled(): Promise<void>;
}

const keyOf = ({ source }: SourceScope, { stream }: Tail): string => `${source}:${stream}`;

class Streams implements StreamRegistry {
  readonly #parts: StreamRegistryParts;
  readonly #all: Seen[] = [];
  /** The newest stream of each name. */
  readonly #byKey = new Map<string, Seen>();
  /**
   * Labels by 'source:name'. A label changes only if it would become ambiguous, not merely because another
   * stream joined.
   */
  readonly #assigned = new Map<string, string>();
  readonly #known = new Set<SourceScope>();
  /** Keys of the listed streams of each part that the limit leaves out. */
  readonly #leftOut = new Map<SourceScope, ReadonlySet<string>>();
  #isOverfull = false;

  constructor(parts: StreamRegistryParts) {
    this.#parts = parts;
  }

  get entries(): readonly StreamReader[] {
    return this.#all.map(({ entry }) => entry);
  }

  get isFull(): boolean {
    return this.#isOverfull;
  }

  get unread(): number {
    return new Set([...this.#leftOut.values()].flatMap((keys) => [...keys])).size;
  }

  update(part: SourceScope, tails: readonly Tail[]): boolean {
    const wasLeftOut = this.#leftOut.get(part);
    const opened = this.#selected(part, tails);
    const joined: Joined[] = [];
    let isChanged = false;
    for (const tail of tails) {
      const key = keyOf(part, tail);
      const before = this.#byKey.get(key);
      if (before !== undefined && before.uid === tail.uid) {
        isChanged = this.#again(before, part, tail) || isChanged;
        continue;
      }
      if (before === undefined && !opened.has(tail)) continue;
      const seen = this.#join(part, tail);
      const isLate = wasLeftOut?.has(key) === true;
      if (seen !== undefined) joined.push({ seen, tail, before, arrival: this.#arrival(part, isLate) });
      isChanged = true;
    }
    // Once for all of them: the labels of all streams depend on each other.
    if (joined.length > 0) this.#relabel();
    for (const each of joined) this.#begin(each);
    isChanged = this.#missing(part, tails) || isChanged;
    this.#known.add(part);
    this.#parts.lanes.wake();
    return isChanged;
  }

  retryNow(): void {
    for (const seen of this.#all) {
      seen.probeAt = 0;
      seen.entry.follower.wake();
    }
  }

  readonly settled: StreamRegistry['settled'] = async () => {
    await Promise.all(this.#all.map(({ entry }) => entry.settled()));
  };

  #arrival(part: SourceScope, isLate: boolean): StreamArrival {
    if (isLate) return 'late';
    return this.#known.has(part) ? 'new' : 'initial';
  }

  /** Selects the streams to open among those that were never open, and keeps the keys of the others. */
  #selected(part: SourceScope, tails: readonly Tail[]): ReadonlySet<Tail> {
    const fresh = tails.filter((tail) => !this.#byKey.has(keyOf(part, tail)));
    const { limit } = this.#parts;
    if (limit === undefined) return new Set(fresh);
    let open = 0;
    for (const { entry } of this.#byKey.values())
      if (entry.isRunning && entry.stream.source === part.source) open++;
    const selected = new Set(selectStreams(part.source, fresh, open, limit));
    const leftOut = fresh.filter((tail) => !selected.has(tail));
    this.#leftOut.set(part, new Set(leftOut.map((tail) => keyOf(part, tail))));
    return selected;
  }

  #relabel(): void {
    const labels = shortStreamLabels(
      this.#all.map(({ entry }) => entry.stream),
      this.#assigned,
    );
    for (const [index, { entry }] of this.#all.entries())
      entry.stream = { ...entry.stream, label: labels[index] ?? entry.stream.name };
    for (const { entry } of this.#all)
      this.#assigned.set(`${entry.stream.source}:${entry.stream.name}`, entry.stream.label);
    this.#parts.changed();
  }

  async #endStream(seen: Seen, word: string | undefined): Promise<void> {
    seen.isGone = true;
    const { entry } = seen;
    // Waits for lines in transit; a disconnected stream has none.
    const isCut =
      entry.stream.state === 'waiting' || (entry.stream.state === 'opening' && entry.lane.lines > 0);
    if (!isCut) await Promise.race([entry.settled(), this.#parts.clock.sleep(lastLinesMs)]);
    await entry.stop();
    entry.ingestor.end(isCut ? 'removed before all lines were read' : undefined);
    if (word !== undefined) entry.ingestor.note(`${entry.stream.label} ${word}`);
    entry.lane.enter('quiet');
    const { retryAt: _, fault: __, ...rest } = entry.stream;
    entry.stream = { ...rest, state: 'gone' };
    this.#parts.changed();
  }

  /** Adds a stream; undefined: there are too many. */
  #join(part: SourceScope, tail: Tail): Seen | undefined {
    if (this.#all.length >= maxStreams) {
      this.#isOverfull = true;
      return undefined;
    }
    const entry = this.#parts.create(part.source, tail);
    const seen: Seen = {
      entry,
      uid: tail.uid,
      parts: new Set([part]),
      missed: 0,
      isGone: false,
      probes: 0,
      probeAt: 0,
    };
    this.#all.push(seen);
    this.#byKey.set(entry.stream.id, seen);
    return seen;
  }

  /** Starts reading an added stream; notes when it was not there from the beginning. */
  #begin({ seen: { entry }, tail, before, arrival }: Joined): void {
    const { label } = entry.stream;
    if (before !== undefined) entry.ingestor.note(`${label} restarted`);
    else if (arrival === 'new') entry.ingestor.note(`${label} added`);
    else if (arrival === 'late') entry.ingestor.note(`${label} is read from here on`);
    entry.begin(tail, this.#parts.first(tail, arrival));
    if (before !== undefined && !before.isGone) void this.#endStream(before, undefined);
  }

  #again(seen: Seen, part: SourceScope, tail: Tail): boolean {
    const { entry } = seen;
    seen.parts.add(part);
    seen.missed = 0;
    entry.tail = tail;
    if (!this.#parts.follow) return false;
    if (seen.isGone) {
      seen.isGone = false;
      entry.ingestor.note(`${entry.stream.label} resumed`);
    } else {
      if (entry.isRunning) seen.probes = 0;
      if (entry.isRunning || this.#parts.clock.now() < seen.probeAt) return false;
      seen.probeAt = this.#parts.clock.now() + Math.min(slowestProbeMs, firstProbeMs * 2 ** seen.probes++);
    }
    entry.begin(tail, this.#parts.first(tail, 'initial'));
    return true;
  }

  #missing(part: SourceScope, tails: readonly Tail[]): boolean {
    const listed = new Set(tails.map((tail) => this.#byKey.get(keyOf(part, tail))));
    let isChanged = false;
    for (const seen of this.#byKey.values()) {
      if (seen.isGone || listed.has(seen) || !seen.parts.has(part)) continue;
      isChanged = true;
      // One missing listing may be a snapshot in the middle of a change, and its last lines may be in
      // transit.
      seen.missed++;
      if (seen.missed < 2) continue;
      seen.parts.delete(part);
      if (seen.parts.size === 0) void this.#endStream(seen, 'removed');
    }
    return isChanged;
  }
}

export const createStreamRegistry = (parts: StreamRegistryParts): StreamRegistry => new Streams(parts);
