import { type Command, Option } from 'commander';
import type { Millis } from '../../domain/base/fault.ts';
import { durationOption } from '../command/argv.ts';
import { addExamples } from '../command/help.ts';

/** The options of `opsdeck check`. */
export interface CheckFlags {
  readonly all?: boolean;
  readonly json?: boolean;
  readonly timeout: Millis;
  readonly watch?: boolean;
}

/** Declares `opsdeck check` with its options. */
export const declareCheck = (command: Command): Command =>
  addExamples(
    command
      .summary('read every source once and print the problems')
      .description(
        'Read every source of the environment once. Print the situation in one sentence, then the problems, then one count per group.\n\n' +
          'Exit codes: 0 ok, 1 warning, 2 critical, 3 unknown, 4 usage or profile error.',
      )
      .option('-a, --all', 'list every row, not only the problems')
      .option('--json', 'print the result as one JSON object')
      .addOption(
        new Option('--timeout <duration>', 'how long the whole command may take')
          .argParser(durationOption)
          .default(10_000, '10s'),
      )
      .option('--watch', 'print a new report every 5 s until you press ctrl-c'),
    [
      ['opsdeck check --env production', 'print the problems, and a count per group'],
      ['opsdeck check --env shop/production --all', 'print every row'],
      ['opsdeck check --env production --json | jq .level', 'for scripts'],
    ],
  );
