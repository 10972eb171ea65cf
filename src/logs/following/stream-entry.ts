import type { Millis } from '../../domain/fault.ts';
import type { Clock } from '../../platform/clock.ts';
import type { LogStream } from '../format/stream.ts';
import type { Resume, Tail } from '../reading/tail.ts';
import type { Breathe } from './breather.ts';
import { createFollowing, type Following } from './following.ts';
import { createIntake, type IntakeOptions } from './intake.ts';
import type { Lane } from './lane.ts';
import type { RowSink } from './rows.ts';
import { createTelling, type Telling } from './telling.ts';

/** A stream that was seen: what is known of it, and who reads it. */
export interface StreamEntry {
  stream: LogStream;
  tail: Tail;
  readonly lane: Lane;
  readonly telling: Telling;
  /** Begins to read, or goes on; nothing when it is being read. */
  begin(tail: Tail, first: Resume): void;
  /** Reads no more. Resolves when it does not. */
  stop(): Promise<void>;
  /** Resolves when it is not read any more, by itself. */
  settled(): Promise<void>;
  readonly isRunning: boolean;
  readonly following: Following;
}

interface EntryParts {
  readonly clock: Clock;
  readonly chance: () => number;
  readonly breathe: Breathe;
  readonly signal: AbortSignal;
  /** How times and levels of lines are told. */
  readonly heads?: IntakeOptions | undefined;
  changed(): void;
}

/** Lets rows through that were written before a moment (wall clock). */
const before = (sink: RowSink, until: Millis): RowSink => ({
  put: (bytes, begin, end, head, ascii) => {
    if (head.at < until) sink.put(bytes, begin, end, head, ascii);
  },
});

/** `until`: nothing from then on; wall clock. */
export const createEntry = (
  parts: EntryParts,
  source: string,
  tail: Tail,
  lane: Lane,
  until?: Millis,
): StreamEntry => {
  const { clock, signal } = parts;
  const wall = (at: number): number => at + clock.wallOffset();
  let running: Promise<void> | undefined;
  let stopping = new AbortController();
  const telling = createTelling({
    intake: createIntake(
      lane.stream,
      until === undefined ? lane : before(lane, until),
      () => wall(clock.now()),
      parts.heads,
    ),
    label: () => entry.stream.label,
    wall,
    now: clock.now,
  });
  const following = createFollowing({
    ...parts,
    source,
    lane,
    telling,
    stands: (standing) => {
      const { fault: _, retryAt: __, ...rest } = entry.stream;
      entry.stream = { ...rest, ...standing };
      parts.changed();
    },
  });
  const entry: StreamEntry = {
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
    telling,
    following,
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
