import { createHash } from 'node:crypto';
import { constants } from 'node:fs';
import { lstat, open, readdir, readlink, realpath } from 'node:fs/promises';
import { isAbsolute, join, relative, resolve, sep } from 'node:path';
import { type Files, isSkippedDir } from './local-files.ts';

/** A file that was read once: its checksum, and its bytes if it is small enough for a profile or a secret. */
export interface SnapshotEntry {
  /** `sha256:…` of a file, `link:…` of a symbolic link and its target's content, `absent`, or the read error. */
  readonly sum: string;
  readonly bytes?: Buffer;
  /** True if it is executable or begins with `#!`. */
  readonly isProgram?: boolean;
}

/**
 * Every file below a directory, read once, so that the hashed bytes are the parsed bytes. Paths are relative to the
 * directory.
 */
export type TreeSnapshot = ReadonlyMap<string, SnapshotEntry>;

/** Size limit of a profile, in bytes. Larger files are hashed, but their text is not kept. */
const maxKeptBytes = 4 * 1024 * 1024;
const maxTreeBytes = 128 * 1024 * 1024;
/** Most files and directories below a directory that can be trusted. */
export const maxTreeFiles = 4000;

/** Thrown for a directory with more content than profiles have. */
export class TreeTooLargeError extends Error {
  constructor(dir: string) {
    super(
      `${dir} contains more than ${maxTreeFiles} files or ${maxTreeBytes / 1024 / 1024} MiB, which is too large to trust`,
    );
    this.name = 'TreeTooLargeError';
  }
}

interface Budget {
  readonly dir: string;
  bytes: number;
  files: number;
}

const codeOf = (error: unknown): string =>
  error instanceof Error && 'code' in error ? String(error.code) : String(error);

const digest = (text: string): string => createHash('sha256').update(text).digest('hex');

/** Reads a regular file. O_NONBLOCK opens a FIFO in its place at once, and it is refused. */
const readRegular = async (path: string, budget: Budget, flags: number): Promise<SnapshotEntry> => {
  await using file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK | flags);
  const stats = await file.stat();
  if (!stats.isFile()) return { sum: 'no regular file' };
  const hash = createHash('sha256');
  const kept: Buffer[] = [];
  let size = 0;
  for (;;) {
    const { bytesRead, buffer } = await file.read(Buffer.alloc(65_536), 0, 65_536, null);
    if (bytesRead === 0) break;
    size += bytesRead;
    budget.bytes += bytesRead;
    if (budget.bytes > maxTreeBytes) throw new TreeTooLargeError(budget.dir);
    const chunk = buffer.subarray(0, bytesRead);
    hash.update(chunk);
    if (size <= maxKeptBytes) kept.push(chunk);
  }
  const sum = `sha256:${hash.digest('hex')}`;
  const isProgram = (stats.mode & 0o111) !== 0 || kept[0]?.subarray(0, 2).toString() === '#!';
  return size > maxKeptBytes ? { sum, isProgram } : { sum, isProgram, bytes: Buffer.concat(kept) };
};

/** Failures count as checksums, so a file that was unreadable when it was trusted has changed once it is readable. */
const orWhy = async (read: () => Promise<SnapshotEntry>): Promise<SnapshotEntry> => {
  try {
    return await read();
  } catch (error) {
    if (error instanceof TreeTooLargeError) throw error;
    const code = codeOf(error);
    return { sum: ['ENOENT', 'ENOTDIR'].includes(code) ? 'absent' : `unreadable: ${code}` };
  }
};

/** The checksum of a symbolic link covers its target path and the target's content. */
const readLink = async (path: string, budget: Budget): Promise<SnapshotEntry> => {
  const target = await readlink(path);
  const behind = await orWhy(() => readRegular(path, budget, 0));
  return { ...behind, sum: `link:${digest(`${target}\0${behind.sum}`)}` };
};

