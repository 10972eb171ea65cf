import type { RunEnding } from '../domain/run.ts';

/** A command line or a profile that cannot be used. */
export const usageExit = 4;
/** Ended by ctrl-c: 128 + SIGINT, as shells count. */
export const cancelledExit = 130;

/** What a run's ending means to a script. */
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

/** What was asked cannot be done as asked; nothing was contacted or sent. Ends the command with exit 4. */
export class UsageError extends Error {
  readonly lines: readonly string[];
  constructor(...lines: readonly string[]) {
    super(lines.join('\n'));
    this.name = 'UsageError';
    this.lines = lines;
  }
}
