import type { Command } from 'commander';
import type { ParamInputs } from '../../runs/runbooks/params.ts';
import { collectLists, collectTexts } from '../command/global-options.ts';
import { addExamples } from '../command/help.ts';

/** The options of `opsdeck run`. */
export interface RunFlags {
  readonly param?: ParamInputs;
  readonly undo?: string;
  readonly resets?: boolean;
  readonly dryRun?: boolean;
  readonly diagnose?: boolean;
  readonly arm?: string;
  readonly override?: string;
  readonly allowOutage?: string;
  readonly breakGlass?: string;
  readonly confirm?: readonly string[];
  readonly done?: readonly string[];
  readonly json?: boolean;
}

/** Declares `opsdeck run` with its options. */
export const declareRun = (command: Command): Command =>
  addExamples(
    command
      .summary('run a runbook')
      .description(
        'Run a runbook through the same gates as the cockpit. The command never prompts: flags answer the gates.\n\n' +
          'Exit codes: 0 recovered or dry run, 1 executed but not recovered, 2 failed, ' +
          '3 refused by a gate, 4 usage or profile error, 5 step verified but the incident goes on, 130 canceled.',
      )
      .argument('[id]', 'id of the runbook to run')
      .option('--undo <run>', 'undo the run with this id, which opsdeck audit show lists')
      .option('--resets', 'reset the temporary changes whose time is over, through the gates of a run')
      .option(
        '--param <name=value>',
        'set a parameter of the runbook (repeatable. For a list, once per value)',
        collectLists,
      )
      .option('--dry-run', 'print the plan and execute nothing')
      .option('--diagnose', 'execute the diagnosis steps first and record their results')
      .option('--arm <reason>', 'arm a read-only environment for this run')
      .option(
        '--override <reason>',
        'override a change freeze, quiet hours or a doubtful target, for this reason. Requires --confirm',
      )
      .option(
        '--allow-outage <reason>',
        'permit the run to stop the last healthy instance of a service, for this reason. Requires --confirm',
      )
      .option(
        '--break-glass <reason>',
        'act although the state database is unavailable, for this reason. Requires --confirm',
      )
      .option(
        '--confirm <name>',
        'confirm a target, which you name exactly. Repeat the flag for each target',
        collectTexts,
      )
      .option(
        '--done <step>',
        'say that a manual step is done, or that the run may continue with a step that asks first (repeatable)',
        collectTexts,
      )
      .option('--json', 'print the events of the run, one JSON object per line'),
    [
      ['opsdeck run close-breaker --env production --param name=broker --dry-run', 'print the plan'],
      [
        'opsdeck run close-breaker --env production --param name=broker --arm "INC-114" --confirm broker',
        'arm, confirm and run',
      ],
      ['opsdeck run --undo 01JNF0 --env production --arm "INC-114" --confirm broker', 'undo a previous run'],
    ],
  );
