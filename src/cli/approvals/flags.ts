import { Argument, type Command } from 'commander';
import { collectTexts } from '../command/global-options.ts';
import { addExamples } from '../command/help.ts';

/** The options of `opsdeck approvals`. */
export interface ApprovalFlags {
  readonly confirm?: readonly string[];
  readonly reason?: string;
  readonly json?: boolean;
}

/** Declares `opsdeck approvals` with its options. */
export const declareApprovals = (command: Command): Command =>
  addExamples(
    command
      .summary('approve or refuse runs of other users')
      .description(
        'Answers runs that wait for the approval of another person, in an environment with a state database.\n\n' +
          'list: prints the requests with their plans. show: prints one request. approve: approves exactly this plan. The requester cannot approve.\n' +
          'refuse: refuses a request, or withdraws an approval before the run has sent anything.\n\n' +
          'Exit codes: 0 success, 1 no such request, 2 the shared ledger cannot be read or written, 3 refused by a gate, ' +
          '4 usage or profile error.',
      )
      .addArgument(new Argument('<action>', 'action').choices(['list', 'show', 'approve', 'refuse']))
      .argument('[run]', 'run id')
      .option(
        '--confirm <name>',
        'confirm a target of the plan, which you name exactly. Repeat the flag for each target',
        collectTexts,
      )
      .option('--reason <reason>', 'say why the run must not start. A refusal requires a reason')
      .option('--json', 'with list and show, print one JSON object per request'),
    [
      ['opsdeck approvals list --env shop/production', 'list the requests with their plans'],
      ['opsdeck approvals approve RUN --env shop/production --confirm db-1', 'approve a plan'],
      [
        'opsdeck approvals refuse RUN --env shop/production --reason "peak hours"',
        'refuse a plan with a reason',
      ],
    ],
  );
