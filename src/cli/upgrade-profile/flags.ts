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
          'files and keeps each old file as FILE.bak. Comments and layout stay. Without paths: every profile in the search path, ' +
          'except the shipped ones.\n\n' +
          'Exit codes: 0 no changes are left, 1 changes are left, some perhaps for a person, 4 a file is invalid or cannot be written.',
      )
      .argument('[path...]', 'profiles or directories of profiles')
      .option('--write', 'write the changes, either to all files or to none'),
    [
      ['opsdeck upgrade-profile profiles', 'print the changes, and write nothing'],
      ['opsdeck upgrade-profile --write profiles', 'change the files, and keep the old ones'],
    ],
  );
