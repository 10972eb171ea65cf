import { chmod, chown, mkdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { find } from '../machine/command.ts';
import type { Launched } from '../machine/launch.ts';

export const programs = '/usr/lib/postgresql/15/bin';

/** Returns the command that runs a program of PostgreSQL as a permitted user. */
export type Run = (program: string, args: readonly string[]) => readonly [string, readonly string[]];

interface User {
  readonly uid: number;
  readonly gid: number;
}

/** Creates a data directory, and the command for programs on it, because PostgreSQL does not run as root. */
export const createDataDir = async (dir: string): Promise<{ readonly data: string; readonly run: Run }> => {
  const owner = await serviceUser();
  const data = join(dir, 'data');
  await mkdir(data, { mode: 0o700 });
  if (owner === undefined) return { data, run: (program, args) => [join(programs, program), args] };
  await chown(data, owner.uid, owner.gid);
  // The server's user needs search permission for the runner's directories.
  for (const above of [dir, dirname(dir)]) await chmod(above, 0o711);
  const as = [`--reuid=${owner.uid}`, `--regid=${owner.gid}`, '--clear-groups'];
  return { data, run: (program, args) => ['setpriv', [...as, join(programs, program), ...args]] };
};

/** The user of the Debian package; undefined if this process is not root and can run the server itself. */
const serviceUser = async (): Promise<User | undefined> => {
  if (process.getuid?.() !== 0) return undefined;
  if ((await find('setpriv')) === undefined)
    throw new Error('PostgreSQL does not run as root, and setpriv is not installed');
  const line = (await readFile('/etc/passwd', 'utf8'))
    .split('\n')
    .find((candidate) => candidate.startsWith('postgres:'));
  const [, , uid, gid] = line?.split(':') ?? [];
  if (uid === undefined || gid === undefined) throw new Error('user postgres does not exist');
  return { uid: Number(uid), gid: Number(gid) };
};

/** Stops a server with SIGINT, which rolls back sessions. SIGTERM would wait for all of them to log out. */
export const stopFast = async ({ pid, end }: Launched): Promise<void> => {
  try {
    process.kill(pid, 'SIGINT');
  } catch {
    // It has already exited.
  }
  await end();
};
