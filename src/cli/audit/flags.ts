import { Argument, type Command, Option } from 'commander';
import { type RunEnding, runEndings } from '../../domain/runs/run.ts';
import { addExamples } from '../command/help.ts';

/** The options of `opsdeck audit`, unparsed. */
export interface AuditFlags {
  readonly run?: string;
  readonly since?: string;
  readonly until?: string;
  readonly ending?: RunEnding | 'none';
  readonly runbook?: string;
  readonly who?: string;
  readonly json?: boolean;
}

/** Declares `opsdeck audit` with its options. */
export const declareAudit = (command: Command): Command =>
  addExamples(
    command
      .summary('show, verify or export the ledger of runs')
      .description(
        'Show the ledger of runs, verify the hash chain, or export a timeline as Markdown.\n' +
          'With --env, an environment with a state database keeps the ledger there.\n\n' +
          'Exit codes: 0 success, 2 the hash chain is broken, 3 the state database is unavailable and the copy was ' +
          'verified, 4 usage error.',
      )
      .addArgument(new Argument('<what>', 'action').choices(['show', 'verify', 'export']))
      .option('--run <id>', 'show only this run')
      .option(
        '--since <time>',
        'show nothing before this time, written as an age (24h) or as 2026-03-04T10:15:00Z',
      )
      .option('--until <time>', 'show nothing after this time, in the same formats')
      .addOption(
        new Option(
          '--ending <ending>',
          'show only runs that ended in this way. none means runs that have not ended',
        ).choices([...runEndings, 'none']),
      )
      .option('--runbook <id>', 'show only runs of this runbook')
      .option('--who <user>', 'show only runs of this user')
      .option('--json', 'with show and verify, print one JSON record per line'),
    [
      ['opsdeck audit show --since 24h', 'show the runs of the last day'],
      ['opsdeck audit verify', 'verify the hash chain of the ledger'],
      ['opsdeck audit verify --env shop/production', 'verify the ledger that a team shares'],
      ['opsdeck audit export --since 24h > timeline.md', 'export an incident timeline'],
    ],
  );
