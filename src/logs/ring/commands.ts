import type { Chip, Context, LinePattern } from '../format/chip.ts';
import type { LogScope } from '../format/stream.ts';

/** What the screen may ask for of the logs. */
export interface LogCommands {
  /** Reads these streams from now on, in place of others. The same scope again: nothing. */
  open(scope: LogScope): void;
  close(): void;
  /** Shows what these leave. A pattern that is none is said in a message, and the chips stay as they were. */
  look(chips: readonly Chip[], context?: Context): void;
  /** Looks for hits among the rows that are shown; undefined: no longer. */
  seek(pattern: LinePattern | undefined): void;
  /** Pause: nothing goes from the ring any more; or as before. */
  hold(on: boolean): void;
  /** Lines from before the first one, where the source still has them. */
  older(): void;
}
