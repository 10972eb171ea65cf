import { homedir } from 'node:os';
import { join } from 'node:path';
import type { DesktopProtocol } from '../../domain/profile/notification.ts';
import type { GlobalOptions } from './global-options.ts';

/**
 * Returns a warning when NODE_TLS_REJECT_UNAUTHORIZED disables certificate checks. Node applies it to every TLS
 * connection of the process, whatever a profile configures.
 */
export const insecureEnvironmentWarning = (env: ProcessEnv): string | undefined =>
  env.NODE_TLS_REJECT_UNAUTHORIZED === '0'
    ? 'NODE_TLS_REJECT_UNAUTHORIZED=0: TLS certificates are not verified, so any host can impersonate a server. Unset it and set the CA in tls: { ca }.'
    : undefined;

/** The light backgrounds among 16 colors: white, and the bright colors except bright black. */
const lightGrounds = /^(7|9|1[0-5])$/;

/**
 * Returns whether COLORFGBG ('0;15', '0;default;15') reports a light background, as rxvt, Konsole and iTerm2 set it. Used
 * until the terminal answers the question for its background, and if it does not.
 */
export const hasLightGround = ({ COLORFGBG = '' }: ProcessEnv): boolean =>
  lightGrounds.test(COLORFGBG.split(';').at(-1) ?? '');

/** Returns whether a query is safe: a terminal that does not know it ignores it. The consoles of Linux and BSD may print it. */
export const answersQueries = ({ TERM = '' }: ProcessEnv): boolean =>
  !/^(?:|dumb|unknown|linux|cons25|vt\d+)$/.test(TERM);

/**
 * Returns the protocol by which the terminal shows desktop notifications, if its environment says that it does: OSC 9 in
 * iTerm2, WezTerm, Ghostty, kitty and Windows Terminal, OSC 777 in foot and urxvt. tmux and screen do not forward them.
 */
export const desktopProtocolOf = (env: ProcessEnv): DesktopProtocol | undefined => {
  const { TERM = '', TERM_PROGRAM = '', WT_SESSION = '', TMUX = '', STY = '' } = env;
  if (TMUX !== '' || STY !== '' || /^(?:tmux|screen)/.test(TERM)) return undefined;
  if (/^(?:iTerm\.app|WezTerm|ghostty)$/.test(TERM_PROGRAM) || WT_SESSION !== '') return 'osc9';
  if (/^(?:xterm-kitty|xterm-ghostty|wezterm)$/.test(TERM)) return 'osc9';
  return /^(?:foot|rxvt)/.test(TERM) ? 'osc777' : undefined;
};

/** A directory of the search path, and why it is trusted: named by the user, the user's own, shipped, or by its content. */
export interface ProfilePlace {
  readonly dir: string;
  readonly trust: 'given' | 'own' | 'shipped' | 'by-content';
}

export type ProcessEnv = Readonly<Record<string, string | undefined>>;

/** Returns an XDG base directory. Relative values are ignored, as the specification demands. */
const xdg = (env: ProcessEnv, name: string, fallback: string): string => {
  const value = env[name] ?? '';
  return join(value.startsWith('/') ? value : join(homedir(), fallback), 'opsdeck');
};

/** Returns the directory of the user's settings and profiles. */
export const configDirOf = (env: ProcessEnv): string => xdg(env, 'XDG_CONFIG_HOME', '.config');

/** Returns the state directory: `--state-dir`, or else the XDG default. */
export const stateDirOf = (options: Pick<GlobalOptions, 'stateDir'>, env: ProcessEnv): string =>
  options.stateDir ?? xdg(env, 'XDG_STATE_HOME', '.local/state');
