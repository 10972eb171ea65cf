import { type Command, Option } from 'commander';
import type { RunEnding } from '../../domain/run.ts';
import { endingExit } from '../exit-code.ts';

/** What `opsdeck audit` was asked for, word by word. */
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
    .option('--run <id>', 'only this run')
    .option('--since <time>', 'only from then on: 24h, or 2026-03-04T10:15:00Z')
    .option('--until <time>', 'only what was before')
    .addOption(
      new Option('--ending <ending>', 'only runs that ended so; none: that have no ending').choices([
        ...Object.keys(endingExit),
        'none',
      ]),
    )
    .option('--runbook <id>', 'only runs of this runbook')
    .option('--who <user>', 'only what this account did')
    .option('--json', 'show, verify: JSON, one record per line');
