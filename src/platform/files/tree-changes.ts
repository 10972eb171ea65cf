import type { BigIntStats } from 'node:fs';
import { lstat, readdir, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { type Clock, systemClock } from '../runtime/clock.ts';
import { errnoOf } from '../runtime/errno.ts';
import { isSkippedDir } from './local-files.ts';
import {
  maxTreeFiles,
  readCoveredFile,
  readSnapshotEntry,
  type SnapshotEntry,
  type TreeSnapshot,
  TreeTooLargeError,
} from './tree-snapshot.ts';

/** Files that were compared with the trusted snapshot. */
export interface CoveredFiles {
  /** The directory; its paths in `tree` are relative to it. */
  readonly dir: string;
  readonly tree: TreeSnapshot;
  /** Files outside the directory, by absolute path. */
  readonly outside: ReadonlyMap<string, SnapshotEntry>;
}

/** A covered file that differs from its snapshot. */
interface TreeChange {
  /** Absolute. */
  readonly path: string;
  readonly how: 'has changed' | 'was added' | 'was removed';
}

/** Profiles and their documentation: no program, unless they are executable or begin with `#!`. */
const documentName = /\.(ya?ml|md)$/i;
const isDocument = (name: string, before: SnapshotEntry | undefined, now: SnapshotEntry): boolean =>
  documentName.test(name) && before?.isProgram !== true && now.isProgram !== true;

/** Script names that interpreters run. */
const scriptName = /\.(sh|bash|zsh|fish|py|js|mjs|cjs|ts|rb|pl|php|lua|jar|awk|ps1)$/i;

/**
 * Time that a file must keep its fingerprint before it is no longer hashed, in ms: a second change within the
 * resolution of its times would not change the fingerprint.
 */
const settleMs = 3000;

interface Known {
  readonly print: string;
  readonly since: number;
  isSettled: boolean;
}

const absent: SnapshotEntry = { sum: 'absent' };
const special: SnapshotEntry = { sum: 'no regular file' };

const printOf = ({ dev, ino, mode, size, mtimeNs, ctimeNs }: BigIntStats): string =>
  [dev, ino, mode, size, mtimeNs, ctimeNs].join();

/** The fingerprint of a path, and of its target if it is a symbolic link. */
const fingerprint = async (path: string, stats: BigIntStats): Promise<string> => {
  if (!stats.isSymbolicLink()) return printOf(stats);
  const target = await stat(path, { bigint: true }).catch(() => undefined);
  return `${printOf(stats)} ${target === undefined ? 'absent' : printOf(target)}`;
};

/** A path of a tree: its stats, or the error of listing a directory. */
type Found = BigIntStats | SnapshotEntry;

/** Lists what `readTreeSnapshot` would read. */
const statBelow = async (dir: string, prefix: string, found: Map<string, Found>): Promise<void> => {
  const names = await readdir(join(dir, prefix));
  const dirs: string[] = [];
  await Promise.all(
    names.map(async (name) => {
      if (isSkippedDir(name)) return;
      const path = prefix === '' ? name : `${prefix}/${name}`;
      const stats = await lstat(join(dir, path), { bigint: true }).catch(() => undefined);
      if (stats?.isDirectory() === true) dirs.push(path);
      else if (stats !== undefined) found.set(path, stats);
    }),
  );
  if (found.size > maxTreeFiles) throw new TreeTooLargeError(dir);
  for (const path of dirs)
    await statBelow(dir, path, found).catch((error: unknown) => {
      if (error instanceof TreeTooLargeError) throw error;
      found.set(`${path}/`, { sum: `unreadable: ${errnoOf(error) || String(error)}` });
    });
};

/** Finds the first covered program that differs from its snapshot; undefined if there is none. */
export type FindTreeChange = () => Promise<TreeChange | undefined>;

/**
 * Creates a comparison of the programs of a directory, and of the covered programs outside of it, with their snapshot.
 * Every file below the directory counts as one, except documents (YAML, Markdown) that are neither executable nor
 * begin with `#!`. A file is hashed when its stats have changed. Rejects with TreeTooLargeError, or the error of
 * listing the directory.
 */
export const createTreeComparison = (
  { dir, tree, outside }: CoveredFiles,
  clock: Pick<Clock, 'now'> = systemClock(),
): FindTreeChange => {
  const root = resolve(dir);
  const unchanged = new Map<string, Known>();

  /** The present entry of a path; undefined if it is unchanged. */
  const changedEntry = async (
    path: string,
    stats: BigIntStats | undefined,
    before: SnapshotEntry | undefined,
    read: (path: string) => Promise<SnapshotEntry>,
  ): Promise<SnapshotEntry | undefined> => {
    const print = stats === undefined ? '' : await fingerprint(path, stats);
    const known = unchanged.get(path);
    if (known?.print === print && known.isSettled) return undefined;
    const began = clock.now();
    const now = await read(path);
    if (now.sum !== (before ?? absent).sum) {
      unchanged.delete(path);
      return now;
    }
    if (stats === undefined) return undefined;
    if (known?.print === print) known.isSettled = began - known.since >= settleMs;
    else unchanged.set(path, { print, since: began, isSettled: false });
    return undefined;
  };

  const entryInside = async (name: string, found: Found | undefined): Promise<SnapshotEntry | undefined> => {
    if (found !== undefined && 'sum' in found) return found;
    return changedEntry(join(root, name), found, tree.get(name), async (path) => {
      if (found === undefined) return absent;
      return found.isFile() || found.isSymbolicLink() ? readSnapshotEntry(path) : special;
    });
  };

  const findInside = async (): Promise<TreeChange | undefined> => {
    const found = new Map<string, Found>();
    await statBelow(root, '', found);
    for (const name of new Set([...tree.keys(), ...[...found.keys()].sort()])) {
      const before = tree.get(name);
      const now = await entryInside(name, found.get(name));
      if (now === undefined || now.sum === before?.sum || isDocument(name, before, now)) continue;
      const how = before === undefined ? 'was added' : now.sum === absent.sum ? 'was removed' : 'has changed';
      return { path: join(root, name), how };
    }
    return undefined;
  };

  const findOutside = async (): Promise<TreeChange | undefined> => {
    for (const [path, before] of outside) {
      const stats = await stat(path, { bigint: true }).catch(() => undefined);
      const now = await changedEntry(path, stats, before, readCoveredFile);
      if (now === undefined) continue;
      if (before.isProgram !== true && now.isProgram !== true && !scriptName.test(path)) continue;
      return { path, how: now.sum === absent.sum ? 'was removed' : 'has changed' };
    }
    return undefined;
  };

  return async () => (await findInside()) ?? (await findOutside());
};
