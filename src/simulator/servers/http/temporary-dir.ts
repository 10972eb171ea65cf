import { lstat, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Kinds that this process has already cleaned up. */
const swept = new Set<string>();

const isGone = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return false;
  } catch (error) {
    // EPERM: the process runs under another user.
    return error instanceof Error && 'code' in error && error.code === 'ESRCH';
  }
};

/** Deletes folders left by killed processes of the same user. */
const sweep = async (kind: string, root: string): Promise<void> => {
  const left = new RegExp(`^opsdeck-${kind}-(\\d+)-`);
  // A user may be allowed to create folders there without listing them.
  for (const name of await readdir(root).catch(() => [])) {
    const pid = Number(left.exec(name)?.[1] ?? Number.NaN);
    if (Number.isNaN(pid) || !isGone(pid)) continue;
    const path = join(root, name);
    const stats = await lstat(path).catch(() => undefined);
    if (stats?.isDirectory() === true && stats.uid === process.getuid?.())
      await rm(path, { recursive: true, force: true }).catch(() => {});
  }
};

/**
 * Creates a temporary folder for this process, which the caller deletes: 'opsdeck-kube-4711-x7Qz2c'. Before the first of its
 * kind, deletes folders left by ended processes.
 */
export const makeOwnDir = async (kind: string, root = tmpdir()): Promise<string> => {
  if (!swept.has(`${kind} ${root}`)) {
    swept.add(`${kind} ${root}`);
    await sweep(kind, root);
  }
  return mkdtemp(join(root, `opsdeck-${kind}-${process.pid}-`));
};
