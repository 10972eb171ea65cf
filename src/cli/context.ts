import { join, resolve } from 'node:path';
import type { Millis } from '../domain/fault.ts';
import { type SystemClock, systemClock } from '../io/clock.ts';
import { type Files, realFiles } from '../io/files.ts';
import { type Masker, masker } from '../io/secrets.ts';
import { sourceModules } from '../sources/registry.ts';
import type { SourceModule } from '../sources/source.ts';
import type { GlobalOptions } from './global-options.ts';
import { packageRoot } from './package-root.ts';
import { configDirOf, type ProcessEnv, stateDirOf } from './places.ts';

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

const placeOnce = (dirs: readonly string[]): readonly string[] =>
  dirs.filter((dir, index) => dirs.findIndex((other) => resolve(other) === resolve(dir)) === index);

/** `--profiles`, else every place that profiles may be in, nearest first. */
const profileDirs = (options: GlobalOptions, env: ProcessEnv): readonly string[] => {
  if (options.profiles !== undefined) return [options.profiles];
  const listed = (env.OPSDECK_PROFILES ?? '').split(':').filter((dir) => dir !== '');
  const own = join(configDirOf(env), 'profiles');
  return placeOnce([...listed, 'profiles', own, join(packageRoot, 'profiles')]);
};

/** The composition's leaves for this process; contacts and reads nothing. */
export const createContext = (
  options: GlobalOptions,
  clock: SystemClock = systemClock(),
  env: ProcessEnv = process.env,
): Context => {
  return {
    options,
    dirs: profileDirs(options, env),
    stateDir: stateDirOf(options, env),
    settingsFile: join(configDirOf(env), 'config.yaml'),
    files: realFiles,
    masker,
    clock,
    modules: sourceModules,
    processEnv: env,
    startedAt: clock.now() - Math.round(process.uptime() * 1000),
  };
};
