import type { LogSettings } from '../../domain/profile.ts';
import type { Clock } from '../../platform/clock.ts';
import type { Source } from '../../sources/source.ts';
import type { Tail } from '../reading/tail.ts';
import type { LogsState } from '../ring/state.ts';

/** What a session needs from outside. */
export interface SessionParts {
  readonly clock: Clock;
  /** 0 up to 1, for jitter. */
  readonly chance: () => number;
  /** What the profile says of its logs. */
  settings?(): Pick<LogSettings, 'keep' | 'sources' | 'levels' | 'zone'> | undefined;
  sources(): ReadonlyMap<string, Source>;
  /** Told at most ten times a second, and at once when it was asked for. */
  publish(state: LogsState | undefined): void;
  say(text: string): void;
}

const linesAtFirst = 500;
/** Of a file some megabytes: its end is read first, and quickly. */
const fileLinesAtFirst = 10_000;

/** So many of the last lines of a stream are read at first; `lines`: as the scope has it. */
export const firstLines = ({ isFile }: Tail, lines?: number): number =>
  lines ?? (isFile === true ? fileLinesAtFirst : linesAtFirst);
