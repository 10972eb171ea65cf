import { homedir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { Tier } from '../servers/server.ts';

export interface Options {
  readonly tier: Tier;
  readonly provision: boolean;
  /** Servers by name; empty: all of the tier. */
  readonly only: readonly string[];
  readonly cache: string;
}

export const usage =
  'usage: npm run test:real -- --tier fast|all [--provision] [--only NAME]…\nNAME is one of ';

/** What the command line asks for, or what is wrong with it. */
export const optionsOf = (args: readonly string[], names: readonly string[]): Options | string => {
  const known = parsed(args);
  if (typeof known === 'string') return known;
  const { tier = 'fast', provision = false, only = [] } = known;
  if (tier !== 'fast' && tier !== 'all') return `there is no tier "${tier}"`;
  const stranger = only.find((name) => !names.includes(name));
  if (stranger !== undefined) return `there is no server "${stranger}"`;
  const base = process.env.XDG_CACHE_HOME || join(homedir(), '.cache');
  return { tier, provision, only, cache: join(base, 'opsdeck-real') };
};

const parsed = (args: readonly string[]) => {
  try {
    return parseArgs({
      args: [...args],
      options: {
        tier: { type: 'string' },
        provision: { type: 'boolean' },
        only: { type: 'string', multiple: true },
      },
    }).values;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
};
