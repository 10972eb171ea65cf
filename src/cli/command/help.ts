import type { Command } from 'commander';

/** One example of a help page: the command line, and what it does. */
type HelpExample = readonly [commandLine: string, purpose: string];

/** Width of help text in cells, as commander wraps it. */
const helpWidth = 80;

/** Appends the examples section: purposes beside the command lines where they fit, else above them. */
export const addExamples = (command: Command, examples: readonly HelpExample[]): Command => {
  const width = Math.max(...examples.map(([line]) => line.length));
  const besides = examples.map(([line, purpose]) => `  ${line.padEnd(width)}  # ${purpose}`);
  const lines = besides.some(({ length }) => length > helpWidth)
    ? examples.map(([line, purpose]) => `  # ${purpose}\n  ${line}`)
    : besides;
  return command.addHelpText('after', `\nExamples:\n${lines.join('\n')}`);
};

/** Makes usage errors of a command refer to its help page. */
export const pointToHelp = (command: Command): Command => {
  const words = command.parent === null ? [command.name()] : [command.parent.name(), command.name()];
  return command.showHelpAfterError(`See '${words.join(' ')} --help'.`);
};
