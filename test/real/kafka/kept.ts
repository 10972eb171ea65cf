import { access, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Launched } from '../machine/launch.ts';

const lookEveryMs = 200;

/** The file that keeps a broker down: a suite, which is another process, makes and removes it. */
export const downFile = (dir: string): string => join(dir, 'down');
/** The file with the process id of a broker that runs. */
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

/** Starts a broker again whenever it has ended, unless its file says that it stays down. */
export const keepUp = async (
  dir: string,
  first: Launched,
  start: () => Promise<Launched>,
): Promise<{ readonly end: () => Promise<void> }> => {
  let running = first;
  let over = false;
  await writeFile(pidFile(dir), String(first.pid));
  const watch = async (): Promise<void> => {
    while (!over) {
      if (!isAlive(running.pid)) {
        await rm(pidFile(dir), { force: true });
        if (!(await isDown(dir))) {
          running = await start();
          await writeFile(pidFile(dir), String(running.pid));
        }
      }
      await sleep(lookEveryMs);
    }
  };
  // A broker that cannot be started again is told by the suite that waits for it.
  const watched = watch().catch(() => undefined);
  return {
    end: async () => {
      over = true;
      await running.end();
      await watched;
      if (isAlive(running.pid)) await running.end();
    },
  };
};
