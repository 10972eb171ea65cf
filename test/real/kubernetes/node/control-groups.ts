import { mkdir, readdir, readFile, rmdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** A control group of one name in every hierarchy: the only part of a node outside its working directory. */
export interface ControlGroups {
  /** Path relative to the root of each hierarchy, as the kubelet expects it. */
  readonly path: string;
  /** Removes the groups when their processes have exited. */
  remove(): Promise<void>;
}

const tries = 50;
const betweenMs = 100;

/** Mount points of the hierarchies: one of version 2, or several of version 1. Source: proc_pid_mountinfo(5). */
const hierarchies = async (): Promise<readonly string[]> => {
  const lines = (await readFile('/proc/self/mountinfo', 'utf8')).split('\n');
  return lines.flatMap((line) => {
    const [mount = '', system = ''] = line.split(' - ');
    const at = mount.split(' ')[4];
    return at !== undefined && system.startsWith('cgroup') ? [at] : [];
  });
};

export const makeControlGroups = async (name: string): Promise<ControlGroups> => {
  const dirs = (await hierarchies()).map((paths) => join(paths, name));
  for (const dir of dirs) await mkdir(dir);
  return {
    path: `/${name}`,
    remove: async () => {
      for (const dir of dirs) await removeTree(dir);
    },
  };
};

/** Removes a control group and its children. Only directories can be removed; one with processes is busy for a moment. */
const removeTree = async (dir: string): Promise<void> => {
  for (let left = tries; left > 0; left -= 1) {
    const below = await readdir(dir, { withFileTypes: true }).catch(() => []);
    for (const entry of below) if (entry.isDirectory()) await removeTree(join(dir, entry.name));
    const isRemoved = await rmdir(dir).then(
      () => true,
      (error: NodeJS.ErrnoException) => error.code === 'ENOENT',
    );
    if (isRemoved) return;
    await sleep(betweenMs);
  }
};
