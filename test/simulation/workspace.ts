import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { openSimulation, type Simulation, type SimulationOptions } from './simulation.ts';

/** A simulation with its own working directory for profiles and files. Only one may be open at a time. */
export interface Workspace extends Simulation {
  /** Writes a file at a path relative to the working directory. */
  put(path: string, content: string | Uint8Array): Promise<void>;
  /** The absolute path of a file in the working directory. */
  path(name: string): string;
}

/** Marks the profiles of a workspace as trusted. */
const ownProfiles = { OPSDECK_PROFILES: 'profiles' };

/** Opens a simulation in an empty working directory. Its ./profiles are trusted, unless `env` overrides this. */
export const openWorkspace = (options: SimulationOptions = {}): Workspace => {
  const simulation = openSimulation({ env: ownProfiles, ...options });
  const { home } = simulation;
  const before = process.cwd();
  process.chdir(home);
  return {
    ...simulation,
    put: async (path, content) => {
      await mkdir(dirname(join(home, path)), { recursive: true });
      await writeFile(join(home, path), content);
    },
    path: (name) => join(home, name),
    [Symbol.asyncDispose]: async () => {
      process.chdir(before);
      await simulation[Symbol.asyncDispose]();
    },
  };
};
