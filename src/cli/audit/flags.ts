import { type Command, Option } from 'commander';
import type { RunEnding } from '../../domain/run.ts';
import { endingExit } from '../exit-code.ts';

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

/** Declares the options of `opsdeck audit`. */
export const addAuditOptions = (command: Command): Command =>
  command
    .option('--run <id>', 'show only this run')
    .option('--since <time>', 'start time: 24h (ago), or 2026-03-04T10:15:00Z')
    .option('--until <time>', 'end time, in the same formats')
    .addOption(
      new Option('--ending <ending>', 'show only runs with this ending; none: unfinished runs').choices([
        ...Object.keys(endingExit),
        'none',
      ]),
    )
    .option('--runbook <id>', 'show only runs of this runbook')
    .option('--who <user>', 'show only runs of this user')
    .option('--json', 'show, verify: print JSON, one record per line');
