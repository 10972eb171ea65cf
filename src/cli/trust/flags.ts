import type { Command } from 'commander';

export interface TrustFlags {
  readonly list?: boolean;
  readonly revoke?: boolean;
  readonly dryRun?: boolean;
  readonly json?: boolean;
}

/** Declares the options of `opsdeck trust`. */
export const addTrustOptions = (command: Command): Command =>
  command
    .argument('[dir]', 'directory of profiles (default: ./profiles)')
    .option('--dry-run', 'print what the profiles read and run; trust nothing')
    .option('--list', 'list trusted directories and changed files')
    .option('--revoke', 'revoke trust in the directory')
    .option('--json', 'print one JSON object');
