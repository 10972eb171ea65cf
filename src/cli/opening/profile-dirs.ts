import { basename, dirname, join, relative, resolve, sep } from 'node:path';
import { errorMessage } from '../../domain/text/error-message.ts';
import { untrustedYamlLimits } from '../../domain/yaml/yaml-limits.ts';
import { type Files, localFiles } from '../../platform/files/local-files.ts';
import { namingFiles } from '../../platform/files/naming-files.ts';
import { findSkippedDir, isInsideDir } from '../../platform/files/package-files.ts';
import { ownershipProblem, treeOwnershipProblem } from '../../platform/files/private-dir.ts';
import {
  readCoveredFile,
  readTreeSnapshot,
  realDir,
  type SnapshotEntry,
  snapshotFiles,
  type TreeSnapshot,
} from '../../platform/files/tree-snapshot.ts';
import { readTrust, TrustFileError, trustFilePath } from '../../platform/files/trust-file.ts';
import { RemediedError } from '../../platform/network/to-fault.ts';
import type { SearchDir } from '../../profile/catalog/profile-catalog.ts';
import { coverageOf } from '../../profile/trust/covered.ts';
import type { FileDigests } from '../../profile/trust/record.ts';
import { changesSince, type FileChange, parseTrust, type TrustRecord } from '../../profile/trust/record.ts';
import type { CommandContext } from '../command/context.ts';
import { shippedProfiles } from '../command/package-root.ts';
import type { ProfilePlace } from '../command/process-env.ts';

/** A snapshot of a directory of profiles. */
export interface ReadDir {
  /** The path in messages. */
  readonly dir: string;
  readonly tree: TreeSnapshot;
  /** Covered files outside of the directory, by absolute path. */
  readonly outside: ReadonlyMap<string, SnapshotEntry>;
  readonly sums: FileDigests;
  /** Reads profiles from the snapshot; `${file:…}` values that are not covered come from disk. */
  readonly files: Files;
}

const isProfile = (path: string): boolean => /\.ya?ml$/.test(path);

const made = (dir: string, tree: TreeSnapshot, outside: ReadonlyMap<string, SnapshotEntry>): ReadDir => ({
  dir,
  tree,
  outside,
  sums: Object.fromEntries([...tree, ...outside].map(([path, { sum }]) => [path, sum])),
  files: snapshotFiles(dir, tree, outside, localFiles),
});

const readAll = async (paths: readonly string[]): Promise<ReadonlyMap<string, SnapshotEntry>> => {
  const entries = new Map<string, SnapshotEntry>();
  // Sequential: the files are few and may be large.
  for (const path of paths) entries.set(path, await readCoveredFile(path));
  return entries;
};

/** Reads a directory and the outside files of its record, for comparison without parsing. */
export const readAsRecorded = async (dir: string, real: string, recorded: FileDigests): Promise<ReadDir> => {
  const tree = await readTreeSnapshot(real);
  return made(dir, tree, await readAll(Object.keys(recorded).filter((path) => path.startsWith('/'))));
};

/** Reads a directory and the outside files that its profiles reference. */
export const readWithReferences = async (dir: string, real: string): Promise<ReadDir> => {
  const root = resolve(dir);
  const tree = await readTreeSnapshot(real);
  const read = new Map<string, SnapshotEntry>();
  const relativeOf = (path: string): string => relative(root, path).split(sep).join('/');
  const once = async (path: string): Promise<SnapshotEntry> => {
    const entry = tree.get(relativeOf(path)) ?? read.get(path) ?? (await readCoveredFile(path));
    if (!tree.has(relativeOf(path))) read.set(path, entry);
    return entry;
  };
  const coverage = await coverageOf({
    profiles: [...tree.keys()].filter(isProfile).map((path) => join(root, path)),
    cwd: dirname(root),
    isInside: (path) => tree.has(relativeOf(path)),
    read: async (path) => (await once(path)).bytes?.toString('utf8'),
  });
  const outside = new Map<string, SnapshotEntry>();
  for (const path of coverage.read) outside.set(path, await once(path));
  for (const { path, isProgram } of coverage.run) {
    const entry = await once(path);
    if (entry.sum !== 'no regular file' && (isProgram || entry.isProgram === true)) outside.set(path, entry);
  }
  return made(dir, tree, outside);
};

