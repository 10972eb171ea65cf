import { defined } from '../../domain/base/defined.ts';
import { cockpit } from '../cockpit/cockpit.ts';
import { createContext } from '../command/context.ts';
import { shippedProfiles } from '../command/package-root.ts';
import type { SubCommand } from '../opening/command-invocation.ts';

/** `opsdeck demo`: opens the cockpit with the shipped examples as the only profiles. */
export const openDemo: SubCommand<object> = async ({
  args: [named],
  global,
  cockpit: parts,
  output,
  context,
}) => {
  const env = named ?? global.env;
  const options = { ...global, profiles: shippedProfiles, ...defined({ env }) };
  return cockpit(options, parts, output, createContext(options, parts.host?.platform, context.warn));
};
