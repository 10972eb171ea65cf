import { Argument, type Command } from 'commander';
import { addExamples } from '../command/help.ts';

/** The options of `opsdeck state`. */
export interface StateFlags {
  readonly ownerUrl?: string;
  readonly role?: string;
  readonly json?: boolean;
}

/** Declares `opsdeck state` with its options. */
export const declareState = (command: Command): Command =>
  addExamples(
    command
      .summary('prepare and test the state database of a team')
      .description(
        'Prepares and tests the database of `state:` in the profile, which the machines of a team share.\n\n' +
          'migrate: creates or upgrades the tables as their owner, and grants the role of the profile the rights that opsdeck needs.\n' +
          'status: tests the connection, TLS, tables, rights and clocks, like opsdeck doctor.\n\n' +
          'Exit codes: 0 success, 1 something is missing, 3 unreachable, 4 usage or profile error.',
      )
      .addArgument(new Argument('<action>', 'action').choices(['migrate', 'status']))
      .option(
        '--owner-url <variable>',
        'environment variable with the database URL of the owner, for migrate (default: the URL of the profile)',
      )
      .option(
        '--role <role>',
        'database role to which migrate grants the rights (default: the user in the URL of the profile)',
      )
      .option('--json', 'print the status as one JSON object'),
    [
      [
        'STATE_OWNER=postgres://owner@db/opsdeck opsdeck state migrate --env shop/production --owner-url STATE_OWNER',
        'create the tables',
      ],
      ['opsdeck state status --env shop/production', 'test the connection and the rights'],
    ],
  );
