import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import type { Millis } from '../domain/fault.ts';
import { type SystemClock, systemClock } from '../io/clock.ts';
import { type Files, realFiles } from '../io/files.ts';
import { type Masker, masker } from '../io/secrets.ts';
import { sourceModules } from '../sources/registry.ts';
import type { SourceModule } from '../sources/source.ts';
import type { GlobalOptions } from './global-options.ts';
import { packageRoot } from './package-root.ts';

type ProcessEnv = Readonly<Record<string, string | undefined>>;

/** What every command is built from: the global options, turned into places and parts. */
export interface Context {
  readonly options: GlobalOptions;
  /** Where profiles are looked for, nearest first. */
  readonly dirs: readonly string[];
  readonly stateDir: string;
  /** The user's own settings; may be absent. */
  readonly settingsFile: string;
  readonly files: Files;
  readonly masker: Masker;
  readonly clock: SystemClock;
  readonly modules: readonly SourceModule[];
  readonly processEnv: ProcessEnv;
  /** When this process began, on `clock`. */
  readonly startedAt: Millis;
}

/** A directory of the XDG base directory specification: absolute paths only, else its default below the home. */
const xdg = (env: ProcessEnv, name: string, fallback: string): string => {
  const given = env[name] ?? '';
  return join(given.startsWith('/') ? given : join(homedir(), fallback), 'opsdeck');
};

const placeOnce = (dirs: readonly string[]): readonly string[] =>
  dirs.filter((dir, index) => dirs.findIndex((other) => resolve(other) === resolve(dir)) === index);

/** `--profiles`, else every place that profiles may be in, nearest first. */
const profileDirs = (options: GlobalOptions, env: ProcessEnv): readonly string[] => {
  if (options.profiles !== undefined) return [options.profiles];
  const listed = (env.OPSDECK_PROFILES ?? '').split(':').filter((dir) => dir !== '');
  const own = join(xdg(env, 'XDG_CONFIG_HOME', '.config'), 'profiles');
  return placeOnce([...listed, 'profiles', own, join(packageRoot, 'profiles')]);
};

/** The composition's leaves for this process; contacts and reads nothing. */
export const createContext = (options: GlobalOptions, env: ProcessEnv = process.env): Context => {
  const clock = systemClock();
  return {
    options,
    dirs: profileDirs(options, env),
    stateDir: options.stateDir ?? xdg(env, 'XDG_STATE_HOME', '.local/state'),
    settingsFile: join(xdg(env, 'XDG_CONFIG_HOME', '.config'), 'config.yaml'),
    files: realFiles,
    masker,
    clock,
    modules: sourceModules,
    processEnv: env,
    startedAt: clock.now() - Math.round(process.uptime() * 1000),
  };
};
