import { type Command, InvalidArgumentError, Option } from 'commander';
import { addExamples } from '../command/help.ts';

/** The options of `opsdeck drill`. */
export interface DrillFlags {
  readonly list?: boolean;
  readonly history?: boolean;
  readonly random?: boolean;
  readonly blind?: boolean;
  readonly seed?: number;
  readonly json?: boolean;
  readonly csv?: boolean;
  readonly markdown?: boolean;
}

const wholeNumber = (text: string): number => {
  const value = Number(text);
  if (/^\d+$/.test(text) && Number.isSafeInteger(value)) return value;
  throw new InvalidArgumentError('Expected a whole number, such as 42.');
};

/** Declares `opsdeck drill` with its options. */
export const declareDrill = (command: Command): Command =>
  addExamples(
    command
      .summary('practice an incident on a simulator')
      .description(
        'Practice an incident in the cockpit, on the simulator of a system. At the end, a score card shows the times to notice, ' +
          'diagnose, act and recover, wrong turns, gates, hints, and the best score of the team.\n\n' +
          'Exit codes: 0 recovered, or the list was printed, 1 not recovered, 4 usage or profile error.',
      )
      .argument('[environment]', 'SYSTEM/ENV')
      .argument('[incident]', 'name of the incident to practice')
      .option('--list', 'list every incident, with the last and the best score')
      .option('--history', 'print the drills of the state directory, oldest first')
      .option('--random', 'choose an incident at random, of the given environment if there is one')
      .option('--blind', 'hide the name of the incident until the end')
      .addOption(
        new Option('--seed <number>', 'number with which --random makes the same choice again').argParser(
          wholeNumber,
        ),
      )
      .addOption(new Option('--json', '--list, --history: print JSON').conflicts(['csv', 'markdown']))
      .addOption(new Option('--csv', '--history: print CSV').conflicts('markdown'))
      .option('--markdown', '--history: print Markdown'),
    [
      ['opsdeck drill --list', 'every incident, with the last and the best score'],
      ['opsdeck drill saga/production consumer-lag', 'practice one incident'],
      ['opsdeck drill --random --blind', 'practice a random incident, named only at the end'],
      ['opsdeck drill --history --csv > drills.csv', 'export the past drills as CSV'],
    ],
  );
