import type { Command } from 'commander';
import { addExamples } from '../command/help.ts';

/** The options of `opsdeck runbooks`. */
export interface RunbooksFlags {
  readonly actions?: boolean;
  readonly json?: boolean;
}

/** Declares `opsdeck runbooks` with its options. */
export const declareRunbooks = (command: Command): Command =>
  addExamples(
    command
      .summary('list runbooks with their parameters, and whether they match now')
      .description('List runbooks, their parameters, and whether they match the current state.')
      .option('--actions', 'also list the actions on rows that the sources offer without a runbook')
      .option('--json', 'print one JSON array'),
    [
      ['opsdeck runbooks --env production', 'list runbooks'],
      ['opsdeck runbooks --env production --json', 'print parameters and choices as JSON'],
    ],
  );
