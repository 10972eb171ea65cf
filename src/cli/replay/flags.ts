import { type Command, Option } from 'commander';
import { addExamples } from '../command/help.ts';

const recordingFormats = ['asciicast', 'html'] as const;

/** The options of `opsdeck replay`. */
export interface ReplayFlags {
  readonly export?: (typeof recordingFormats)[number];
  readonly from?: string;
  readonly to?: string;
}

/** Declares `opsdeck replay` with its options. */
export const declareReplay = (command: Command): Command =>
  addExamples(
    command
      .summary('play or export a recording of the cockpit')
      .description(
        'Play a recording of opsdeck record in this terminal, or export the recording. Reads only the file: no profile, no ' +
          'network, no state directory. Press ? for the keys.\n\n' +
          'TIME is a position (12m30s) or a time of day in UTC (14:05, 14:05:30).\n\n' +
          'Exit codes: 0 success, 1 the export cannot be written, 4 usage error, or the file is not a recording.',
      )
      .argument('<file>', 'recording')
      .argument('[out]', 'file that --export writes. An existing file is not overwritten')
      .addOption(
        new Option(
          '--export <format>',
          'write the recording as an asciicast v2, or as one HTML page',
        ).choices([...recordingFormats]),
      )
      .option('--from <time>', 'begin at this time of the recording')
      .option('--to <time>', 'end the export at this time of the recording'),
    [
      ['opsdeck replay call.rec', 'play'],
      ['opsdeck replay call.rec --from 14:05', 'play from a time of day'],
      ['opsdeck replay call.rec --export html call.html', 'export one HTML page, for a post-mortem'],
      [
        'opsdeck replay call.rec --export asciicast call.cast --from 12m --to 20m',
        'export only eight minutes',
      ],
    ],
  );
