import { defined } from '../../domain/base/defined.ts';
import type { Millis } from '../../domain/base/fault.ts';
import { levelCode, levelOfCode } from '../../domain/facts/log-level.ts';
import type { LogSettings } from '../../domain/profile/profile.ts';
import { errorMessage } from '../../domain/text/error-message.ts';
import { whenAll } from '../../platform/runtime/async.ts';
import type { Clock } from '../../platform/runtime/clock.ts';
import { runGuarded } from '../../platform/runtime/run-guarded.ts';
import type { Source } from '../../sources/kit/contract/source.ts';
import type { ContextLineCount, FilterChip, LinePattern } from '../format/filter-chip.ts';
import { noContextLines } from '../format/filter-chip.ts';
import type { LogScope } from '../format/log-stream.ts';
import { rowKind } from '../format/parsed-line.ts';
import type { LineFilter, Tail } from '../reading/tail.ts';
import { FilteredView } from '../ring/filtered-view.ts';
import { defaultRingLimits, LogRing } from '../ring/log-ring.ts';
import type { LoadedAround, LogArrangement, LogCommands, LogsState } from '../ring/logs-state.ts';
import { PatternCounts } from '../ring/pattern-counts.ts';
import { createFilterScheduler } from './filter-scheduler.ts';
import type { LaneBatch, YieldTurn } from './lane.ts';
import { createYieldTurn } from './lane.ts';
import { createOlderReader } from './older-reader.ts';
import { PastLoader } from './past-loader.ts';
import { readLogs } from './read-logs.ts';

/** The logs of one environment, as shown on screen. */
export interface LogSession extends LogCommands {
  /** Discovers streams now, and retries waiting ones. */
  discoverNow(): void;
  /** Resolves when all readers have stopped. */
  end(): Promise<void>;
}

/** Reads the streams of a scope into a ring, and filters new rows. */
export const createLogSession = (parts: LogSessionOptions): LogSession => {
  let shown: ScopeView | undefined;
  /** Last filters, carried over to the next scope. */
  let filters: FilterState = {
    chips: [],
    context: noContextLines,
    searchPattern: undefined,
    arrangement: 'folded',
  };
  let ending: Promise<unknown> = Promise.resolve();

  const close = (): void => {
    if (shown === undefined) return;
    filters = shown.filterState();
    ending = whenAll([ending, shown.end()]);
    shown = undefined;
    parts.publish(undefined);
  };

  return {
    open: (scope: LogScope) => {
      if (shown !== undefined && JSON.stringify(shown.scope) === JSON.stringify(scope)) return;
      if (shown !== undefined) {
        filters = shown.filterState();
        ending = whenAll([ending, shown.end()]);
      }
      shown = createScopeView(parts, scope);
      shown.setFilters(filters.chips, filters.context);
      shown.search(filters.searchPattern);
      shown.arrange(filters.arrangement);
    },
    close,
    setFilters: (chips, context = noContextLines) => {
      if (shown === undefined) filters = { ...filters, chips, context };
      else shown.setFilters(chips, context);
    },
    search: (pattern) => {
      if (shown === undefined) filters = { ...filters, searchPattern: pattern };
      else shown.search(pattern);
    },
    arrange: (arrangement) => {
      if (shown === undefined) filters = { ...filters, arrangement };
      else shown.arrange(arrangement);
    },
    setPaused: (on) => shown?.setPaused(on),
    loadOlder: () => shown?.loadOlder(),
    loadAround: (time, loaded) => shown?.loadAround(time, loaded),
    cancelLoading: () => shown?.cancelLoading(),
    discoverNow: () => shown?.discoverNow(),
    end: async () => {
      close();
      await ending;
    },
  };
};

/** Dependencies of a session. */
interface LogSessionOptions {
  readonly clock: Clock;
  /** Random number 0..1, for jitter. */
  readonly chance: () => number;
  /** Log settings of the profile. */
  settings?():
    | Pick<LogSettings, 'keep' | 'sources' | 'levels' | 'keys' | 'zone' | 'timeZone' | 'follow'>
    | undefined;
  sources(): ReadonlyMap<string, Source>;
  /** Names of the writers of a source that have a problem; absent: unknown. */
  troubled?(source: string): ReadonlySet<string>;
  /** Called at most ten times a second, and at once after a user request. */
  publish(state: LogsState | undefined): void;
  showMessage(text: string): void;
}

/** Streams of a source that are followed at once. */
export const defaultFollowed = 50;
const linesAtFirst = 500;
/** Initial lines of a file (some MB): its end can be read quickly. */
const fileLinesAtFirst = 10_000;

/** Number of last lines of a stream to read initially; `lines`: set by the scope. */
const initialLineCount = ({ isFile }: Tail, lines?: number): number =>
  lines ?? (isFile === true ? fileLinesAtFirst : linesAtFirst);

