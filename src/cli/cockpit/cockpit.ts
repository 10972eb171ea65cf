import type { Command } from 'commander';
import type { DrillResult } from '../../domain/drills/drill-record.ts';
import type { CommandContext } from '../command/context.ts';
import type { GlobalOptions } from '../command/global-options.ts';
import type { Output } from '../command/output.ts';
import { unknownCommand } from '../command/unknown-command.ts';
import type { ProgramParts } from '../opening/command-invocation.ts';

/** True if the process has a terminal for a screen. */
export const hasScreenTerminal = ({ host }: Pick<ProgramParts, 'host'>): boolean =>
  host === undefined ? process.stdout.isTTY && process.stdin.isTTY : host.streams.stdout.isTTY;

/** Throws the usage error of a word that is no command. */
export const refuseWords = (program: Command): void => {
  const [word] = program.args;
  if (word !== undefined) throw unknownCommand(word, program);
};

/**
 * Opens the cockpit, and prints the score card of its drill at the end. Rejects with a UsageError without a terminal.
 * `context`: that of the options, to name what could be read without a terminal.
 */
export const cockpit = async (
  options: GlobalOptions,
  parts: ProgramParts,
  output: Pick<Output, 'lines'>,
  context: CommandContext,
): Promise<number> => {
  if (!hasScreenTerminal(parts)) {
    const { reportNoTerminal } = await import('./no-terminal.ts');
    throw await reportNoTerminal(context);
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
