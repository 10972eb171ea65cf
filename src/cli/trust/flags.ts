import type { Command } from 'commander';
import { addExamples } from '../command/help.ts';

export interface TrustFlags {
  readonly list?: boolean;
  readonly revoke?: boolean;
  readonly dryRun?: boolean;
  readonly json?: boolean;
}

/** Declares `opsdeck trust` with its options. */
export const declareTrust = (command: Command): Command =>
  addExamples(
    command
      .summary('trust the profiles of a directory')
      .description(
        'Trust the profiles of a directory until one of the files changes. Prints the files, hosts, programs and environment variables that the profiles use.',
      )
      .argument('[dir]', 'trust the profiles of this directory. The default is ./profiles')
      .option('--dry-run', 'print what the profiles read and run, and trust nothing')
      .option('--list', 'list trusted directories and changed files')
      .option('--revoke', 'no longer trust the profiles of the directory')
      .option('--json', 'print the result as one JSON object'),
    [
      ['opsdeck trust --dry-run profiles', 'review what the profiles read and run'],
      ['opsdeck trust profiles', 'trust ./profiles'],
      ['opsdeck trust --list', 'list trusted directories and changed files'],
    ],
  );