interface PumpParts {
  readonly yieldTurn: YieldTurn;
  readonly ring: LogRing;
  /** Called when rows were added to the ring. */
  came(): void;
  /** Called when the ring is full and paused; resolves when there may be room again. */
  full(): Promise<void>;
}

/**
 * Moves rows into the ring. While the ring is full and paused, it requests nothing, so that the sources wait.
 */
const pump = async (
  { yieldTurn, ring, came, full }: PumpParts,
  answers: AsyncIterable<readonly LaneBatch[]>,
  signal: AbortSignal,
): Promise<void> => {
  for await (const batches of answers) {
    for (const batch of batches) {
      while (ring.holding && ring.isFull && !signal.aborted) await full();
      if (signal.aborted) return;
      putBatch(ring, batch);
    }
    came();
    await yieldTurn();
  }
};

const putBatch = (ring: LogRing, { rows, from, to }: LaneBatch): void => {
  const head = { at: 0, level: 0, stream: rows.stream, kind: rowKind.line as number };
  for (let index = from; index < to; index++) {
    head.at = rows.at[index] ?? 0;
    head.level = rows.level[index] ?? 0;
    head.kind = rows.kind[index] ?? 0;
    ring.append(rows.bytes, rows.begins[index] ?? 0, rows.ends[index] ?? 0, head, rows.ascii[index] === 1);
  }
};

/** Converts filter chips to a filter for tails that filter themselves; undefined: no filter. */
const chipFilter = (chips: readonly FilterChip[]): LineFilter | undefined => {
  const include = chips.flatMap((chip) => (chip.is === 'include' ? [chip.pattern] : []));
  const exclude = chips.flatMap((chip) => (chip.is === 'exclude' ? [chip.pattern] : []));
  const least = levelOfCode(
    Math.max(0, ...chips.map((chip) => (chip.is === 'level' ? levelCode(chip.least) : 0))),
  );
  if (include.length === 0 && exclude.length === 0 && least === undefined) return undefined;
  return { include, exclude, ...defined({ minLevel: least }) };
};

/** Filters of a scope; the next scope takes them over. */
interface FilterState {
  readonly chips: readonly FilterChip[];
  readonly context: ContextLineCount;
  readonly searchPattern: LinePattern | undefined;
  readonly arrangement: LogArrangement;
}

/** An open scope: its ring, its filtered views, and their reader. */
interface ScopeView {
  readonly scope: LogScope;
  filterState(): FilterState;
  setFilters(chips: readonly FilterChip[], context?: ContextLineCount): void;
  search(pattern: LinePattern | undefined): void;
  arrange(arrangement: LogArrangement): void;
  setPaused(on: boolean): void;
  loadOlder(): void;
  loadAround(time: Millis, loaded: (result: LoadedAround) => void): void;
  cancelLoading(): void;
  discoverNow(): void;
  end(): Promise<void>;
}

/** Time in ms for which the first lines are shown without delay. */
const awaitedMs: Millis = 300;

const wordsOf = (error: unknown): string => errorMessage(error);

class FollowedScope implements ScopeView {
  readonly #parts: LogSessionOptions;
  readonly scope: LogScope;
  readonly #settings;
  readonly #followed: number;
  readonly #stop = new AbortController();
  readonly #ring;
  readonly #filteredView;
  readonly #hits;
  readonly #patterns;
  #arrangement: LogArrangement = 'folded';
  #searchPattern: LinePattern | undefined;
  #version = 0;
  #isWaiting = false;
  #isFiltering = false;
  #release: (() => void) | undefined;
  readonly #judging;
  readonly #yieldTurn;
  readonly #of;
  readonly #reading;
  readonly #past;
  #firstAt: Millis | undefined;
  readonly #pumped;
  readonly discoverNow: ScopeView['discoverNow'];

