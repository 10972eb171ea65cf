import type { Fault, Millis } from '../../domain/fault.ts';
import type { Clock } from '../../platform/clock.ts';
import type { Source } from '../../sources/source.ts';
import type { LogScope, LogStream } from '../format/log-stream.ts';
import type { LineFilter, ResumePoint, Tail } from '../reading/tail.ts';
import type { LaneBatch } from './lane.ts';
import { createYieldTurn, type YieldTurn } from './lane.ts';
import { LaneSet, liveReorderWindowMs, mergeByTime } from './merge-by-time.ts';
import type { RowBuilderOptions } from './row-builder.ts';
import { createStreamDiscovery, type SourceScope } from './stream-discovery.ts';
import { createStreamReader, createStreamRegistry, type StreamReader } from './stream-registry.ts';

/** So much of a stream is read that cannot tell its last lines before a moment. */
const backMs: Millis = 15 * 60_000;

/** A tail as it was at a moment (engine's clock): its last lines before that, where nobody says from when on. */
const pastTail = (tail: Tail, at: Millis, lines: number): Tail => ({
  ...tail,
  open: async function* (from, signal) {
    if (from.since !== undefined) return yield* tail.open(from, signal);
    if (tail.older !== undefined) return yield* (await tail.older({ at, lines }, signal)).events;
    const { lines: _, ...rest } = from;
    const since: ResumePoint = { ...rest, since: at - backMs };
    yield* tail.open(since, signal);
  },
});

/** What a reading needs from outside. */
interface LogReadingOptions {
  readonly clock: Clock;
  /** 0 up to 1, for jitter. */
  readonly chance: () => number;
  /** How times and levels of lines are told; absent: UTC, and levels as their formats have them. */
  readonly heads?: RowBuilderOptions | undefined;
  sources(): ReadonlyMap<string, Source>;
  /** Of who works beside it on what it reads. */
  readonly yieldTurn?: YieldTurn;
  /** Told whenever `streams` or `faults` are others. */
  changed?(): void;
}

/** What is to be read, and from where on. */
export interface LogReadRequest extends Pick<LogScope, 'of' | 'since' | 'until' | 'previous'> {
  /** True: what is written from now on too, over breaks, with the streams that come and go; until the signal aborts. */
  readonly follow: boolean;
  /** Where a stream is taken up that is seen for the first time; absent or {}: at its beginning. */
  from?(tail: Tail): Pick<ResumePoint, 'lines' | 'since'>;
  /** What tails that filter themselves are asked for. */
  filter?(): LineFilter | undefined;
  /** How long a row waits for earlier ones of other streams; absent: 400 ms when it follows, else for ever. */
  readonly waitMs?: Millis;
}

/**
 * The streams of some sources, followed and merged by time. Pull-based: nothing is read but a bounded look-ahead (1 MiB a
 * stream) beyond what `batches` was asked for. Nothing is dropped; where the source may have lost lines, a row says so.
 */
export interface LogReading {
  /** Every stream that was seen, by its index (`Rows.stream`). */
  readonly streams: readonly LogStream[];
  /** Of sources that could not say which streams they have. What is wrong with one stream stands there. */
  readonly faults: readonly Fault[];
  /**
   * To be asked once. Rows of all kinds (`rowKind`) in the order in which they are shown, the bytes of each clean UTF-8
   * without controls. Ends when every stream has ended (`follow: false`), or the signal aborts.
   */
  readonly readBatches: AsyncIterable<readonly LaneBatch[]>;
  /** Looks for streams now, and tries those again that wait. */
  discoverNow(): void;
  /** `Wanted.filter` says something else: tails that filter themselves are asked anew. */
  refilter(): void;
  /** The streams with those who read them, by index: for asking for older lines. */
  entries(): readonly StreamReader[];
  /** Resolves when nothing is read any more; abort the signal first. */
  readonly ended: Promise<void>;
}

/** A stream joins with its lines from here on, so that none of its first ones is missing. */
const joinSlackMs: Millis = 5000;
/** Where an earlier moment is looked at, so many lines before it. */
const pastLines = 500;

