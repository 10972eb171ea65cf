import { defined } from '../../domain/base/defined.ts';
import type { Fault, Millis } from '../../domain/base/fault.ts';
import type { Clock } from '../../platform/runtime/clock.ts';
import type { Source } from '../../sources/kit/contract/source.ts';
import type { LogScope, LogStream } from '../format/log-stream.ts';
import type { LineFilter, ResumePoint, Tail } from '../reading/tail.ts';
import type { LaneBatch } from './lane.ts';
import { createYieldTurn, type YieldTurn } from './lane.ts';
import { LaneSet, liveReorderWindowMs, mergeByTime } from './merge-by-time.ts';
import type { RowBuilderOptions } from './row-builder.ts';
import { createStreamDiscovery, type SourceScope } from './stream-discovery.ts';
import type { StreamLimit } from './stream-limit.ts';
import {
  createStreamReader,
  createStreamRegistry,
  type StreamArrival,
  type StreamReader,
} from './stream-registry.ts';

/** Time range to read before a past time if a stream cannot read its last lines before it. */
const backMs: Millis = 15 * 60_000;

/**
 * Wraps a tail to show its state at a past time (engine's clock): its last lines before it, unless `since` is
 * set.
 */
const pastTail = (tail: Tail, time: Millis, lines: number): Tail => ({
  ...tail,
  open: async function* (from, signal) {
    if (from.since !== undefined) return yield* tail.open(from, signal);
    if (tail.older !== undefined) return yield* (await tail.older({ at: time, lines }, signal)).events;
    const { lines: _, ...rest } = from;
    const since: ResumePoint = { ...rest, since: time - backMs };
    yield* tail.open(since, signal);
  },
});

/** Dependencies of a reading. */
interface LogReadingOptions {
  readonly clock: Clock;
  /** Random number 0..1, for jitter. */
  readonly chance: () => number;
  /** Settings for times and levels of lines; absent: UTC, and the levels of their formats. */
  readonly heads?: RowBuilderOptions | undefined;
  sources(): ReadonlyMap<string, Source>;
  /** Shared with other readers of the same process. */
  readonly yieldTurn?: YieldTurn;
  /** Called whenever `streams` or `faults` change. */
  changed?(): void;
}

/** Selection of log lines, and their sources. */
export interface LogReadRequest extends Pick<LogScope, 'of' | 'since' | 'until' | 'previous'> {
  /** True: also reads new lines and new streams, across interruptions, until the signal aborts. */
  readonly follow: boolean;
  /** Start position of a stream that is seen for the first time; absent or {}: its beginning. */
  from?(tail: Tail): Pick<ResumePoint, 'lines' | 'since'>;
  /** Filter for tails that filter themselves. */
  filter?(): LineFilter | undefined;
  /**
   * Time in ms that a row waits for earlier ones of other streams; default 400 when following, otherwise
   * unlimited.
   */
  readonly waitMs?: Millis;
  /** Absent: every stream is read. */
  readonly limit?: StreamLimit;
}

/**
 * The streams of some sources, merged by time. Pull-based: reads at most 1 MiB per stream ahead of the
 * consumer of `readBatches`. Drops nothing; where the source may have lost lines, a row reports it.
 */
export interface LogReading {
  /** All streams seen, by index (`Rows.stream`). */
  readonly streams: readonly LogStream[];
  /** Faults of sources whose streams could not be listed. Faults of a single stream are in `streams`. */
  readonly faults: readonly Fault[];
  /** True once every source was asked for its streams. */
  readonly isListed: boolean;
  /** Number of listed streams that are not read, because `limit` is reached. */
  readonly unread: number;
  /**
   * Rows of all kinds (`rowKind`) in display order, as clean UTF-8 without control characters; iterate only
   * once. Ends when every stream has ended (`follow: false`), or the signal aborts.
   */
  readonly readBatches: AsyncIterable<readonly LaneBatch[]>;
  /** Discovers streams now, and retries waiting ones. */
  discoverNow(): void;
  /** Applies a changed `LogReadRequest.filter`: reopens tails that filter themselves. */
  refilter(): void;
  /** Stream readers by index, used to request older lines. */
  entries(): readonly StreamReader[];
  /** Resolves when all readers have stopped; abort the signal first. */
  readonly ended: Promise<void>;
}

/**
 * A new stream is read from this long before the reading began, so that none of its first lines is missing.
 */
const joinSlackMs: Millis = 5000;
/** Number of lines shown before a past time. */
const pastLines = 500;

class ScopeReading implements LogReading {
  readonly #parts: LogReadingOptions;
  readonly #request: LogReadRequest;
  readonly #signal: AbortSignal;
  readonly #began;
  readonly #follow;
  readonly #lanes;
  readonly #yieldTurn;
  readonly #faults = new Map<SourceScope, Fault>();
  #streams: readonly LogStream[] | undefined;
  #isListed = false;
  readonly #registry;
  readonly #discovering;
  readonly ended: LogReading['ended'];
  readonly readBatches: LogReading['readBatches'];

