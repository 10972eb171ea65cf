import type { Command } from 'commander';
import { addExamples } from '../help.ts';

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
        'Show the screen of another cockpit of this machine and state directory, as its user sees it: masked if it is\n' +
          'shared. Keys pause, scroll back and return; none reaches the other cockpit, whose header says that you follow.\n\n' +
          'Exit codes: 0 success, 1 no cockpit to follow, 4 usage error.',
      )
      .argument('[cockpit]', 'process id or user; default: the only other cockpit')
      .option('--list', 'list the cockpits that can be followed')
      .option('--json', '--list: print JSON'),
    [
      ['opsdeck follow', 'the only other cockpit'],
      ['opsdeck follow --list', 'who works where'],
      ['opsdeck follow ana', 'the cockpit of a user'],
    ],
  );
