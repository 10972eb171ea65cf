import { lstat, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Which kinds have been cleaned up after, by this process. */
const swept = new Set<string>();

const isGone = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return false;
  } catch (error) {
    // EPERM: it runs, as somebody else.
    return error instanceof Error && 'code' in error && error.code === 'ESRCH';
  }
};

/** Takes away what a process has left that was killed, and only what is this user's own. */
const sweep = async (kind: string, root: string): Promise<void> => {
  const left = new RegExp(`^opsdeck-${kind}-(\\d+)-`);
  for (const name of await readdir(root)) {
    const pid = Number(left.exec(name)?.[1] ?? Number.NaN);
    if (Number.isNaN(pid) || !isGone(pid)) continue;
    const path = join(root, name);
    const found = await lstat(path).catch(() => undefined);
    if (found?.isDirectory() === true && found.uid === process.getuid?.())
      await rm(path, { recursive: true, force: true }).catch(() => {});
  }
};

/**
 * A temporary folder of this process, which whoever asked for it takes away: 'opsdeck-kube-4711-x7Qz2c'. Before the first of
 * its kind, those of processes that have ended without doing so are taken away.
 */
export const makeOwnDir = async (kind: string, root = tmpdir()): Promise<string> => {
  if (!swept.has(`${kind} ${root}`)) {
    swept.add(`${kind} ${root}`);
    await sweep(kind, root);
  }
  return mkdtemp(join(root, `opsdeck-${kind}-${process.pid}-`));
};
