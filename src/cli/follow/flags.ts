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
      .summary("show another cockpit's screen, read-only")
      .description(
        'Show the screen of another cockpit, as seen by the other user: masked if shared. That cockpit belongs to this state directory, ' +
          'or to a machine that shares the state database of the environment. Keys pause, scroll back and return. None reaches the other cockpit, whose header says that you follow.\n\n' +
          'Exit codes: 0 success, 1 no cockpit to follow, 4 usage error.',
      )
      .argument('[cockpit]', 'id, user or user@host (default: the only one, or a choice)')
      .option('--list', 'list the cockpits that can be followed')
      .option('--json', '--list: print JSON'),
    [
      ['opsdeck follow', 'the only other cockpit'],
      ['opsdeck follow --list', 'who works where'],
      ['opsdeck follow ana --env shop/production', 'the cockpit of a user, also on another machine'],
    ],
  );
