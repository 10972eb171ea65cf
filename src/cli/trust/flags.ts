import type { Command } from 'commander';

export interface TrustFlags {
  readonly list?: boolean;
  readonly revoke?: boolean;
  readonly dryRun?: boolean;
  readonly json?: boolean;
}

/** Declares what `opsdeck trust` takes. */
export const addTrustOptions = (command: Command): Command =>
  command
    .argument('[dir]', 'a directory of profiles (default: ./profiles)')
    .option('--dry-run', 'show what its profiles read and may run, trust nothing')
    .option('--list', 'the directories that are trusted, and what has changed in them')
    .option('--revoke', 'trust the directory no longer')
    .option('--json', 'one JSON object');
