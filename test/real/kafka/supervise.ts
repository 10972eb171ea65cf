import { access, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Launched } from '../machine/launch.ts';

const pollMs = 200;

/** Path of the file that keeps a broker stopped while it exists; a suite in another process creates and removes it. */
export const downFile = (dir: string): string => join(dir, 'down');
/** Path of the file with the process id of a running broker. */
export const pidFile = (dir: string): string => join(dir, 'pid');

const isDown = (dir: string): Promise<boolean> =>
  access(downFile(dir)).then(
    () => true,
    () => false,
  );

const isAlive = (pid: number): boolean => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

/** Restarts a broker whenever it exits, unless its `downFile` exists. */
export const supervise = async (
  dir: string,
  first: Launched,
  start: () => Promise<Launched>,
): Promise<{ readonly end: () => Promise<void> }> => {
  let running = first;
  let isEnding = false;
  await writeFile(pidFile(dir), String(first.pid));
  const watch = async (): Promise<void> => {
    while (!isEnding) {
      if (!isAlive(running.pid)) {
        await rm(pidFile(dir), { force: true });
        if (!(await isDown(dir))) {
          running = await start();
          await writeFile(pidFile(dir), String(running.pid));
        }
      }
      await sleep(pollMs);
    }
  };
  // If a restart fails, the suite that waits for the broker reports it.
  const watched = watch().catch(() => undefined);
  return {
    end: async () => {
      isEnding = true;
      await running.end();
      await watched;
      if (isAlive(running.pid)) await running.end();
    },
  };
};
