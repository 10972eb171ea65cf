import type { CommandContext } from '../command/context.ts';
import { UsageError } from '../command/exit-code.ts';
import { hereName, isHere } from '../discovery/here.ts';
import { searchProfilesUnambiguous } from '../opening/choose-profile.ts';

/** Returns the error of a cockpit without a terminal: the matching environments, and the command to use instead. */
export const reportNoTerminal = async (context: CommandContext): Promise<UsageError> => {
  const profiles = await searchProfilesUnambiguous(context);
  const chosen = profiles.choose(context.options.env);
  if (chosen.is !== 'one') return new UsageError(...chosen.message.split('\n'));
  const name = isHere(chosen.entry) ? hereName : `${chosen.entry.system}/${chosen.entry.env}`;
  return new UsageError(
    `cannot open the cockpit: stdin or stdout is not a terminal. Use opsdeck check --env ${name} instead.`,
  );
};
