import type { Command } from 'commander';
import { addExamples } from '../command/help.ts';

/** The options of `opsdeck validate`. */
export interface ValidateFlags {
  readonly strict?: boolean;
}

/** Declares `opsdeck validate`: its arguments, options and help. */
export const declareValidate = (command: Command): Command =>
  addExamples(
    command
      .summary('validate profiles')
      .description(
        'Validate profiles. Prints each error as file:line:col with a hint. Without paths: every profile in the search path.\n\n' +
          'Exit codes: 0 the profiles are valid, 4 a profile has errors.',
      )
      .argument('[path...]', 'profiles or directories of profiles')
      .option('--strict', 'treat warnings as errors'),
    [
      ['opsdeck validate', 'validate every profile in the search path'],
      ['opsdeck validate --strict profiles/', 'validate one directory, and fail on warnings'],
    ],
  );
