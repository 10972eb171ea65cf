import { searchProfilesUnambiguous } from '../choose-profile.ts';
import type { CommandContext } from '../context.ts';
import { UsageError } from '../exit-code.ts';

/** The cockpit was asked for where there is no terminal: which environments there are, and what works without one. */
export const reportNoTerminal = async (context: CommandContext): Promise<UsageError> => {
  const profiles = await searchProfilesUnambiguous(context);
  const chosen = profiles.choose(context.options.env);
  if (chosen.is !== 'one') return new UsageError(...chosen.message.split('\n'));
  const name = `${chosen.entry.system}/${chosen.entry.env}`;
  return new UsageError(
    `the cockpit needs a terminal, and this is none; without one: opsdeck check --env ${name}`,
  );
};
