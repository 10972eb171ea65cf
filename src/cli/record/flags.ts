import type { Command } from 'commander';
import { addExamples } from '../command/help.ts';

/** Declares `opsdeck record` with its options. */
export const declareRecord = (command: Command): Command =>
  addExamples(
    command
      .summary('open the cockpit and record the screen')
      .description(
        'Open the cockpit as usual and record the screen, with marks for what changed. The file has what the screen ' +
          'shows: secrets are masked, and with --share or in share mode also names. Replay with opsdeck replay FILE.\n\n' +
          'Exit codes: 0 success, 1 the recording is incomplete, 4 usage or profile error.',
      )
      .argument('<file>', 'file to which the screen is recorded. An existing file is not overwritten'),
    [
      ['opsdeck record call.rec --env production', 'record the cockpit'],
      ['opsdeck record call.rec --env production --share', 'record aliases instead of names'],
      ['opsdeck record drill.rec --env shop/production --rehearse', 'record a drill'],
    ],
  );
