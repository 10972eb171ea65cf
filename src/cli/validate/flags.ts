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
        'Validate profiles. Prints file:line:col: error and a hint. Without paths: every profile in the search path.\n\n' +
          'Exit codes: 0 valid, 4 errors.',
      )
      .argument('[path...]', 'profiles or directories of profiles')
      .option('--strict', 'treat warnings as errors'),
    [
      ['opsdeck validate', 'every profile in the search path'],
      ['opsdeck validate --strict profiles/', 'one directory, fail on warnings'],
    ],
  );
