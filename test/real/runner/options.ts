import { homedir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { Tier } from '../servers/server.ts';
import { recorders } from './recorders.ts';

/** Rounds of faults per server. */
export interface ChaosOptions {
  readonly rounds: string;
  readonly seed: string;
}

export interface Options {
  readonly tier: Tier;
  readonly provision: boolean;
  /** True: servers are only provisioned, and none is started. */
  readonly installOnly: boolean;
  /** True: the recorders run in place of the suites and overwrite test/recordings. */
  readonly record: boolean;
  /** Only rounds of faults, instead of all suites. */
  readonly chaos: ChaosOptions | undefined;
  /** Servers by name; empty: all of the tier. */
  readonly only: readonly string[];
  readonly cache: string;
}

export const usage =
  'usage: npm run test:real -- [--tier fast|all] [--provision [--install-only]] [--record | --chaos ROUNDS [--seed N]] [--only NAME]…\nNAME is one of ';

/** Parses the command line; returns options or an error. */
export const optionsOf = (args: readonly string[], names: readonly string[]): Options | string => {
  const known = parsed(args);
  if (typeof known === 'string') return known;
  const {
    provision = false,
    'install-only': installOnly = false,
    record = false,
    only = [],
    chaos,
    seed = '1',
  } = known;
  const { tier = record ? 'all' : 'fast' } = known;
  if (tier !== 'fast' && tier !== 'all') return `unknown tier "${tier}"`;
  for (const [name, text] of Object.entries({ chaos: chaos ?? '1', seed }))
    if (!/^[1-9]\d{0,8}$/.test(text)) return `--${name} takes a whole number from 1 on, not "${text}"`;
  if (installOnly && !provision) return '--install-only needs --provision';
  if (installOnly && (record || chaos !== undefined))
    return '--install-only starts no server: use it without --record and --chaos';
  const unknown = only.find((name) => !names.includes(name));
  if (unknown !== undefined) return `unknown server "${unknown}"`;
  const unrecorded = only.find((name) => record && !Object.hasOwn(recorders, name));
  if (unrecorded !== undefined)
    return `no recordings of ${unrecorded}; --record knows ${Object.keys(recorders).join(', ')}`;
  const base = process.env.XDG_CACHE_HOME || join(homedir(), '.cache');
  const rounds = chaos === undefined ? undefined : { rounds: chaos, seed };
  return { tier, provision, installOnly, record, chaos: rounds, only, cache: join(base, 'opsdeck-real') };
};

const parsed = (args: readonly string[]) => {
  try {
    return parseArgs({
      args: [...args],
      options: {
        tier: { type: 'string' },
        provision: { type: 'boolean' },
        'install-only': { type: 'boolean' },
        record: { type: 'boolean' },
        chaos: { type: 'string' },
        seed: { type: 'string' },
        only: { type: 'string', multiple: true },
      },
    }).values;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
};