/** A directory by its real path, and by the path it is found at. */
interface DirectoryIdentity {
  readonly dir: string;
  readonly at: string;
}

/** Returns the identity of a directory; undefined when it does not exist. */
export const locateDirectory = async (dir: string): Promise<DirectoryIdentity | undefined> => {
  const full = resolve(dir);
  const [real, above] = await Promise.all([realDir(full), realDir(dirname(full))]);
  return real === undefined || above === undefined
    ? undefined
    : { dir: real, at: join(above, basename(full)) };
};

/** Reads the trust records. Throws a TrustFileError for a file that another user could have written, or that is damaged. */
export const readRecords = async (stateDir: string): Promise<readonly TrustRecord[]> => {
  return recordsIn(await readTrust(stateDir), stateDir);
};

/** Parses trust records. Throws a TrustFileError for a damaged text. */
export const recordsIn = (text: string | undefined, stateDir: string): readonly TrustRecord[] => {
  if (text === undefined) return [];
  const records = parseTrust(text);
  if (records === undefined)
    throw new TrustFileError(
      `cannot read ${trustFilePath(stateDir)}: the content is damaged. Remove the file and trust the directories again.`,
    );
  return records;
};

export const isRecordOf =
  ({ dir, at }: DirectoryIdentity) =>
  (record: TrustRecord): boolean =>
    record.dir === dir && record.at === at;

const changeWords = (dir: string, changes: readonly FileChange[], when: string): string => {
  const [first, ...others] = changes;
  if (first === undefined) return '';
  const path = first.path.startsWith('/') ? first.path : join(dir, first.path);
  const more = others.length === 0 ? '' : ` (and ${others.length} more)`;
  const verb = { changed: 'has changed', added: 'was added', removed: 'was removed' }[first.how];
  return `${path} ${verb}${more} since the directory was trusted on ${when.slice(0, 10)}`;
};

const neverTrusted = 'profiles of the working directory may run programs, so you must trust them first';

interface Judged {
  readonly files?: Files;
  readonly why?: string;
}

interface TrustParts extends Pick<CommandContext, 'stateDir' | 'programPolicy'> {
  /** The part that is read of a directory that is not trusted: only the names of its profiles within a budget, or all of it. */
  readonly reads?: 'names' | 'all';
}

/** Compares a directory with its record. Its profiles are then read from the compared snapshot. */
const judge = async (
  dir: string,
  located: DirectoryIdentity,
  { stateDir, programPolicy }: TrustParts,
): Promise<Judged> => {
  const record = (await readRecords(stateDir)).find(isRecordOf(located));
  if (record === undefined) return { why: neverTrusted };
  const now: ReadDir = await readAsRecorded(dir, located.dir, record.files);
  const changes = changesSince(record.files, now.sums);
  if (changes.length === 0) programPolicy.cover({ ...now, dir });
  return changes.length === 0 ? { files: now.files } : { why: changeWords(dir, changes, record.when) };
};

const noFiles: Files = { read: async () => undefined, list: async () => [] };

/** Returns all files of an untrusted directory, and regular files that its profiles extend: for a command that validates them. */
const wholeFiles = async (dir: string, real: string): Promise<Files> =>
  snapshotFiles(dir, await readTreeSnapshot(real), new Map(), {
    read: async (path) => (await readCoveredFile(resolve(path))).bytes?.toString('utf8'),
  });

const byContent = async (
  dir: string,
  parts: TrustParts,
  otherwise: string | undefined,
): Promise<SearchDir> => {
  const located = await locateDirectory(dir);
  // A directory that is created later is not searched.
  if (located === undefined) return { dir, files: noFiles };
  try {
    const { files: trusted, why } = await judge(dir, located, parts).catch(
      (error: unknown): Judged => ({ why: errorMessage(error) }),
    );
    if (trusted !== undefined) return { dir, files: trusted };
    const untrusted = [why, otherwise].filter((text) => text !== undefined).join('; ');
    const files = parts.reads === 'all' ? await wholeFiles(dir, located.dir) : namingFiles(dir);
    return { dir, files, untrusted, ...(parts.reads === 'all' ? {} : { limits: untrustedYamlLimits }) };
  } catch (error) {
    return {
      dir,
      files: { read: async () => undefined, list: () => Promise.reject(error) },
      untrusted: errorMessage(error),
    };
  }
};

