import type { Command } from 'commander';

/** One example of a help page: the command line, and what it does. */
type HelpExample = readonly [commandLine: string, purpose: string];

/** Appends the examples section, aligned, below the options of a command. */
export const addExamples = (command: Command, examples: readonly HelpExample[]): Command => {
  const width = Math.max(...examples.map(([line]) => line.length));
  const isWide = width > 60;
  const lines = examples.map(([line, purpose]) =>
    isWide ? `  # ${purpose}\n  ${line}` : `  ${line.padEnd(width)}  # ${purpose}`,
  );
  return command.addHelpText('after', `\nExamples:\n${lines.join('\n')}`);
};

/** Ends every usage error with the page that explains the command. */
export const pointToHelp = (command: Command): Command =>
  command.showHelpAfterError(
    `See '${['opsdeck', command.name()].filter((name, index, all) => all.indexOf(name) === index).join(' ')} --help'.`,
  );
