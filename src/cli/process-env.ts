import { homedir } from 'node:os';
import { join } from 'node:path';
import type { GlobalOptions } from './global-options.ts';

/**
 * What an environment variable takes away from the security of connections; undefined: nothing. Node honors it for every TLS
 * connection of the process, whatever a profile says of certificates.
 */
export const insecureEnvironmentWarning = (env: ProcessEnv): string | undefined =>
  env.NODE_TLS_REJECT_UNAUTHORIZED === '0'
    ? 'NODE_TLS_REJECT_UNAUTHORIZED=0: TLS certificates are not verified, so any host can pose as a server; unset it, and name the CA in tls: { ca }'
    : undefined;

/** White, and the seven bright colours but the bright black: the grounds of 16 that dark text is read on. */
const lightGrounds = /^(7|9|1[0-5])$/;

/**
 * Whether the terminal says that its ground is light: the last number of COLORFGBG ('0;15', '0;default;15'), as rxvt,
 * Konsole and iTerm2 set it. A terminal is not asked (OSC 11): an answer that comes after we have ended would be typed
 * at the shell's prompt.
 */
export const hasLightGround = ({ COLORFGBG = '' }: ProcessEnv): boolean =>
  lightGrounds.test(COLORFGBG.split(';').at(-1) ?? '');

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
