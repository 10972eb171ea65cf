import type { Millis } from '../../domain/fault.ts';
import { levelCode, levelOfCode } from '../../domain/log-level.ts';
import type { LogSettings } from '../../domain/profile.ts';
import type { Clock } from '../../platform/clock.ts';
import { runGuarded } from '../../platform/run-guarded.ts';
import type { Source } from '../../sources/source.ts';
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

/** The lines of one environment, as the screen shows them. */
export interface LogSession extends LogCommands {
  /** Looks for streams now, and tries those again that wait. */
  discoverNow(): void;
  /** Resolves when nothing is read any more. */
  end(): Promise<void>;
}

/** Reads the streams of a scope into a ring, and judges what comes by the chips. */
export const createLogSession = (parts: LogSessionOptions): LogSession => {
  let shown: ScopeView | undefined;
  /** What was looked for last, for the next scope too. */
  let looking: FilterState = { chips: [], context: noContextLines, searchPattern: undefined };
  let ending: Promise<unknown> = Promise.resolve();

  const close = (): void => {
    if (shown === undefined) return;
    looking = shown.filterState();
    ending = Promise.all([ending, shown.end()]);
    shown = undefined;
    parts.publish(undefined);
  };

  return {
    open: (scope: LogScope) => {
      if (shown !== undefined && JSON.stringify(shown.scope) === JSON.stringify(scope)) return;
      if (shown !== undefined) {
        looking = shown.filterState();
        ending = Promise.all([ending, shown.end()]);
      }
      shown = createScopeView(parts, scope);
      shown.setFilters(looking.chips, looking.context);
      shown.search(looking.searchPattern);
    },
    close,
    setFilters: (chips, context = noContextLines) => {
      if (shown === undefined) looking = { ...looking, chips, context };
      else shown.setFilters(chips, context);
    },
    search: (sought) => {
      if (shown === undefined) looking = { ...looking, searchPattern: sought };
      else shown.search(sought);
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

/** What a session needs from outside. */
interface LogSessionOptions {
  readonly clock: Clock;
  /** 0 up to 1, for jitter. */
  readonly chance: () => number;
  /** What the profile says of its logs. */
  settings?(): Pick<LogSettings, 'keep' | 'sources' | 'levels' | 'zone'> | undefined;
  sources(): ReadonlyMap<string, Source>;
  /** Told at most ten times a second, and at once when it was asked for. */
  publish(state: LogsState | undefined): void;
  showMessage(text: string): void;
}

const linesAtFirst = 500;
/** Of a file some megabytes: its end is read first, and quickly. */
const fileLinesAtFirst = 10_000;

/** So many of the last lines of a stream are read at first; `lines`: as the scope has it. */
const initialLineCount = ({ isFile }: Tail, lines?: number): number =>
  lines ?? (isFile === true ? fileLinesAtFirst : linesAtFirst);

interface PumpParts {
  readonly yieldTurn: YieldTurn;
  readonly ring: LogRing;
  /** Rows were put into the ring. */
  came(): void;
  /** It is full and holds: resolves when there may be room again. */
  full(): Promise<void>;
}

/** Puts what is read into the ring. While that is full and holds, nothing more is asked for, so that the sources wait. */
const pump = async (
  { yieldTurn: breathe, ring, came, full }: PumpParts,
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
    await breathe();
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

/** What chips say to a tail that leaves out itself what they hide; undefined: everything is wanted. */
const chipFilter = (chips: readonly FilterChip[]): LineFilter | undefined => {
  const include = chips.flatMap((chip) => (chip.is === 'include' ? [chip.pattern] : []));
  const exclude = chips.flatMap((chip) => (chip.is === 'exclude' ? [chip.pattern] : []));
  const least = levelOfCode(
    Math.max(0, ...chips.map((chip) => (chip.is === 'level' ? levelCode(chip.least) : 0))),
  );
  if (include.length === 0 && exclude.length === 0 && least === undefined) return undefined;
  return { include, exclude, ...(least === undefined ? {} : { minLevel: least }) };
};

/** What is looked for in a scope; taken over by the next one. */
interface FilterState {
  readonly chips: readonly FilterChip[];
  readonly context: ContextLineCount;
  readonly searchPattern: LinePattern | undefined;
}

/** A scope that is open: its ring, its lenses, and who fills them. */
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

/** So long the first lines are shown as quickly as they come. */
const awaitedMs: Millis = 300;

const wordsOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

const createScopeView = (parts: LogSessionOptions, scope: LogScope): ScopeView => {
  const { clock } = parts;
  const settings = parts.settings?.();
  const stop = new AbortController();
  const { signal } = stop;
  const ring = new LogRing(settings?.keep ?? defaultRingLimits);
  const streamIds = (): readonly string[] => reading.streams.map(({ id }) => id);
  const lens = new FilteredView(ring, streamIds, { guarded: runGuarded });
  const hits = new FilteredView(ring, streamIds, { seeks: true, guarded: runGuarded });
  let sought: LinePattern | undefined;
  let older: OlderLinesState = { is: 'idle' };
  let version = 0;
  let isWaiting = false;
  let isFiltering = false;
  let release: (() => void) | undefined;

  const tell = (): void => {
    const { faults } = reading;
    const streams = reading.streams.map((stream) => ({ ...stream }));
    const held = ring.holding;
    const tooSlow = lens.tooSlow[0] ?? hits.tooSlow[0];
    const state: LogsState = {
      scope,
      ring,
      lens,
      hits,
      streams,
      faults,
      older,
      isPaused: held,
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
      const isJudged = lens.judge(isOver);
      if (isJudged) isFiltering = false;
      return isJudged && hits.judge(isOver);
    },
    tell,
  });

  const breathe = createYieldTurn(clock.now);
  const filterText = (): string => JSON.stringify(chipFilter(lens.chips));
  const of = scope.of.length > 0 ? scope.of : (settings?.sources ?? []).map((source) => ({ source }));
  const reading = readLogs(
    {
      clock,
      yieldTurn: breathe,
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
      filter: () => chipFilter(lens.chips),
    },
    signal,
  );

  const full = async (): Promise<void> => {
    isWaiting = true;
    tell();
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
      // What was shown first is gone from here: the past begins in front of what is left.
      evicted = ring.evicted;
      past.startAt(ring.row(ring.first)?.at ?? clock.now());
    }
    older = { is: 'loading' };
    tell();
    const found = await past.next(signal);
    if (signal.aborted) return;
    for (const problem of found.problems) parts.showMessage(problem);
    ring.prepend(found.rows);
    older =
      found.is === 'unable'
        ? { is: 'unable', why: 'none of these streams can tell what was before' }
        : { is: found.is };
    judging.now();
  };

  const look = (chips: readonly FilterChip[], context?: ContextLineCount): void => {
    const before = filterText();
    try {
      lens.look(chips, context);
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
      hits.look(pattern === undefined ? [] : [{ is: 'include', pattern }]);
    } catch (error) {
      parts.showMessage(wordsOf(error));
      return;
    }
    sought = pattern;
    judging.now();
  };

  let firstAt: Millis | undefined;
  const came = (): void => {
    firstAt ??= clock.now();
    judging.soon(clock.now() - firstAt < awaitedMs);
  };
  const pumped = pump({ yieldTurn: breathe, ring, came, full }, reading.readBatches, signal);
  judging.now();

  return {
    scope,
    filterState: () => ({ chips: lens.chips, context: lens.context, searchPattern: sought }),
    setFilters: look,
    search: seek,
    setPaused: (on) => {
      ring.holding = on;
      if (!on) release?.();
      tell();
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
