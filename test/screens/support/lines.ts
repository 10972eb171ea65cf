import { type LogLevel, levelCode } from '../../../src/domain/facts/log-level.ts';
import type { ContextLineCount, FilterChip, LinePattern } from '../../../src/logs/format/filter-chip.ts';
import type { LogStream } from '../../../src/logs/format/log-stream.ts';
import { type RowKind, rowKind } from '../../../src/logs/format/parsed-line.ts';
import { FilteredView } from '../../../src/logs/ring/filtered-view.ts';
import { LogRing, type RingLimits } from '../../../src/logs/ring/log-ring.ts';
import type { LogArrangement, LogCommands, LogsState } from '../../../src/logs/ring/logs-state.ts';
import { PatternCounts } from '../../../src/logs/ring/pattern-counts.ts';
import { runGuarded } from '../../../src/platform/runtime/run-guarded.ts';
import { noon } from '../../support/made-facts.ts';

/** A row for the ring. */
export interface MadeRow {
  readonly text: string;
  /** ms before noon. */
  readonly ago?: number;
  readonly level?: LogLevel;
  readonly stream?: number;
  readonly kind?: RowKind;
}

export const stream = (index: number, name: string, change: Partial<LogStream> = {}): LogStream => ({
  id: `k8s:${name}`,
  source: 'k8s',
  name,
  label: name,
  index,
  state: 'live',
  lines: 0,
  ...change,
});

const never = (): boolean => false;

/** Lines without an engine: a real ring and real filters, evaluated synchronously. */
export interface MadeLines {
  state(): LogsState;
  put(...rows: readonly MadeRow[]): void;
  look(chips: readonly FilterChip[], context?: ContextLineCount): void;
  seek(pattern: LinePattern | undefined): void;
  arrange(arrangement: LogArrangement): void;
  hold(on: boolean): void;
  change(part: Partial<LogsState>): void;
  readonly ring: LogRing;
}

export const madeLines = (streams: readonly LogStream[], limits?: RingLimits): MadeLines => {
  const ring = new LogRing(limits);
  const ids = (): readonly string[] => streams.map(({ id }) => id);
  const filteredView = new FilteredView(ring, ids, { guarded: runGuarded });
  const hits = new FilteredView(ring, ids, { seeks: true, guarded: runGuarded });
  const patterns = new PatternCounts(filteredView);
  let state: LogsState = {
    scope: { title: 'all streams', of: [] },
    ring,
    filteredView,
    hits,
    streams,
    faults: [],
    older: { is: 'idle' },
    isPaused: false,
    isWaiting: false,
    version: 0,
  };
  const judged = (): void => {
    filteredView.judge(never);
    hits.judge(never);
    patterns.count(never);
    state = { ...state, version: state.version + 1 };
  };
  judged();
  return {
    ring,
    state: () => state,
    put: (...rows) => {
      for (const { text, ago = 0, level, stream: index = 0, kind = 'line' } of rows)
        ring.appendText(text, {
          at: noon - ago,
          level: levelCode(level),
          stream: index,
          kind: rowKind[kind],
        });
      judged();
    },
    look: (chips, context) => {
      filteredView.setFilters(chips, context);
      judged();
    },
    seek: (pattern) => {
      hits.setFilters(pattern === undefined ? [] : [{ is: 'include', pattern }]);
      judged();
    },
    arrange: (arrangement) => {
      const { patterns: _, ...rest } = state;
      state = {
        ...rest,
        arrangement,
        ...(arrangement === 'patterns' ? { patterns } : {}),
        version: state.version + 1,
      };
    },
    hold: (on) => {
      ring.holding = on;
      state = { ...state, isPaused: on, version: state.version + 1 };
    },
    change: (part) => {
      state = { ...state, ...part, version: state.version + 1 };
    },
  };
};

/** Commands that are recorded and applied to these lines. */
export const logCommandsOf = (
  recorded: LogCommands,
  lines: () => MadeLines | undefined,
  show: (state: LogsState) => void,
): LogCommands => {
  const obey = (act: (made: MadeLines) => void): void => {
    const made = lines();
    if (made === undefined) return;
    act(made);
    show(made.state());
  };
  return {
    ...recorded,
    open: (scope) => {
      recorded.open(scope);
      obey((made) => made.change({ scope }));
    },
    setFilters: (chips, context) => {
      recorded.setFilters(chips, context);
      obey((made) => made.look(chips, context));
    },
    search: (pattern) => {
      recorded.search(pattern);
      obey((made) => made.seek(pattern));
    },
    arrange: (arrangement) => {
      recorded.arrange(arrangement);
      obey((made) => made.arrange(arrangement));
    },
    setPaused: (on) => {
      recorded.setPaused(on);
      obey((made) => made.hold(on));
    },
  };
};
