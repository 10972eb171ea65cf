import type { Millis } from '../../domain/fault.ts';
import type { Clock } from '../../platform/clock.ts';
import type { LogStream } from '../format/log-stream.ts';
import { shortStreamLabels } from '../format/stream-labels.ts';
import type { ResumePoint, Tail } from '../reading/tail.ts';
import type { Lane, RowWriter, YieldTurn } from './lane.ts';
import { createLineIngestor, type LineIngestor } from './line-ingestor.ts';
import type { LaneSet } from './merge-by-time.ts';
import { createRowBuilder, type RowBuilderOptions } from './row-builder.ts';
import type { SourceScope } from './stream-discovery.ts';
import { createStreamFollower, type StreamFollower } from './stream-follower.ts';

/** A stream that was seen: what is known of it, and who reads it. */
export interface StreamReader {
  stream: LogStream;
  tail: Tail;
  readonly lane: Lane;
  readonly ingestor: LineIngestor;
  /** Begins to read, or goes on; nothing when it is being read. */
  begin(tail: Tail, first: ResumePoint): void;
  /** Reads no more. Resolves when it does not. */
  stop(): Promise<void>;
  /** Resolves when it is not read any more, by itself. */
  settled(): Promise<void>;
  readonly isRunning: boolean;
  readonly follower: StreamFollower;
}

interface EntryParts {
  readonly clock: Clock;
  readonly chance: () => number;
  readonly yieldTurn: YieldTurn;
  readonly signal: AbortSignal;
  /** How times and levels of lines are told. */
  readonly heads?: RowBuilderOptions | undefined;
  changed(): void;
}

/** Lets rows through that were written before a moment (wall clock). */
const before = (sink: RowWriter, until: Millis): RowWriter => ({
  put: (bytes, begin, end, head, ascii) => {
    if (head.at < until) sink.put(bytes, begin, end, head, ascii);
  },
});

/** `until`: nothing from then on; wall clock. */
export const createStreamReader = (
  parts: EntryParts,
  source: string,
  tail: Tail,
  lane: Lane,
  until?: Millis,
): StreamReader => {
  const { clock, signal } = parts;
  const wall = (at: number): number => at + clock.wallOffset();
  let running: Promise<void> | undefined;
  let stopping = new AbortController();
  const telling = createLineIngestor({
    intake: createRowBuilder(
      lane.stream,
      until === undefined ? lane : before(lane, until),
      () => wall(clock.now()),
      parts.heads,
    ),
    label: () => entry.stream.label,
    wall,
    now: clock.now,
  });
  const following = createStreamFollower({
    ...parts,
    source,
    lane,
    ingestor: telling,
    onStatus: (standing) => {
      const { fault: _, retryAt: __, ...rest } = entry.stream;
      entry.stream = { ...rest, ...standing };
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
    ingestor: telling,
    follower: following,
    get isRunning() {
      return running !== undefined;
    },
    begin: (newest, first) => {
      entry.tail = newest;
      if (running !== undefined || signal.aborted) return;
      stopping = new AbortController();
      running = following.run(newest, first, AbortSignal.any([signal, stopping.signal])).finally(() => {
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

/** `LogStream.index` is kept in 16 bits. */
const mostStreams = 65_536;
/** An ended stream that is still listed may have begun again: it is looked at after 5 s, then ever more seldom. */
const firstProbeMs: Millis = 5000;
const slowestProbeMs: Millis = 30_000;

/** So long a stream that has gone may still tell its last lines. */
const lastLinesMs: Millis = 2000;

interface Seen {
  readonly entry: StreamReader;
  readonly uid: string | undefined;
  /** Which parts of the scope listed it last time. */
  readonly parts: Set<SourceScope>;
  /** How often it was not listed, in a row. */
  missed: number;
  isGone: boolean;
  probes: number;
  probeAt: Millis;
}

interface RosterParts {
  readonly lanes: LaneSet;
  readonly clock: Clock;
  readonly follow: boolean;
  create(source: string, tail: Tail): StreamReader;
  /** Where a stream is taken up. `isNew`: it was not there when the reading began. */
  first(tail: Tail, isNew: boolean): ResumePoint;
  changed(): void;
}

/** Which streams there are: each keeps its index for ever. */
interface StreamRegistry {
  readonly entries: readonly StreamReader[];
  /** True: there are more than can be told apart; the others are not read. */
  readonly isFull: boolean;
  /** All that a part of the scope has now. True: something came or went, or may have. */
  update(part: SourceScope, tails: readonly Tail[]): boolean;
  /** Tries those that have ended at the next look. */
  retryNow(): void;
  /** Resolves when none of them is read any more. */
  settled(): Promise<void>;
}

export const createStreamRegistry = (parts: RosterParts): StreamRegistry => {
  const { lanes, clock } = parts;
  const all: Seen[] = [];
  /** The newest of each name. */
  const byKey = new Map<string, Seen>();
  /** What streams are called, by 'source:name': nobody is called otherwise because another one joined, unless both would be called the same. */
  const given = new Map<string, string>();
  const known = new Set<SourceScope>();
  let isOverfull = false;

  const relabel = (): void => {
    const labels = shortStreamLabels(
      all.map(({ entry }) => entry.stream),
      given,
    );
    for (const [index, { entry }] of all.entries())
      entry.stream = { ...entry.stream, label: labels[index] ?? entry.stream.name };
    for (const { entry } of all) given.set(`${entry.stream.source}:${entry.stream.name}`, entry.stream.label);
    parts.changed();
  };

  const gone = async (seen: Seen, word: string | undefined): Promise<void> => {
    seen.isGone = true;
    const { entry } = seen;
    // What is on its way still comes; what has been cut off does not come any more.
    const isCut =
      entry.stream.state === 'waiting' || (entry.stream.state === 'opening' && entry.lane.lines > 0);
    if (!isCut) await Promise.race([entry.settled(), clock.sleep(lastLinesMs)]);
    await entry.stop();
    entry.ingestor.end(isCut ? 'it went away before it was read to its end' : undefined);
    if (word !== undefined) entry.ingestor.note(`${entry.stream.label} ${word}`);
    entry.lane.enter('quiet');
    const { retryAt: _, fault: __, ...rest } = entry.stream;
    entry.stream = { ...rest, state: 'gone' };
    parts.changed();
  };

  /** Words about a stream that was not there from the beginning. */
  const join = (part: SourceScope, tail: Tail, before: Seen | undefined): void => {
    if (all.length >= mostStreams) {
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
    if (before !== undefined) entry.ingestor.note(`${entry.stream.label} began anew`);
    else if (isNew) entry.ingestor.note(`${entry.stream.label} joined`);
    entry.begin(tail, parts.first(tail, isNew));
    if (before !== undefined && !before.isGone) void gone(before, undefined);
  };

  const again = (seen: Seen, part: SourceScope, tail: Tail): boolean => {
    const { entry } = seen;
    seen.parts.add(part);
    seen.missed = 0;
    entry.tail = tail;
    if (!parts.follow) return false;
    if (seen.isGone) {
      seen.isGone = false;
      entry.ingestor.note(`${entry.stream.label} is back`);
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
      // Once may be a list in the middle of a change; and its last lines are on their way.
      seen.missed++;
      if (seen.missed < 2) continue;
      seen.parts.delete(part);
      if (seen.parts.size === 0) void gone(seen, 'is gone');
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
      lanes.tell();
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
