import { type Command, InvalidArgumentError, Option } from 'commander';
import { addExamples } from '../command/help.ts';

/** The options of `opsdeck checklist`. */
export interface ChecklistFlags {
  readonly tick?: string;
  readonly withdraw?: string;
  readonly notNeeded?: string;
  readonly override?: string;
  readonly end?: boolean;
  readonly note?: string;
  /** The number of ended occurrences to print. */
  readonly history?: number;
  readonly period?: string;
  readonly json?: boolean;
  readonly markdown?: boolean;
}

const mostListed = 1000;

const countOption = (text: string): number => {
  const count = Number(text);
  if (Number.isInteger(count) && count >= 1 && count <= mostListed) return count;
  throw new InvalidArgumentError(`Expected a whole number from 1 to ${mostListed}.`);
};

/** Declares `opsdeck checklist`. */
export const declareChecklist = (command: Command): Command =>
  addExamples(
    command
      .summary('show, tick or export checklists')
      .description(
        'List the checklists of the environment, show or export one checklist with items and evidence, or record a tick.\n' +
          'Sources are read once, so a condition with a duration counts from that reading on.\n\n' +
          'Exit codes: 0 the checklist is complete (of all checklists: none is overdue), 1 an item is open (a checklist is overdue), ' +
          '3 a check could not be read, 4 usage or profile error.',
      )
      .argument('[id]', 'checklist id')
      .option('--tick <item>', 'mark a manual item as done')
      .option('--withdraw <item>', 'withdraw the mark of an item')
      .option('--not-needed <item>', 'mark an item as not needed this time. Requires --note')
      .option('--override <item>', 'mark an item as done against the result of the check. Requires --note')
      .option('--end', 'end this occurrence of the checklist now, even with open items')
      .option('--note <text>', 'note to record with the tick')
      .addOption(
        new Option(
          '--history [count]',
          'print the newest past occurrences of the checklist, with the periods that were missed',
        )
          .argParser(countOption)
          .preset('30'),
      )
      .option(
        '--period <id>',
        'show one past occurrence, by the first day of the period or by the number, such as #1',
      )
      .option('--json', 'print one JSON array')
      .option('--markdown', 'print Markdown'),
    [
      ['opsdeck checklist --env production', 'list all checklists and their overdue items'],
      ['opsdeck checklist before-deploy --env production', 'show one checklist with evidence'],
      [
        'opsdeck checklist before-deploy --env production --tick changes --note "reviewed by Ana"',
        'tick an item',
      ],
      ['opsdeck checklist daily --env production --markdown > daily.md', 'export'],
      ['opsdeck checklist daily --env production --history', 'show the last 30 days, and the missed ones'],
      [
        'opsdeck checklist daily --env production --period 2026-11-22 --markdown',
        'export the checklist of one day',
      ],
    ],
  );