  constructor(parts: LogReadingOptions, request: LogReadRequest, signal: AbortSignal) {
    this.#parts = parts;
    this.#request = request;
    this.#signal = signal;
    this.#began = parts.clock.now();
    this.#follow = request.follow && request.until === undefined && request.previous !== true;
    this.#lanes = new LaneSet(parts.clock);
    this.#yieldTurn = parts.yieldTurn ?? createYieldTurn(parts.clock.now);
    this.#registry = createStreamRegistry({
      lanes: this.#lanes,
      clock: parts.clock,
      follow: this.#follow,
      limit: request.limit,
      changed: this.#changed,
      create: (source, tail) => {
        const lane = this.#lanes.add();
        return createStreamReader(
          { ...parts, yieldTurn: this.#yieldTurn, signal, changed: this.#changed },
          source,
          tail,
          lane,
          request.until,
        );
      },
      first: (tail, arrival) => {
        const filter = tail.filters === true ? request.filter?.() : undefined;
        return {
          ...this.#begin(tail, arrival),
          follow: this.#follow,
          ...(request.previous === true ? { previous: true } : {}),
          ...defined({ filter }),
        };
      },
    });
    this.#discovering = createStreamDiscovery({
      clock: parts.clock,
      sources: parts.sources,
      found: this.#found,
      failed: this.#failed,
    });
    this.ended = this.#read().then(this.#registry.settled);
    this.readBatches = mergeByTime(
      this.#lanes,
      {
        clock: parts.clock,
        waitMs: request.waitMs ?? (this.#follow ? liveReorderWindowMs : Number.POSITIVE_INFINITY),
      },
      signal,
    );
  }

  get streams(): readonly LogStream[] {
    this.#streams ??= this.#registry.entries.map(counting);
    return this.#streams;
  }

  get faults(): readonly Fault[] {
    // Parts of one source fail alike.
    const byText = [...this.#faults.values()].map(
      (fault) => [`${fault.source} ${fault.kind} ${fault.message}`, fault] as const,
    );
    return [...new Map(byText).values()];
  }

  get isListed(): boolean {
    return this.#isListed;
  }

  get unread(): number {
    return this.#registry.unread;
  }

  readonly discoverNow: LogReading['discoverNow'] = () => {
    this.#registry.retryNow();
    this.#discovering.discoverNow();
  };

  readonly refilter: LogReading['refilter'] = () => {
    for (const { tail, stream, ingestor, follower } of this.#registry.entries) {
      if (tail.filters !== true) continue;
      ingestor.note(`${stream.label}: reopened with the current filters`);
      follower.refilter(this.#request.filter?.());
    }
  };

  readonly entries: LogReading['entries'] = () => this.#registry.entries;

  readonly #changed = (): void => {
    this.#streams = undefined;
    this.#parts.changed?.();
  };

  #since(): Millis | undefined {
    return this.#request.since === undefined
      ? undefined
      : this.#request.since - this.#parts.clock.wallOffset();
  }

  #begin(tail: Tail, arrival: StreamArrival): Pick<ResumePoint, 'lines' | 'since'> {
    // Its older lines would stand after newer ones of others.
    if (arrival === 'late') return { since: this.#parts.clock.now() - joinSlackMs };
    const time = this.#since();
    if (time !== undefined) return { since: time };
    if (arrival === 'initial') return this.#request.from?.(tail) ?? {};
    return tail.isFile === true ? {} : { since: this.#began - joinSlackMs };
  }

  readonly #atThatTime = (tail: Tail): Tail =>
    this.#request.until === undefined
      ? tail
      : pastTail(tail, this.#request.until - this.#parts.clock.wallOffset(), pastLines);

  readonly #found = (part: SourceScope, tails: readonly Tail[]): boolean => {
    this.#faults.delete(part);
    const isChanged = this.#registry.update(part, tails.map(this.#atThatTime));
    if (this.#registry.isFull) this.#faults.set(part, overfull(part.source, this.#parts.clock.now()));
    this.#changed();
    return isChanged;
  };

  readonly #failed = (part: SourceScope, fault: Fault): void => {
    this.#faults.set(part, fault);
    this.#changed();
  };

  async #read(): Promise<void> {
    const of = scopeParts(this.#request.of, this.#parts.sources());
    await Promise.all(of.map((part) => this.#discovering.first(part, this.#signal)));
    this.#lanes.isGathering = false;
    this.#lanes.isComplete = !this.#follow;
    this.#lanes.wake();
    this.#isListed = true;
    this.#changed();
    if (this.#follow) await this.#discovering.resume(of, this.#signal);
  }
}

export const readLogs = (
  parts: LogReadingOptions,
  request: LogReadRequest,
  signal: AbortSignal,
): LogReading => new ScopeReading(parts, request, signal);

/** Returns a stream whose number of lines is current when read. */
const counting = ({ stream, lane }: StreamReader): LogStream => ({
  ...stream,
  get lines() {
    return lane.lines;
  },
});

/** Returns the selected parts of sources; by default every source with streams. */
const scopeParts = (of: LogScope['of'], sources: ReadonlyMap<string, Source>): readonly SourceScope[] =>
  of.length > 0 ? of : [...sources.values()].filter(({ tails }) => tails).map(({ id }) => ({ source: id }));

const overfull = (source: string, time: Millis): Fault => ({
  kind: 'malformed',
  source,
  message: 'too many streams: only the first 65,536 are read',
  at: time,
});