export const readLogs = (
  parts: LogReadingOptions,
  wanted: LogReadRequest,
  signal: AbortSignal,
): LogReading => {
  const { clock } = parts;
  const began = clock.now();
  const follow = wanted.follow && wanted.until === undefined && wanted.previous !== true;
  const lanes = new LaneSet(clock);
  const breathe = parts.yieldTurn ?? createYieldTurn(clock.now);
  const faults = new Map<SourceScope, Fault>();
  let streams: readonly LogStream[] | undefined;
  const changed = (): void => {
    streams = undefined;
    parts.changed?.();
  };

  const since = (): Millis | undefined =>
    wanted.since === undefined ? undefined : wanted.since - clock.wallOffset();
  const begin = (tail: Tail, isNew: boolean): Pick<ResumePoint, 'lines' | 'since'> => {
    const at = since();
    if (at !== undefined) return { since: at };
    if (!isNew) return wanted.from?.(tail) ?? {};
    return tail.isFile === true ? {} : { since: began - joinSlackMs };
  };

  const roster = createStreamRegistry({
    lanes,
    clock,
    follow,
    changed,
    create: (source, tail) => {
      const lane = lanes.add();
      return createStreamReader(
        { ...parts, yieldTurn: breathe, signal, changed },
        source,
        tail,
        lane,
        wanted.until,
      );
    },
    first: (tail, isNew) => {
      const filter = tail.filters === true ? wanted.filter?.() : undefined;
      return {
        ...begin(tail, isNew),
        follow,
        ...(wanted.previous === true ? { previous: true } : {}),
        ...(filter === undefined ? {} : { filter }),
      };
    },
  });

  const atThatTime = (tail: Tail): Tail =>
    wanted.until === undefined ? tail : pastTail(tail, wanted.until - clock.wallOffset(), pastLines);

  const found = (part: SourceScope, tails: readonly Tail[]): boolean => {
    faults.delete(part);
    const isChanged = roster.update(part, tails.map(atThatTime));
    if (roster.isFull) faults.set(part, overfull(part.source, clock.now()));
    changed();
    return isChanged;
  };
  const failed = (part: SourceScope, fault: Fault): void => {
    faults.set(part, fault);
    changed();
  };
  const discovering = createStreamDiscovery({ clock, sources: parts.sources, found, failed });

  const read = async (): Promise<void> => {
    const of = scopeParts(wanted.of, parts.sources());
    await Promise.all(of.map((part) => discovering.first(part, signal)));
    lanes.isGathering = false;
    lanes.isComplete = !follow;
    lanes.tell();
    if (follow) await discovering.resume(of, signal);
  };
  const ended = read().then(roster.settled);

  return {
    get streams() {
      streams ??= roster.entries.map(counting);
      return streams;
    },
    get faults() {
      return [...faults.values()];
    },
    readBatches: mergeByTime(
      lanes,
      { clock, waitMs: wanted.waitMs ?? (follow ? liveReorderWindowMs : Number.POSITIVE_INFINITY) },
      signal,
    ),
    discoverNow: () => {
      roster.retryNow();
      discovering.discoverNow();
    },
    refilter: () => {
      for (const { tail, stream, ingestor: telling, follower: following } of roster.entries) {
        if (tail.filters !== true) continue;
        telling.note(`${stream.label}: asked anew for what the filters leave; it leaves out the rest itself`);
        following.refilter(wanted.filter?.());
      }
    },
    entries: () => roster.entries,
    ended,
  };
};

/** A stream, with the number of its lines as it is when it is asked. */
const counting = ({ stream, lane }: StreamReader): LogStream => ({
  ...stream,
  get lines() {
    return lane.lines;
  },
});

/** Every source that has streams, when nobody says which. */
const scopeParts = (of: LogScope['of'], sources: ReadonlyMap<string, Source>): readonly SourceScope[] =>
  of.length > 0 ? of : [...sources.values()].filter(({ tails }) => tails).map(({ id }) => ({ source: id }));

const overfull = (source: string, at: Millis): Fault => ({
  kind: 'malformed',
  source,
  message: 'there are more than 65,536 streams: the others are not read',
  at,
});
