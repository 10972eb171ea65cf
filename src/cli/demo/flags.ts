import type { Command } from 'commander';
import { addExamples } from '../command/help.ts';

/** Declares `opsdeck demo`. */
export const declareDemo = (command: Command): Command =>
  addExamples(
    command
      .summary('open the cockpit on a shipped example')
      .description(
        'Open the cockpit on one of the shipped examples. Those of the system demo run on the simulator, so nothing outside is ' +
          'read or changed. Without a name, choose in the list. Other commands open an example with --env demo/SYSTEM/ENV.',
      )
      .argument('[environment]', 'which example to open: ENV of the system demo, or SYSTEM/ENV'),
    [
      ['opsdeck demo', 'choose an example in the list'],
      ['opsdeck demo local', 'open a simulated system on this machine'],
      [
        'opsdeck check --env demo/eventmesh/production --rehearse',
        'check another example once, on the simulator',
      ],
    ],
  );
