import { homedir } from 'node:os';
import { isAbsolute, join, normalize } from 'node:path';
import type { Fault, Millis } from '../../domain/base/fault.ts';
import type { Sample } from '../../domain/facts/facts.ts';
import type { LogSettings, LogView } from '../../domain/profile/profile.ts';
import type { ReadIo } from '../../doors/io.ts';
import type { HeadOptions } from '../../logs/format/head-reader.ts';
import type { FileStat, ReadFiles } from '../../platform/files/file-interfaces.ts';
import { toFault } from '../../platform/network/to-fault.ts';
import { WireError } from '../../platform/runtime/wire-error.ts';
import { headOptions } from '../kit/counting/line-count.ts';
import type { FileConfig } from './config.ts';

export const isGlob = (path: string): boolean => /[*?[{]/.test(path);

/** Directory before the first part of a glob with a wildcard. */
export const globBase = (glob: string): string => {
  const segments = glob.split('/');
  const first = segments.findIndex(isGlob);
  return segments.slice(0, first === -1 ? segments.length - 1 : first).join('/') || '/';
};

/** Lists the files that a glob matches, oldest first (by name for equal times). Excludes directories. */
export const filesMatching = async (
  files: ReadFiles,
  glob: string,
  signal: AbortSignal,
): Promise<readonly FileStat[]> => {
  const fileStats: FileStat[] = [];
  for (const path of await files.list(glob, signal)) {
    const stat = await statIfThere(files, path, signal);
    if (stat?.kind === 'file') fileStats.push(stat);
  }
  return fileStats.sort((a, b) => a.writtenAt - b.writtenAt || (a.path < b.path ? -1 : 1));
};

/** True for a file that is old enough for a source restricted by `olderThan`. */
export const isOldEnough = ({ config, wallNow }: FileContext, { writtenAt }: FileStat): boolean =>
  config.olderThan === undefined || wallNow() - writtenAt > config.olderThan;

/** Undefined for a deleted file, or a broken link. */
const statIfThere = async (
  files: ReadFiles,
  path: string,
  signal: AbortSignal,
): Promise<FileStat | undefined> => {
  try {
    return await files.stat(path, signal);
  } catch (error) {
    if (error instanceof WireError && (error.kind === 'missing' || error.kind === 'malformed'))
      return undefined;
    throw error;
  }
};

/** Returns the file at a path, or the newest that matches a glob. Throws WireError: `missing` when none matches. */
export const locateFile = async (files: ReadFiles, path: string, signal: AbortSignal): Promise<FileStat> => {
  if (!isGlob(path)) return files.stat(path, signal);
  const newest = (await filesMatching(files, path, signal)).at(-1);
  if (newest === undefined)
    throw new WireError('missing', 'no file matches the path of the source or signal');
  return newest;
};

/** The shared parts of one file source. */
export interface FileContext {
  readonly source: string;
  readonly config: FileConfig;
  readonly io: ReadIo;
  /** Endpoint of a `via:` with the files; '' for this machine. */
  readonly endpoint: string;
  readonly files: ReadFiles;
  /** Distinguishes the series of several endpoints. */
  readonly labels: Readonly<Record<string, string>>;
  readonly views: readonly LogView[];
  readonly heads: HeadOptions;
  /** Resolves a path or glob from the profile to an absolute one; on an endpoint, a relative one is used as it is. */
  resolvePath(path: string): string;
  now(): Millis;
  /** The machine's wall clock, for comparison with file times. */
  wallNow(): Millis;
  /** Converts a failed call on a path to a fault of the source. */
  fault(path: string, error: unknown): Fault;
}

/** `dir`: base of relative paths. */
export const createFileContext = (
  source: string,
  config: FileConfig,
  io: ReadIo,
  from: { readonly dir?: string; readonly views?: readonly LogView[]; readonly logs?: LogSettings },
  end = '',
): FileContext => ({
  source,
  config,
  io,
  endpoint: end,
  files: end === '' ? io.files : io.filesAt(end),
  labels: (config.endpoints?.length ?? 0) > 1 ? { instance: end } : {},
  views: from.views ?? [],
  heads: headOptions(from.logs, io.clock),
  resolvePath: (path) => {
    if (end !== '') return path;
    if (path === '~' || path.startsWith('~/')) return join(homedir(), path.slice(1));
    return isAbsolute(path) ? normalize(path) : join(from.dir ?? process.cwd(), path);
  },
  now: () => io.clock.now(),
  wallNow: io.clock.wallNow,
  fault: (path, error) =>
    toFault(source, end === '' ? `read ${path}` : `read ${path} in ${end}`, error, io.clock.now()),
});

/** Result for a signal: a value, or the reason for its absence; and its time, if that is not now. */
export type FileSignalValue = Pick<Sample, 'value' | 'why' | 'parts' | 'fold' | 'computed' | 'metric'> & {
  readonly at?: Millis;
};
