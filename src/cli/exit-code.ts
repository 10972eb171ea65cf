import type { RunEnding } from '../domain/run.ts';

/** Exit code of a usage or profile error. */
export const usageExit = 4;
/** Exit code of a record that could not be stored. */
export const notStoredExit = 1;
/** Exit code after ctrl-c: 128 + SIGINT. */
export const cancelledExit = 130;

/** The exit code of each run ending. */
export const endingExit: Readonly<Record<RunEnding, number>> = {
  recovered: 0,
  'dry-run': 0,
  'executed-not-recovered': 1,
  failed: 2,
  forbidden: 3,
  declined: 3,
  'not-applicable': 3,
  cancelled: cancelledExit,
};

/** A usage or profile error. Nothing was contacted or executed; the command exits with 4. */
export class UsageError extends Error {
  readonly lines: readonly string[];
  constructor(...lines: readonly string[]) {
    super(lines.join('\n'));
    this.name = 'UsageError';
    this.lines = lines;
  }
}
