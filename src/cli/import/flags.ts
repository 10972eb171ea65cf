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
          'Executes nothing, and never overwrites a file. A drafted step can run only after a person has removed reviewed: false.\n\n' +
          'Exit codes: 0 the draft was written, 4 usage error.',
      )
      .argument('<file>', 'runbook file in Markdown')
      .option('--system <name>', 'set the name of the system. By default, the name comes from the file name')
      .option(
        '--out <dir>',
        'write the profile into this directory (default: that of --profiles, else profiles)',
      )
      .option('--json', 'print the report as one JSON object'),
    [
      ['opsdeck import RUNBOOK.md --system shop', 'write a draft to profiles/shop'],
      ['opsdeck validate profiles/shop', 'list what to review, and the missing values'],
      ['opsdeck import RUNBOOK.md --out /tmp/draft --json | jq .commands', 'for scripts'],
    ],
  );
