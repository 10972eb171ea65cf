import { homedir } from 'node:os';
import { isAbsolute, join } from 'node:path';
import type { Millis } from '../domain/fault.ts';
import { formatBytes, isoTime } from '../domain/format.ts';
import { PlanError } from '../domain/operation.ts';
import type { Disk, FileStat, ReadFiles } from '../platform/files/file-interfaces.ts';
import { WireError } from '../platform/wire-error.ts';

/** A path of this machine as a profile says it: `~` is our home, what is relative is so to `dir`. */
export const resolveLocalPath = (path: string, dir: string): string => {
  if (path === '~') return homedir();
  if (path.startsWith('~/')) return join(homedir(), path.slice(2));
  return isAbsolute(path) ? path : join(dir, path);
};

/** 20260304T101507Z: a moment as a part of a file's name. */
export const fileTimestamp = (at: Millis): string => `${isoTime(at).slice(0, 19).replaceAll(/[-:]/g, '')}Z`;

/** The path itself, or of a glob the newest file that matches. Throws WireError: `missing` when none does. */
export const newestMatchingPath = async (
  files: ReadFiles,
  path: string,
  signal: AbortSignal,
): Promise<string> => {
  if (!/[*?[{]/.test(path)) return path;
  const all = await Promise.all((await files.list(path, signal)).map((one) => files.stat(one, signal)));
  const newest = all
    .filter(({ kind }) => kind === 'file')
    .sort((a, b) => a.writtenAt - b.writtenAt || (a.path < b.path ? -1 : 1))
    .at(-1);
  if (newest === undefined) throw new WireError('missing', `no file matches ${path}`);
  return newest.path;
};

/** What is at a path, or undefined. Throws WireError. */
export const statIfPresent = async (
  disk: Disk,
  path: string,
  signal: AbortSignal,
): Promise<FileStat | undefined> => {
  try {
    return await disk.stat(path, signal);
  } catch (error) {
    if (error instanceof WireError && error.kind === 'missing') return undefined;
    throw error;
  }
};

/**
 * Where a new file will be, with `{time}` and the other `{names}` of its path filled in, and what is to be known of the place.
 * Throws PlanError where something has the name already, or was begun and never ended.
 */
export const planNewFile = async (
  disk: Disk,
  path: string,
  names: Readonly<Record<string, string>>,
  signal: AbortSignal,
): Promise<{ readonly path: string; readonly words: string }> => {
  const named = path.replaceAll(/\{(\w+)\}/g, (all, name: string) => names[name] ?? all);
  if ((await statIfPresent(disk, named, signal)) !== undefined)
    throw new PlanError('not-applicable', `${named} already exists: it is not overwritten`);
  if ((await statIfPresent(disk, `${named}.part`, signal)) !== undefined)
    throw new PlanError(
      'not-applicable',
      `${named}.part already exists: another process is writing it, or an earlier write was interrupted; delete it if no process is writing`,
    );
  const free = await disk.free(named, signal);
  return { path: named, words: `saved as ${named} (new file; ${formatBytes(free)} free)` };
};
