import type { Command } from 'commander';
import { addExamples } from '../command/help.ts';

/** The options of `opsdeck follow`. */
export interface FollowFlags {
  readonly list?: boolean;
  readonly json?: boolean;
}

/** Declares `opsdeck follow` with its options. */
export const declareFollow = (command: Command): Command =>
  addExamples(
    command
      .summary('show the screen of another cockpit, read-only')
      .description(
        'Show the screen of another cockpit, with aliases in share mode. That cockpit uses the same state directory, ' +
          'or the same state database. Keys pause, scroll back and return. No key reaches the other cockpit, whose header says that you follow.\n\n' +
          'Exit codes: 0 success, 1 there is no cockpit to follow, 4 usage error.',
      )
      .argument(
        '[cockpit]',
        'which cockpit to follow, by id, user or user@host (default: the only one, or a list to choose from)',
      )
      .option('--list', 'list the cockpits that can be followed')
      .option('--json', '--list: print JSON'),
    [
      ['opsdeck follow', 'follow the only other cockpit'],
      ['opsdeck follow --list', 'list the open cockpits'],
      ['opsdeck follow ana --env shop/production', 'follow the cockpit of a user, also on another machine'],
    ],
  );
