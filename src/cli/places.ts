import { homedir } from 'node:os';
import { join } from 'node:path';
import type { GlobalOptions } from './global-options.ts';

/** Where profiles are looked for, and why they are trusted there: named by the user, the user's own, shipped, or by what is in them. */
export interface ProfilePlace {
  readonly dir: string;
  readonly trust: 'given' | 'own' | 'shipped' | 'by-content';
}

export type ProcessEnv = Readonly<Record<string, string | undefined>>;

/** A directory of the XDG base directory specification: absolute paths only, else its default below the home. */
const xdg = (env: ProcessEnv, name: string, fallback: string): string => {
  const given = env[name] ?? '';
  return join(given.startsWith('/') ? given : join(homedir(), fallback), 'opsdeck');
};

/** Where the user's settings and profiles are. */
export const configDirOf = (env: ProcessEnv): string => xdg(env, 'XDG_CONFIG_HOME', '.config');

/** Where the ledger and the log are: `--state-dir`, else the user's state directory. */
export const stateDirOf = (options: GlobalOptions, env: ProcessEnv): string =>
  options.stateDir ?? xdg(env, 'XDG_STATE_HOME', '.local/state');
