import { homedir } from 'node:os';
import { isAbsolute, join } from 'node:path';
import type { Millis } from '../../../domain/base/fault.ts';
import { PlanError } from '../../../domain/runbooks/operation.ts';
import { formatBytes, isoTime } from '../../../domain/text/format.ts';
import type { Disk, FileStat, ReadFiles } from '../../../platform/files/file-interfaces.ts';
import { undefinedIfMissing, WireError } from '../../../platform/runtime/wire-error.ts';

/** Resolves a local path from a profile: `~` is our home directory; relative paths are relative to `dir`. */
export const resolveLocalPath = (path: string, dir: string): string => {
  if (path === '~') return homedir();
  if (path.startsWith('~/')) return join(homedir(), path.slice(2));
  return isAbsolute(path) ? path : join(dir, path);
};

/** Formats a time for a file name: 20260304T101507Z. */
export const fileTimestamp = (time: Millis): string =>
  `${isoTime(time).slice(0, 19).replaceAll(/[-:]/g, '')}Z`;

/** Returns the path itself, or the newest file that matches a glob. Throws WireError: `missing` when none matches. */
export const newestMatchingPath = async (
  files: ReadFiles,
  path: string,
  signal: AbortSignal,
): Promise<string> => {
  if (!/[*?[{]/.test(path)) return path;
  const all = await Promise.all((await files.list(path, signal)).map((text) => files.stat(text, signal)));
  const newest = all
    .filter(({ kind }) => kind === 'file')
    .sort((a, b) => a.writtenAt - b.writtenAt || (a.path < b.path ? -1 : 1))
    .at(-1);
  if (newest === undefined)
    throw new WireError('missing', `no file matches ${path}: check the path and the pattern`);
  return newest.path;
};

/** Returns the metadata of a path, or undefined when it does not exist. Throws WireError. */
export const statIfPresent = (disk: Disk, path: string, signal: AbortSignal): Promise<FileStat | undefined> =>
  disk.stat(path, signal).catch(undefinedIfMissing);

/**
 * Plans a new file: fills `{time}` and the other `{names}` into its path and checks the location. Throws PlanError when
 * the file, or an unfinished one, already exists.
 */
export const planNewFile = async (
  disk: Disk,
  path: string,
  names: Readonly<Record<string, string>>,
  signal: AbortSignal,
): Promise<{ readonly path: string; readonly words: string }> => {
  const named = path.replaceAll(/\{(\w+)\}/g, (all, name: string) => names[name] ?? all);
  if ((await statIfPresent(disk, named, signal)) !== undefined)
    throw new PlanError(
      'not-applicable',
      `${named} already exists, and opsdeck does not overwrite a file: choose another name`,
    );
  if ((await statIfPresent(disk, `${named}.part`, signal)) !== undefined)
    throw new PlanError(
      'not-applicable',
      `${named}.part already exists: another process is writing, or an earlier write was interrupted. If no process is writing, delete that file`,
    );
  const free = await disk.free(named, signal);
  return { path: named, words: `saved as ${named} (new file; ${formatBytes(free)} free)` };
};
