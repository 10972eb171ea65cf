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
import type { LogCommands, LogsState, OlderLinesState } from '../ring/logs-state.ts';
import { createFilterScheduler } from './filter-scheduler.ts';
import type { LaneBatch, YieldTurn } from './lane.ts';
import { createYieldTurn } from './lane.ts';
import { createOlderReader } from './older-reader.ts';
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
  let filters: FilterState = { chips: [], context: noContextLines, searchPattern: undefined };
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
    setPaused: (on) => shown?.setPaused(on),
    loadOlder: () => shown?.loadOlder(),
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
  settings?(): Pick<LogSettings, 'keep' | 'sources' | 'levels' | 'zone'> | undefined;
  sources(): ReadonlyMap<string, Source>;
  /** Called at most ten times a second, and at once after a user request. */
  publish(state: LogsState | undefined): void;
  showMessage(text: string): void;
}

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
  return { include, exclude, ...(least === undefined ? {} : { minLevel: least }) };
};

/** Filters of a scope; the next scope takes them over. */
interface FilterState {
  readonly chips: readonly FilterChip[];
  readonly context: ContextLineCount;
  readonly searchPattern: LinePattern | undefined;
}

/** An open scope: its ring, its filtered views, and their reader. */
interface ScopeView {
  readonly scope: LogScope;
  filterState(): FilterState;
  setFilters(chips: readonly FilterChip[], context?: ContextLineCount): void;
  search(pattern: LinePattern | undefined): void;
  setPaused(on: boolean): void;
  loadOlder(): void;
  discoverNow(): void;
  end(): Promise<void>;
}

/** Time in ms for which the first lines are shown without delay. */
const awaitedMs: Millis = 300;

const wordsOf = (error: unknown): string => errorMessage(error);

const createScopeView = (parts: LogSessionOptions, scope: LogScope): ScopeView => {
  const { clock } = parts;
  const settings = parts.settings?.();
  const stop = new AbortController();
  const { signal } = stop;
  const ring = new LogRing(settings?.keep ?? defaultRingLimits);
  const streamIds = (): readonly string[] => reading.streams.map(({ id }) => id);
  const filteredView = new FilteredView(ring, streamIds, { guarded: runGuarded });
  const hits = new FilteredView(ring, streamIds, { seeks: true, guarded: runGuarded });
  let searchPattern: LinePattern | undefined;
  let older: OlderLinesState = { is: 'idle' };
  let version = 0;
  let isWaiting = false;
  let isFiltering = false;
  let release: (() => void) | undefined;

  const publish = (): void => {
    const { faults, isListed } = reading;
    const streams = reading.streams.map((stream) => ({ ...stream }));
    const isPaused = ring.holding;
    const tooSlow = filteredView.tooSlow[0] ?? hits.tooSlow[0];
    const state: LogsState = {
      scope,
      ring,
      filteredView,
      hits,
      streams,
      faults,
      isListed,
      older,
      isPaused,
      isWaiting,
      isFiltering,
      ...(tooSlow === undefined ? {} : { tooSlow }),
      version: ++version,
    };
    if (!signal.aborted) parts.publish(state);
  };

  const judging = createFilterScheduler({
    clock,
    signal,
    judge: (isOver) => {
      const isJudged = filteredView.judge(isOver);
      if (isJudged) isFiltering = false;
      return isJudged && hits.judge(isOver);
    },
    onProgress: publish,
  });

  const yieldTurn = createYieldTurn(clock.now);
  const filterText = (): string => JSON.stringify(chipFilter(filteredView.chips));
  const of = scope.of.length > 0 ? scope.of : (settings?.sources ?? []).map((source) => ({ source }));
  const reading = readLogs(
    {
      clock,
      yieldTurn,
      chance: parts.chance,
      heads: settings,
      sources: parts.sources,
      changed: () => judging.soon(),
    },
    {
      ...scope,
      of,
      follow: true,
      from: (tail) => ({ lines: initialLineCount(tail, scope.lines) }),
      filter: () => chipFilter(filteredView.chips),
    },
    signal,
  );

  const full = async (): Promise<void> => {
    isWaiting = true;
    publish();
    await new Promise<void>((resolve) => {
      release = resolve;
      signal.addEventListener('abort', () => resolve(), { once: true });
    });
    isWaiting = false;
  };

  const past = createOlderReader(clock, reading.entries, settings);
  let evicted = 0;
  const loadOlder = async (): Promise<void> => {
    if (ring.evicted > evicted) {
      // The oldest rows were evicted, so older lines are requested from the first remaining row.
      evicted = ring.evicted;
      past.startAt(ring.row(ring.first)?.at ?? clock.now());
    }
    older = { is: 'loading' };
    publish();
    const olderRows = await past.next(signal);
    if (signal.aborted) return;
    for (const problem of olderRows.problems) parts.showMessage(problem);
    ring.prepend(olderRows.rows);
    older =
      olderRows.is === 'unable'
        ? { is: 'unable', why: 'none of these streams provides older lines' }
        : { is: olderRows.is };
    judging.now();
  };

  const setFilters = (chips: readonly FilterChip[], context?: ContextLineCount): void => {
    const before = filterText();
    try {
      filteredView.setFilters(chips, context);
    } catch (error) {
      parts.showMessage(wordsOf(error));
      return;
    }
    isFiltering = true;
    if (filterText() !== before) reading.refilter();
    judging.now();
  };

  const seek = (pattern: LinePattern | undefined): void => {
    try {
      hits.setFilters(pattern === undefined ? [] : [{ is: 'include', pattern }]);
    } catch (error) {
      parts.showMessage(wordsOf(error));
      return;
    }
    searchPattern = pattern;
    judging.now();
  };

  let firstAt: Millis | undefined;
  const came = (): void => {
    firstAt ??= clock.now();
    judging.soon(clock.now() - firstAt < awaitedMs);
  };
  const pumped = pump({ yieldTurn, ring, came, full }, reading.readBatches, signal);
  judging.now();

  return {
    scope,
    filterState: () => ({ chips: filteredView.chips, context: filteredView.context, searchPattern }),
    setFilters: setFilters,
    search: seek,
    setPaused: (on) => {
      ring.holding = on;
      if (!on) release?.();
      publish();
    },
    loadOlder: () => {
      if (older.is === 'idle') void loadOlder();
    },
    discoverNow: reading.discoverNow,
    end: async () => {
      stop.abort();
      await Promise.all([pumped, reading.ended]);
    },
  };
};