/** Reads one path as a snapshot entry: a symbolic link is not replaced by its target. */
export const readSnapshotEntry = (path: string): Promise<SnapshotEntry> =>
  orWhy(async () => {
    const budget = { dir: path, bytes: 0, files: 0 };
    const isLink = (await lstat(path)).isSymbolicLink();
    return isLink ? readLink(path, budget) : readRegular(path, budget, constants.O_NOFOLLOW ?? 0);
  });

const readBelow = async (
  dir: string,
  prefix: string,
  entries: Map<string, SnapshotEntry>,
  budget: Budget,
): Promise<void> => {
  const dirEntries = await readdir(join(dir, prefix), { withFileTypes: true });
  for (const entry of dirEntries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    if (isSkippedDir(entry.name)) continue;
    const path = prefix === '' ? entry.name : `${prefix}/${entry.name}`;
    const full = join(dir, path);
    budget.files += 1;
    if (budget.files > maxTreeFiles) throw new TreeTooLargeError(budget.dir);
    if (entry.isDirectory()) {
      await readBelow(dir, path, entries, budget).catch((error: unknown) => {
        if (error instanceof TreeTooLargeError) throw error;
        entries.set(`${path}/`, { sum: `unreadable: ${codeOf(error)}` });
      });
      continue;
    }
    const read = entry.isSymbolicLink()
      ? () => readLink(full, budget)
      : entry.isFile()
        ? () => readRegular(full, budget, constants.O_NOFOLLOW ?? 0)
        : async () => ({ sum: 'no regular file' });
    entries.set(path, await orWhy(read));
  }
};

/**
 * Reads everything below a directory except hidden names and node_modules. Throws TreeTooLargeError, or the error of
 * listing it.
 */
export const readTreeSnapshot = async (dir: string): Promise<TreeSnapshot> => {
  const entries = new Map<string, SnapshotEntry>();
  await readBelow(dir, '', entries, { dir, bytes: 0, files: 0 });
  return entries;
};

/** Reads one file outside a snapshot. Rejects with TreeTooLargeError for a file too large to hash. */
export const readCoveredFile = (path: string): Promise<SnapshotEntry> =>
  orWhy(() => readRegular(path, { dir: path, bytes: 0, files: 0 }, 0));

/** The directory with all symbolic links resolved; undefined if it does not exist or is not reachable. */
export const realDir = async (dir: string): Promise<string | undefined> =>
  realpath(dir).catch(() => undefined);

const textOf = (path: string, { sum, bytes }: SnapshotEntry): string | undefined => {
  if (bytes !== undefined) return bytes.toString('utf8');
  if (sum.startsWith('sha256:')) throw new Error(`is larger than ${maxKeptBytes / 1024 / 1024} MiB`);
  if (sum === 'absent' || sum.startsWith('link:')) return undefined;
  throw new Error(`${path}: ${sum}`);
};

/**
 * Serves files from a snapshot of `dir`. `outside`: files elsewhere that were read with it, by absolute path.
 * Everything else is read by `files`.
 */
export const snapshotFiles = (
  dir: string,
  tree: TreeSnapshot,
  outside: ReadonlyMap<string, SnapshotEntry>,
  files: Pick<Files, 'read'>,
): Files => {
  const root = resolve(dir);
  const below = (path: string): string | undefined => {
    const rel = relative(root, resolve(path));
    return rel === '..' || rel.startsWith(`..${sep}`) || isAbsolute(rel)
      ? undefined
      : rel.split(sep).join('/');
  };
  return {
    read: async (path) => {
      const other = outside.get(resolve(path));
      if (other !== undefined) return textOf(path, other);
      const rel = below(path);
      if (rel === undefined) return files.read(path);
      const entry = tree.get(rel);
      return entry === undefined ? undefined : textOf(path, entry);
    },
    list: async (where) => {
      const rel = below(where);
      const prefix = rel === undefined ? undefined : rel === '' ? '' : `${rel}/`;
      if (prefix === undefined) return [];
      return [...tree.keys()]
        .filter((path) => path.startsWith(prefix) && !path.endsWith('/'))
        .map((path) => path.slice(prefix.length))
        .sort();
    },
  };
};
