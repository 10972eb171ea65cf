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

interface StreamRegistryParts {
  readonly lanes: LaneSet;
  readonly clock: Clock;
  readonly follow: boolean;
  create(source: string, tail: Tail): StreamReader;
  /** Returns the start position of a stream. `isNew`: it did not exist when the reading began. */
  first(tail: Tail, isNew: boolean): ResumePoint;
  changed(): void;
}

/** All streams seen; each keeps its index permanently. */
interface StreamRegistry {
  readonly entries: readonly StreamReader[];
  /** True: there are more streams than indexes; the others are not read. */
  readonly isFull: boolean;
  /**
   * Updates the streams of a part of the scope. Returns true if any were or may have been added or removed.
   */
  update(part: SourceScope, tails: readonly Tail[]): boolean;
  /** Retries ended streams at the next update. */
  retryNow(): void;
  /** Resolves when all readers have stopped. */
  settled(): Promise<void>;
}

export const createStreamRegistry = (parts: StreamRegistryParts): StreamRegistry => {
  const { lanes, clock } = parts;
  const all: Seen[] = [];
  /** The newest stream of each name. */
  const byKey = new Map<string, Seen>();
  /**
   * Labels by 'source:name'. A label changes only if it would become ambiguous, not merely because another
   * stream joined.
   */
  const assigned = new Map<string, string>();
  const known = new Set<SourceScope>();
  let isOverfull = false;

  const relabel = (): void => {
    const labels = shortStreamLabels(
      all.map(({ entry }) => entry.stream),
      assigned,
    );
    for (const [index, { entry }] of all.entries())
      entry.stream = { ...entry.stream, label: labels[index] ?? entry.stream.name };
    for (const { entry } of all)
      assigned.set(`${entry.stream.source}:${entry.stream.name}`, entry.stream.label);
    parts.changed();
  };

  const endStream = async (seen: Seen, word: string | undefined): Promise<void> => {
    seen.isGone = true;
    const { entry } = seen;
    // Waits for lines in transit; a disconnected stream has none.
    const isCut =
      entry.stream.state === 'waiting' || (entry.stream.state === 'opening' && entry.lane.lines > 0);
    if (!isCut) await Promise.race([entry.settled(), clock.sleep(lastLinesMs)]);
    await entry.stop();
    entry.ingestor.end(isCut ? 'removed before all its lines were read' : undefined);
    if (word !== undefined) entry.ingestor.note(`${entry.stream.label} ${word}`);
    entry.lane.enter('quiet');
    const { retryAt: _, fault: __, ...rest } = entry.stream;
    entry.stream = { ...rest, state: 'gone' };
    parts.changed();
  };

  /** Adds a stream; notes when it was not there from the beginning. */
  const join = (part: SourceScope, tail: Tail, before: Seen | undefined): void => {
    if (all.length >= maxStreams) {
      isOverfull = true;
      return;
    }
    const isNew = known.has(part);
    const entry = parts.create(part.source, tail);
    const seen: Seen = {
      entry,
      uid: tail.uid,
      parts: new Set([part]),
      missed: 0,
      isGone: false,
      probes: 0,
      probeAt: 0,
    };
    all.push(seen);
    byKey.set(entry.stream.id, seen);
    relabel();
    if (before !== undefined) entry.ingestor.note(`${entry.stream.label} restarted`);
    else if (isNew) entry.ingestor.note(`${entry.stream.label} added`);
    entry.begin(tail, parts.first(tail, isNew));
    if (before !== undefined && !before.isGone) void endStream(before, undefined);
  };

  const again = (seen: Seen, part: SourceScope, tail: Tail): boolean => {
    const { entry } = seen;
    seen.parts.add(part);
    seen.missed = 0;
    entry.tail = tail;
    if (!parts.follow) return false;
    if (seen.isGone) {
      seen.isGone = false;
      entry.ingestor.note(`${entry.stream.label} resumed`);
    } else {
      if (entry.isRunning) seen.probes = 0;
      if (entry.isRunning || clock.now() < seen.probeAt) return false;
      seen.probeAt = clock.now() + Math.min(slowestProbeMs, firstProbeMs * 2 ** seen.probes++);
    }
    entry.begin(tail, parts.first(tail, false));
    return true;
  };

  const missing = (part: SourceScope, here: ReadonlySet<Seen>): boolean => {
    let isChanged = false;
    for (const seen of byKey.values()) {
      if (seen.isGone || here.has(seen) || !seen.parts.has(part)) continue;
      isChanged = true;
      // One missing listing may be a snapshot in the middle of a change, and its last lines may be in
      // transit.
      seen.missed++;
      if (seen.missed < 2) continue;
      seen.parts.delete(part);
      if (seen.parts.size === 0) void endStream(seen, 'removed');
    }
    return isChanged;
  };

  return {
    get entries() {
      return all.map(({ entry }) => entry);
    },
    get isFull() {
      return isOverfull;
    },
    update: (part, tails) => {
      const here = new Set<Seen>();
      let isChanged = false;
      for (const tail of tails) {
        const key = `${part.source}:${tail.stream}`;
        const before = byKey.get(key);
        if (before !== undefined && before.uid === tail.uid)
          isChanged = again(before, part, tail) || isChanged;
        else {
          join(part, tail, before);
          isChanged = true;
        }
        const seen = byKey.get(key);
        if (seen !== undefined) here.add(seen);
      }
      isChanged = missing(part, here) || isChanged;
      known.add(part);
      lanes.wake();
      return isChanged;
    },
    retryNow: () => {
      for (const seen of all) {
        seen.probeAt = 0;
        seen.entry.follower.wake();
      }
    },
    settled: async () => {
      await Promise.all(all.map(({ entry }) => entry.settled()));
    },
  };
};
