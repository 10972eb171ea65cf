import { dirname, join, relative, resolve, sep } from 'node:path';
import { type Files, realFiles } from '../../platform/files/files.ts';
import {
  type ReadEntry,
  readCovered,
  readTree,
  snapshotFiles,
  type TreeSnapshot,
} from '../../platform/files/tree-snapshot.ts';
import { coverageOf } from '../../profile/trust/covered.ts';
import type { Sums } from '../../profile/trust/record.ts';

/** A directory of profiles as it was read once. */
export interface ReadDir {
  /** The path that messages name. */
  readonly dir: string;
  readonly tree: TreeSnapshot;
  /** Files elsewhere that were read with it, by absolute path. */
  readonly outside: ReadonlyMap<string, ReadEntry>;
  readonly sums: Sums;
  /** Reads profiles from what was read; values of `${file:…}` that are not covered come from the disk. */
  readonly files: Files;
}

const isProfile = (path: string): boolean => /\.ya?ml$/.test(path);

const made = (dir: string, tree: TreeSnapshot, outside: ReadonlyMap<string, ReadEntry>): ReadDir => ({
  dir,
  tree,
  outside,
  sums: Object.fromEntries([...tree, ...outside].map(([path, { sum }]) => [path, sum])),
  files: snapshotFiles(dir, tree, outside, realFiles),
});

const readAll = async (paths: readonly string[]): Promise<ReadonlyMap<string, ReadEntry>> => {
  const entries = new Map<string, ReadEntry>();
  // One after the other: each may be large, and few exist.
  for (const path of paths) entries.set(path, await readCovered(path));
  return entries;
};

/** Reads a directory, and the files elsewhere that a record of it names: nothing has to be parsed to compare the two. */
export const readAsRecorded = async (dir: string, real: string, recorded: Sums): Promise<ReadDir> => {
  const tree = await readTree(real);
  return made(dir, tree, await readAll(Object.keys(recorded).filter((path) => path.startsWith('/'))));
};

/** Reads a directory and follows what its profiles name outside of it, to be trusted with it. */
export const readWhole = async (dir: string, real: string): Promise<ReadDir> => {
  const root = resolve(dir);
  const tree = await readTree(real);
  const read = new Map<string, ReadEntry>();
  const relativeOf = (path: string): string => relative(root, path).split(sep).join('/');
  const once = async (path: string): Promise<ReadEntry> => {
    const entry = tree.get(relativeOf(path)) ?? read.get(path) ?? (await readCovered(path));
    if (!tree.has(relativeOf(path))) read.set(path, entry);
    return entry;
  };
  const coverage = await coverageOf({
    profiles: [...tree.keys()].filter(isProfile).map((path) => join(root, path)),
    cwd: dirname(root),
    isInside: (path) => tree.has(relativeOf(path)),
    read: async (path) => (await once(path)).bytes?.toString('utf8'),
  });
  const outside = new Map<string, ReadEntry>();
  for (const path of coverage.read) outside.set(path, await once(path));
  for (const { path, isProgram } of coverage.run) {
    const entry = await once(path);
    if (entry.sum !== 'no regular file' && (isProgram || entry.isProgram === true)) outside.set(path, entry);
  }
  return made(dir, tree, outside);
};
