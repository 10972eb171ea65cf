import { Argument, type Command } from 'commander';
import { addExamples } from '../command/help.ts';

/** Declares `opsdeck completion` with its argument. */
export const declareCompletion = (command: Command): Command =>
  addExamples(
    command
      .summary('print a shell completion script')
      .description('Print a completion script for commands, options and environments.')
      .addArgument(new Argument('<shell>', 'shell').choices(['bash', 'zsh', 'fish', 'environments'])),
    [
      ['source <(opsdeck completion bash)', 'complete commands in this bash'],
      ['opsdeck completion fish | source', 'complete commands in this fish'],
    ],
  );
