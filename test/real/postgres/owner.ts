import { chmod, chown, mkdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { find } from '../machine/command.ts';
import type { Launched } from '../machine/launch.ts';

export const programs = '/usr/lib/postgresql/15/bin';

/** A program of PostgreSQL and its arguments, as the user that may run it. */
export type Run = (program: string, args: readonly string[]) => readonly [string, readonly string[]];

interface User {
  readonly uid: number;
  readonly gid: number;
}

/** A directory for a database cluster, and how programs are run on it: PostgreSQL refuses to be root. */
export const makeData = async (dir: string): Promise<{ readonly data: string; readonly run: Run }> => {
  const owner = await serviceUser();
  const data = join(dir, 'data');
  await mkdir(data, { mode: 0o700 });
  if (owner === undefined) return { data, run: (program, args) => [join(programs, program), args] };
  await chown(data, owner.uid, owner.gid);
  // The server's user has to pass through directories that are the runner's.
  for (const above of [dir, dirname(dir)]) await chmod(above, 0o711);
  const as = [`--reuid=${owner.uid}`, `--regid=${owner.gid}`, '--clear-groups'];
  return { data, run: (program, args) => ['setpriv', [...as, join(programs, program), ...args]] };
};

/** The user that the Debian package has made; undefined when we are not root, and may run the server ourselves. */
const serviceUser = async (): Promise<User | undefined> => {
  if (process.getuid?.() !== 0) return undefined;
  if ((await find('setpriv')) === undefined)
    throw new Error('PostgreSQL does not run as root, and there is no setpriv here');
  const line = (await readFile('/etc/passwd', 'utf8')).split('\n').find((one) => one.startsWith('postgres:'));
  const [, , uid, gid] = line?.split(':') ?? [];
  if (uid === undefined || gid === undefined) throw new Error('there is no user postgres here');
  return { uid: Number(uid), gid: Number(gid) };
};

/** SIGTERM would wait for every session to log out; SIGINT rolls them back and ends. */
export const endFast = async ({ pid, end }: Launched): Promise<void> => {
  try {
    process.kill(pid, 'SIGINT');
  } catch {
    // It has ended already.
  }
  await end();
};