/** Returns why other users could change the user's own profile directory. */
const ownTrouble = async (dir: string): Promise<string | undefined> =>
  (await ownershipProblem(dirname(dir), { root: 'allowed' })) ?? treeOwnershipProblem(dir);

const placed = async (
  { dir, trust }: ProfilePlace,
  parts: TrustParts,
  alike: ReadonlySet<string | undefined>,
): Promise<SearchDir> => {
  if (trust === 'given' || trust === 'shipped') return { dir, files: localFiles };
  if (trust === 'by-content') {
    const located = await locateDirectory(dir);
    if (located === undefined || !alike.has(located.dir)) return byContent(dir, parts, undefined);
    // The target of a symbolic link can change at any time, so the real path is used.
    return { dir: located.dir === located.at ? dir : located.dir, files: localFiles };
  }
  const why = await ownTrouble(dir);
  return why === undefined ? { dir, files: localFiles } : byContent(dir, parts, why);
};

/** Returns the search path, with the files of each directory, and why a directory is not trusted. */
export const searchDirs = async ({
  places,
  ...parts
}: Pick<CommandContext, 'places'> & TrustParts): Promise<readonly SearchDir[]> => {
  const trusted = await Promise.all(
    [
      ...places.filter(({ trust }) => trust !== 'by-content'),
      { dir: shippedProfiles, trust: 'shipped' as const },
    ].map(async ({ dir, trust }) =>
      trust === 'own' && (await ownTrouble(dir)) !== undefined ? undefined : realDir(dir),
    ),
  );
  const alike = new Set(trusted.filter((dir) => dir !== undefined));
  return Promise.all(places.map((place) => placed(place, parts, alike)));
};

/** Returns whether a file or directory is inside a trusted directory of the search path. */
export const isBelowTrusted = async (path: string, dirs: readonly SearchDir[]): Promise<boolean> => {
  const real = await realDir(resolve(path));
  const roots = await Promise.all(
    dirs.filter(({ untrusted }) => untrusted === undefined).map(({ dir }) => realDir(resolve(dir))),
  );
  return roots.some((root) => root !== undefined && (real === root || real?.startsWith(`${root}/`) === true));
};

/** Directories that are trusted by content: ./profiles, and every one in the trust records. */
const contentDirs = async ({ places, stateDir }: Pick<CommandContext, 'places' | 'stateDir'>) => {
  const records = await readRecords(stateDir);
  const named = places.filter(({ trust }) => trust === 'by-content').map(({ dir }) => dir);
  return [...new Set([...named, ...records.map(({ at }) => at)])];
};

/**
 * Rejects for code in an untrusted profile directory, or in a part that trust does not cover. Code anywhere else is
 * accepted.
 */
export const refuseUntrustedCode = async (
  paths: readonly string[],
  parts: Pick<CommandContext, 'places' | 'stateDir' | 'programPolicy'>,
): Promise<void> => {
  for (const dir of await contentDirs(parts)) {
    const located = await locateDirectory(dir);
    if (located === undefined) continue;
    const inside = paths.find((path) => [located.dir, located.at].some((root) => isInsideDir(root, path)));
    if (inside === undefined) continue;
    const { untrusted } = await byContent(dir, parts, undefined);
    if (untrusted !== undefined)
      throw new RemediedError(
        'denied',
        `cannot load ${inside}: ${dir} is not trusted: ${untrusted}`,
        `review the code, then run opsdeck trust ${dir}`,
      );
    const uncovered = await findSkippedDir(located.dir, inside);
    if (uncovered !== undefined)
      throw new RemediedError(
        'denied',
        `cannot load ${uncovered}: not covered by the trust in ${dir}`,
        'move plugins with packages of their own out of profile directories',
      );
  }
};
