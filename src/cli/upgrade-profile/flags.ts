import type { Command } from 'commander';
import { addExamples } from '../command/help.ts';

/** The options of `opsdeck upgrade-profile`. */
export interface UpgradeProfileFlags {
  readonly write?: boolean;
}

/** Declares `opsdeck upgrade-profile`: its arguments, options and help. */
export const declareUpgradeProfile = (command: Command): Command =>
  addExamples(
    command
      .summary('update profiles to the current format')
      .description(
        'Print what has to change in profiles for the current format, as file:line:col and changed lines. --write changes the ' +
          'files and keeps each old one as FILE.bak. Comments and layout stay. Without paths: every profile in the search path, ' +
          'except the shipped ones.\n\n' +
          'Exit codes: 0 nothing left to change, 1 something to change or left to a person, 4 a file is invalid or cannot be written.',
      )
      .argument('[path...]', 'profiles or directories of profiles')
      .option('--write', 'change the files: all of them, or none'),
    [
      ['opsdeck upgrade-profile profiles', 'what would change, writes nothing'],
      ['opsdeck upgrade-profile --write profiles', 'change the files, and keep the old ones'],
    ],
  );
