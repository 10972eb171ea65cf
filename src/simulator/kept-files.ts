import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Millis } from '../domain/fault.ts';
import { checkProgram } from './check-script.ts';
import { putWorldFiles, updateWorldFiles, worldFileNames } from './files.ts';
import { makeOwnDir } from './own-dir.ts';
import type { FindProgram } from './programs.ts';
import type { View } from './servers/sight.ts';

const everyMs: Millis = 2000;

/** The files of a running world, in a folder of its own. */
export interface KeptFiles {
  /** `world.files`, `world.check-script`, `world.docker-program`, `world.manifests`, `world.backups` and `world.known-issues` of an environment; from now on they are kept up to date. */
  varsOf(env: string): Readonly<Record<string, string>>;
  /** The check beside the files, without a process. */
  readonly program: FindProgram;
  /** Takes the folder away. */
  close(): Promise<void>;
}

/** Makes a temporary folder, and writes an environment's files there once somebody has asked where they are. */
export const keepWorldFiles = async (viewOf: (env: string) => View): Promise<KeptFiles> => {
  const root = await makeOwnDir('world');
  const stops = new Map<string, () => void>();
  const updates = new Map<string, Promise<void>>();
  /** One at a time: on a busy disk the next one is left out. */
  const update = (view: View, dir: string): void => {
    if (updates.has(dir)) return;
    const done = (): void => void updates.delete(dir);
    updates.set(dir, updateWorldFiles(view, dir).then(done, done));
  };
  return {
    varsOf: (env) => {
      const dir = join(root, env);
      if (!stops.has(env)) {
        const view = viewOf(env);
        putWorldFiles(view, dir);
        stops.set(
          env,
          view.clock.every(everyMs, () => update(view, dir)),
        );
      }
      return {
        'world.files': dir,
        'world.check-script': join(dir, worldFileNames.check),
        'world.docker-program': join(dir, worldFileNames.docker),
        'world.manifests': join(dir, worldFileNames.manifests),
        'world.backups': join(dir, worldFileNames.backups),
        'world.known-issues': join(dir, 'known-issues.csv'),
      };
    },
    program: (call) => {
      for (const env of stops.keys()) {
        const dir = join(root, env);
        const found = checkProgram(join(dir, worldFileNames.check), dir)(call);
        if (found !== undefined) return found;
      }
      return undefined;
    },
    close: async () => {
      for (const stop of stops.values()) stop();
      await Promise.all(updates.values());
      await rm(root, { recursive: true, force: true });
    },
  };
};
