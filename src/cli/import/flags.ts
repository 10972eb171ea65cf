import type { Command } from 'commander';
import { addExamples } from '../command/help.ts';

export interface ImportFlags {
  readonly system?: string;
  readonly out?: string;
  readonly json?: boolean;
}

/** Declares `opsdeck import`: its argument, options and help. */
export const declareImport = (command: Command): Command =>
  addExamples(
    command
      .summary('draft a profile from a runbook in Markdown')
      .description(
        'Draft a profile from a runbook in Markdown: commands with their danger, checklists, thresholds, contacts and links.\n' +
          'Executes nothing. No drafted step can run until a person has removed reviewed: false. Never overwrites.\n\n' +
          'Exit codes: 0 written, 4 usage error.',
      )
      .argument('<file>', 'runbook in Markdown')
      .option('--system <name>', 'name of the system (default: from the file name)')
      .option('--out <dir>', 'directory for the profile of the system (default: --profiles, else profiles)')
      .option('--json', 'print the report as one JSON object'),
    [
      ['opsdeck import RUNBOOK.md --system shop', 'writes profiles/shop'],
      ['opsdeck validate profiles/shop', 'what is left to review, and missing values'],
      ['opsdeck import RUNBOOK.md --out /tmp/draft --json | jq .commands', 'for scripts'],
    ],
  );
