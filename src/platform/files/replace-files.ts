import { randomUUID } from 'node:crypto';
import { type FileHandle, open, readFile, realpath, rename, rm, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { errnoOf } from '../runtime/errno.ts';
import { WireError } from '../runtime/wire-error.ts';
import { writeFailureText } from './save-file.ts';

/** A file to replace. */
interface Replacement {
  /** The real path: a symbolic link would be replaced by a file. */
  readonly path: string;
  /** Its text when it was read. The file is not touched when it differs by now. */
  readonly before: string;
  readonly after: string;
}

/** A replaced file, and the copy of its old content. */
interface ReplacedFile {
  readonly path: string;
  readonly backup: string;
}

/** The path of a file without symbolic links; the path itself when it does not exist. */
export const realPathOf = (path: string): Promise<string> => realpath(path).catch(() => path);

const backupsAtMost = 100;

const isTaken = (error: unknown): boolean => errnoOf(error) === 'EEXIST';

/** Writes a file that does not exist yet, with the mode and the owner of another one. */
const writeLike = async (
  file: FileHandle,
  bytes: Buffer,
  { mode, uid, gid }: { readonly mode: number; readonly uid: number; readonly gid: number },
): Promise<void> => {
  await file.writeFile(bytes);
  const own = await file.stat();
  if (own.uid !== uid || own.gid !== gid) await file.chown(uid, gid);
  // After the change of the owner, which clears bits of the mode, and past the umask.
  await file.chmod(mode & 0o7777);
  await file.sync();
};

/** Opens `FILE.bak`, or `FILE.bak2`, `FILE.bak3` … when older backups exist. */
const openBackup = async (path: string): Promise<{ readonly file: FileHandle; readonly backup: string }> => {
  for (let nth = 1; ; nth++) {
    const backup = `${path}.bak${nth === 1 ? '' : nth}`;
    try {
      return { file: await open(backup, 'wx', 0o600), backup };
    } catch (error) {
      if (!isTaken(error) || nth >= backupsAtMost) throw error;
    }
  }
};

const syncDir = async (path: string): Promise<void> => {
  await using dir = await open(dirname(path), 'r');
  await dir.sync();
};

interface Prepared extends ReplacedFile {
  readonly draft: string;
}

/** Writes the new content and the backup of one file beside it. `made` receives every path at once, for the cleanup. */
const prepare = async ({ path, before, after }: Replacement, made: string[]): Promise<Prepared> => {
  const bytes = await readFile(path);
  if (!bytes.equals(Buffer.from(before)))
    throw new WireError(
      'denied',
      `${path} has changed since opsdeck read the file, or is not UTF-8. Run the command again`,
    );
  const stats = await stat(path);
  const draft = `${path}.${randomUUID()}.tmp`;
  await using drafted = await open(draft, 'wx', 0o600);
  made.push(draft);
  await writeLike(drafted, Buffer.from(after), stats);
  const { file, backup } = await openBackup(path);
  made.push(backup);
  await using kept = file;
  await writeLike(kept, bytes, stats);
  return { path, backup, draft };
};

/**
 * Replaces files: all of them, or none. Each keeps its mode and owner, and its old content is kept beside it as `FILE.bak`.
 * Every file is written completely under another name before the first one is replaced; when a rename fails, those before
 * it are put back. Throws WireError.
 */
export const replaceFilesTogether = async (
  files: readonly Replacement[],
): Promise<readonly ReplacedFile[]> => {
  const made: string[] = [];
  const done: Prepared[] = [];
  let current = '';
  try {
    const prepared: Prepared[] = [];
    for (const file of files) {
      current = file.path;
      prepared.push(await prepare(file, made));
    }
    for (const currentPrepared of prepared) {
      current = currentPrepared.path;
      await rename(currentPrepared.draft, currentPrepared.path);
      done.push(currentPrepared);
    }
    for (const { path } of prepared) await syncDir(path);
    return prepared.map(({ path, backup }) => ({ path, backup }));
  } catch (error) {
    // A backup that cannot be put back is all that is left of the old content.
    const kept = new Set<string>();
    for (const { path, backup } of done) await rename(backup, path).catch(() => kept.add(backup));
    for (const path of made) if (!kept.has(path)) await rm(path, { force: true }).catch(() => {});
    if (error instanceof WireError) throw error;
    throw new WireError('denied', `${current}: ${writeFailureText(error)}`);
  }
};
