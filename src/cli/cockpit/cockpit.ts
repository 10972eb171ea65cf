import type { Command } from 'commander';
import { nearestWord } from '../../profile/complaints.ts';
import type { ProgramParts } from '../command-invocation.ts';
import { createContext } from '../context.ts';
import { UsageError } from '../exit-code.ts';
import type { GlobalOptions } from '../global-options.ts';

/** Opens the cockpit (no sub-command). Throws a UsageError for an unknown command, or without a terminal. */
export const cockpit = async (
  program: Command,
  options: GlobalOptions,
  parts: ProgramParts,
  warn: (line: string) => void,
): Promise<number> => {
  const [word] = program.args;
  if (word !== undefined) {
    const names = program.commands.map((command) => command.name());
    const meant = nearestWord(word, names);
    const hint = meant === undefined ? `commands: ${names.join(', ')}` : `did you mean "${meant}"?`;
    throw new UsageError(`unknown command "${word}"; ${hint}`);
  }
  const { host } = parts;
  const isTerminal =
    host === undefined ? process.stdin.isTTY && process.stdout.isTTY : host.streams.stdout.isTTY;
  if (!isTerminal) {
    const { reportNoTerminal } = await import('./no-terminal.ts');
    throw await reportNoTerminal(createContext(options, host?.platform, warn));
  }
  return parts.openCockpit(options);
};
