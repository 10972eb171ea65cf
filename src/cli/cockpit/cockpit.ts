import type { Command } from 'commander';
import type { DrillResult } from '../../domain/drills/drill-record.ts';
import { createContext } from '../command/context.ts';
import type { GlobalOptions } from '../command/global-options.ts';
import type { Output } from '../command/output.ts';
import { unknownCommand } from '../command/unknown-command.ts';
import type { ProgramParts } from '../opening/command-invocation.ts';

/** True if the process has a terminal for a screen. */
export const hasScreenTerminal = ({ host }: Pick<ProgramParts, 'host'>): boolean =>
  host === undefined ? process.stdout.isTTY && process.stdin.isTTY : host.streams.stdout.isTTY;

/**
 * Opens the cockpit (no sub-command), and prints the score card of its drill at the end. Throws a UsageError for an unknown
 * command, or without a terminal.
 */
export const cockpit = async (
  program: Command,
  options: GlobalOptions,
  parts: ProgramParts,
  output: Pick<Output, 'error' | 'lines'>,
): Promise<number> => {
  const [word] = program.args;
  if (word !== undefined) throw unknownCommand(word, program);
  if (!hasScreenTerminal(parts)) {
    const { reportNoTerminal } = await import('./no-terminal.ts');
    throw await reportNoTerminal(createContext(options, parts.host?.platform, output.error));
  }
  let drill: DrillResult | undefined;
  const code = await parts.openCockpit(options, (result) => {
    drill = result;
  });
  if (drill !== undefined) {
    const { scoreLines } = await import('../opening/score-lines.ts');
    output.lines(scoreLines(drill));
  }
  return code;
};