  constructor(parts: LogSessionOptions, scope: LogScope) {
    this.#parts = parts;
    this.scope = scope;
    this.#settings = parts.settings?.();
    this.#followed = scope.follow ?? this.#settings?.follow ?? defaultFollowed;
    this.#ring = new LogRing(this.#settings?.keep ?? defaultRingLimits);
    this.#filteredView = new FilteredView(this.#ring, this.#streamIds, { guarded: runGuarded });
    this.#hits = new FilteredView(this.#ring, this.#streamIds, { seeks: true, guarded: runGuarded });
    this.#patterns = new PatternCounts(this.#filteredView);
    this.#judging = createFilterScheduler({
      clock: parts.clock,
      signal: this.#stop.signal,
      judge: (isOver) => {
        const isJudged = this.#filteredView.judge(isOver);
        if (isJudged) this.#isFiltering = false;
        if (!isJudged || !this.#hits.judge(isOver)) return false;
        return this.#arrangement !== 'patterns' || this.#patterns.count(isOver);
      },
      onProgress: this.#publish,
    });
    this.#yieldTurn = createYieldTurn(parts.clock.now);
    this.#of = scope.of.length > 0 ? scope.of : (this.#settings?.sources ?? []).map((source) => ({ source }));
    this.#reading = readLogs(
      {
        clock: parts.clock,
        yieldTurn: this.#yieldTurn,
        chance: parts.chance,
        heads: this.#settings,
        sources: parts.sources,
        changed: () => this.#judging.soon(),
      },
      {
        ...scope,
        of: this.#of,
        follow: true,
        from: (tail) => ({ lines: initialLineCount(tail, scope.lines) }),
        filter: () => chipFilter(this.#filteredView.chips),
        limit: { perSource: this.#followed, troubled: (source) => parts.troubled?.(source) ?? new Set() },
      },
      this.#stop.signal,
    );
    this.#past = new PastLoader({
      clock: parts.clock,
      ring: this.#ring,
      reader: createOlderReader(parts.clock, this.#reading.entries, this.#settings),
      signal: this.#stop.signal,
      showMessage: parts.showMessage,
      changed: (hasRows) => (hasRows ? this.#judging.now() : this.#publish()),
    });
    this.#pumped = pump(
      { yieldTurn: this.#yieldTurn, ring: this.#ring, came: this.#came, full: this.#full },
      this.#reading.readBatches,
      this.#stop.signal,
    );

    this.#judging.now();
    this.discoverNow = this.#reading.discoverNow;
  }

  setFilters(chips: readonly FilterChip[], context?: ContextLineCount): void {
    const before = this.#filterText();
    try {
      this.#filteredView.setFilters(chips, context);
    } catch (error) {
      this.#parts.showMessage(wordsOf(error));
      return;
    }
    this.#isFiltering = true;
    if (this.#filterText() !== before) this.#reading.refilter();
    this.#judging.now();
  }

  search(pattern: LinePattern | undefined): void {
    try {
      this.#hits.setFilters(pattern === undefined ? [] : [{ is: 'include', pattern }]);
    } catch (error) {
      this.#parts.showMessage(wordsOf(error));
      return;
    }
    this.#searchPattern = pattern;
    this.#judging.now();
  }

  arrange(arrangement: LogArrangement): void {
    if (arrangement === this.#arrangement) return;
    this.#arrangement = arrangement;
    this.#judging.now();
  }

  filterState(): FilterState {
    return {
      arrangement: this.#arrangement,
      chips: this.#filteredView.chips,
      context: this.#filteredView.context,
      searchPattern: this.#searchPattern,
    };
  }

  setPaused(on: boolean): void {
    this.#ring.holding = on;
    if (!on) this.#release?.();
    this.#publish();
  }

  loadOlder(): void {
    void this.#past.older();
  }

  loadAround(time: Millis, loaded: (result: LoadedAround) => void): void {
    void this.#past.around(time, loaded);
  }

  cancelLoading(): void {
    this.#past.cancel();
  }

  async end(): Promise<void> {
    this.#stop.abort();
    await Promise.all([this.#pumped, this.#reading.ended]);
  }

  readonly #streamIds = (): readonly string[] => this.#reading.streams.map(({ id }) => id);

  readonly #publish = (): void => {
    const { faults, isListed, unread } = this.#reading;
    const streams = this.#reading.streams.map((stream) => ({ ...stream }));
    const isPaused = this.#ring.holding;
    const tooSlow = this.#filteredView.tooSlow[0] ?? this.#hits.tooSlow[0];
    const state: LogsState = {
      scope: this.scope,
      ring: this.#ring,
      ...defined({ keys: this.#settings?.keys }),
      filteredView: this.#filteredView,
      hits: this.#hits,
      streams,
      faults,
      isListed,
      ...(unread === 0 ? {} : { limit: { streams: this.#followed, unread } }),
      older: this.#past.state,
      ...defined({ unloaded: this.#past.unloaded }),
      arrangement: this.#arrangement,
      ...(this.#arrangement === 'patterns' ? { patterns: this.#patterns } : {}),
      isPaused,
      isWaiting: this.#isWaiting,
      isFiltering: this.#isFiltering,
      ...defined({ tooSlow }),
      version: ++this.#version,
    };
    if (!this.#stop.signal.aborted) this.#parts.publish(state);
  };

  #filterText(): string {
    return JSON.stringify(chipFilter(this.#filteredView.chips));
  }

  readonly #full = async (): Promise<void> => {
    this.#isWaiting = true;
    this.#publish();
    await new Promise<void>((resolve) => {
      this.#release = resolve;
      this.#stop.signal.addEventListener('abort', () => resolve(), { once: true });
    });
    this.#isWaiting = false;
  };

  readonly #came = (): void => {
    this.#firstAt ??= this.#parts.clock.now();
    this.#judging.soon(this.#parts.clock.now() - this.#firstAt < awaitedMs);
  };
}

const createScopeView = (parts: LogSessionOptions, scope: LogScope): ScopeView =>
  new FollowedScope(parts, scope);
