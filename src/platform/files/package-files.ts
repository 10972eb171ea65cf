import { readdir, readFile, realpath } from 'node:fs/promises';
import { registerHooks } from 'node:module';
import { isAbsolute, join, relative, sep } from 'node:path';
import { pathToFileURL } from 'node:url';
import { errnoOf } from '../runtime/errno.ts';
import { WireError } from '../runtime/wire-error.ts';
import { isSkippedDir } from './local-files.ts';
import { ownershipProblem, treeOwnershipProblem } from './private-dir.ts';

/** The manifest of a package. Reading it runs no code of the package. */
export interface PackageManifest {
  /** Its directory with all symbolic links resolved. */
  readonly dir: string;
  /** Its directory as requested. */
  readonly at: string;
  /** `package.json`, parsed. */
  readonly manifest: unknown;
}

const isAbsent = (error: unknown): boolean => ['ENOENT', 'ENOTDIR'].includes(errnoOf(error));

/** Reads the manifest of a package; undefined if there is no package. Rejects if it cannot be read or is not JSON. */
export const readPackage = async (dir: string): Promise<PackageManifest | undefined> => {
  try {
    const real = await realpath(dir);
    const text = await readFile(join(real, 'package.json'), 'utf8');
    return { dir: real, at: dir, manifest: JSON.parse(text) };
  } catch (error) {
    if (isAbsent(error)) return undefined;
    throw error;
  }
};

/** True if a path is a directory or lies below it; both with symbolic links resolved. */
export const isInsideDir = (dir: string, path: string): boolean => {
  const rel = relative(dir, path);
  return rel !== '..' && !rel.startsWith(`..${sep}`) && !isAbsolute(rel);
};

/** The entry file of a package with symbolic links resolved; undefined if it is not inside the package. */
export const packageEntryFile = async (dir: string, entry: string): Promise<string | undefined> => {
  const file = await realpath(join(dir, entry)).catch(() => undefined);
  return file !== undefined && file !== dir && isInsideDir(dir, file) ? file : undefined;
};

/**
 * Returns a directory in a package, or between it and `root`, that tree snapshots skip, or undefined.
 */
export const findSkippedDir = async (root: string, dir: string): Promise<string | undefined> => {
  if (
    relative(root, dir)
      .split(sep)
      .some((name) => name !== '..' && isSkippedDir(name))
  )
    return dir;
  const entries = await readdir(dir, { withFileTypes: true, recursive: true });
  const skipped = entries.find(({ name }) => isSkippedDir(name));
  return skipped === undefined ? undefined : join(skipped.parentPath, skipped.name);
};

/**
 * Explains why other users of this machine could change the code of a package; undefined if they cannot. The
 * superuser may own it.
 */
export const packageOwnershipProblem = async (dir: string): Promise<string | undefined> =>
  (await ownershipProblem(join(dir, '..'), { root: 'allowed' })) ?? treeOwnershipProblem(dir);

/** Time limit for loading a module, in ms: module code may never return. */
const loadMs = 5000;

/**
 * Imports a module of this machine and resolves to its exports. Rejects with what it throws, and after 5 s with
 * `timeout`.
 */
export const importFile = async (file: string): Promise<Readonly<Record<string, unknown>>> => {
  let timer: NodeJS.Timeout | undefined;
  const overdue = new Promise<never>((_, reject) => {
    const late = new WireError('timeout', `did not finish loading within ${loadMs / 1000} s`);
    timer = setTimeout(() => reject(late), loadMs);
  });
  try {
    return await Promise.race([import(/* @vite-ignore */ pathToFileURL(file).href), overdue]);
  } finally {
    clearTimeout(timer);
  }
};

/**
 * Makes all modules resolve `name` to this file, so that plugins share one copy with this process. Does nothing
 * before Node 22.15, where each module resolves its own copy.
 */
export const registerModule = (name: string, file: string): void => {
  if (typeof registerHooks !== 'function') return;
  const { href: url } = pathToFileURL(file);
  registerHooks({
    resolve: (specifier, context, next) =>
      specifier === name ? { url, shortCircuit: true } : next(specifier, context),
  });
};
