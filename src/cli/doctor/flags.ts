import type { Command } from 'commander';
import { addExamples } from '../command/help.ts';

/** The options of `opsdeck doctor`. */
export interface DoctorFlags {
  readonly json?: boolean;
}

/** Declares `opsdeck doctor` with its options. */
export const declareDoctor = (command: Command): Command =>
  addExamples(
    command
      .summary('test every source and report missing permissions')
      .description(
        'Test every source of the environment and report missing permissions, extensions and metrics, and how to add them.\n\n' +
          'Exit codes: 0 ok, 1 something is missing, 3 a source is unreachable, 4 usage or profile error.',
      )
      .option('--json', 'print the result as one JSON object'),
    [
      ['opsdeck doctor --env production', 'test every source'],
      ['opsdeck doctor --env production --json', 'print the findings as JSON'],
    ],
  );
