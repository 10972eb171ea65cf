import type { Command } from 'commander';
import { nearestWord } from '../profile/did-you-mean.ts';
import { UsageError } from './exit-code.ts';
import type { GlobalOptions } from './global-options.ts';
import type { ProgramParts } from './program.ts';

/** Without a sub-command: the cockpit, when there is a terminal to draw it on. */
export const cockpit = async (
  program: Command,
  options: GlobalOptions,
  parts: ProgramParts,
): Promise<number> => {
  const [word] = program.args;
  if (word !== undefined) {
    const names = program.commands.map((command) => command.name());
    const meant = nearestWord(word, names);
    const hint = meant === undefined ? `there is: ${names.join(', ')}` : `did you mean "${meant}"?`;
    throw new UsageError(`there is no command ${word}; ${hint}`);
  }
  if (!process.stdin.isTTY || !process.stdout.isTTY) {
    const { sayWithoutTerminal } = await import('./without-terminal.ts');
    throw await sayWithoutTerminal(options);
  }
  return parts.openCockpit(options);
};
