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
  throw new InvalidArgumentError(`write a whole number from 1 to ${mostListed}.`);
};

/** Declares `opsdeck checklist`. */
export const declareChecklist = (command: Command): Command =>
  addExamples(
    command
      .summary('show, tick or export checklists')
      .description(
        'List the checklists of the environment, show or export one with items and evidence, or record a tick.\n' +
          'Sources are read once. A condition with a duration counts from then on.\n\n' +
          'Exit codes: 0 complete (of all lists: none overdue), 1 an item is open (a list is overdue), ' +
          '3 a check has no answer, 4 usage or profile error.',
      )
      .argument('[id]', 'checklist id')
      .option('--tick <item>', 'mark a manual item as done')
      .option('--withdraw <item>', 'withdraw the mark of an item')
      .option('--not-needed <item>', 'mark an item as not needed. Requires --note')
      .option('--override <item>', 'vouch for an item whose check does not hold. Requires --note')
      .option('--end', 'end the list now, with what is open')
      .option('--note <text>', 'note of a mark')
      .addOption(
        new Option('--history [count]', 'print the newest occurrences that are over, with missed periods')
          .argParser(countOption)
          .preset('30'),
      )
      .option('--period <id>', 'print one occurrence that is over: first day, or #1')
      .option('--json', 'print one JSON array')
      .option('--markdown', 'print Markdown'),
    [
      ['opsdeck checklist --env production', 'all checklists, with overdue items'],
      ['opsdeck checklist before-deploy --env production', 'one list with evidence'],
      [
        'opsdeck checklist before-deploy --env production --tick changes --note "reviewed by Ana"',
        'tick an item',
      ],
      ['opsdeck checklist daily --env production --markdown > daily.md', 'export'],
      ['opsdeck checklist daily --env production --history', 'the last 30 days, and which were missed'],
      ['opsdeck checklist daily --env production --period 2026-11-22 --markdown', 'export one day'],
    ],
  );
