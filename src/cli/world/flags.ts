import { type Command, Option } from 'commander';
import { factorOption } from '../command/argv.ts';
import { addExamples } from '../command/help.ts';

/** The options of `opsdeck world`. */
export interface SimulatorFlags {
  readonly system?: string;
  readonly scenario?: string;
  /** The former name of `scenario`. */
  readonly incident?: string;
  readonly speed: number;
  readonly json?: boolean;
}

/** Declares `opsdeck world` with its options. */
export const declareWorld = (command: Command): Command =>
  addExamples(
    command
      .alias('simulator')
      .summary('run only the built-in simulator of a system')
      .description(
        'Run only the built-in simulator of a system and print the address of each server. Runs until you press ctrl-c.',
      )
      .option('--system <system>', 'choose the system to simulate. The default is demo')
      .option('--scenario <scenario>', 'start with this scenario')
      .addOption(new Option('--incident <scenario>', 'the former name of --scenario').hideHelp())
      .addOption(
        new Option('--speed <number>', 'how fast simulated time passes. 1 is real time')
          .argParser(factorOption)
          .default(1),
      )
      .option('--json', 'print the addresses, and values for the vars of profiles, as one JSON object'),
    [
      ['opsdeck world', 'simulate the demo system'],
      ['opsdeck world --system saga --scenario consumer-lag', 'start with a scenario'],
      ['opsdeck world --speed 10 --json', 'run at 10x speed, and print addresses as JSON'],
    ],
  );
