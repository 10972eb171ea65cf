import { homedir } from 'node:os';
import { isAbsolute, join, normalize } from 'node:path';
import type { Sample } from '../../domain/facts.ts';
import type { Fault, Millis } from '../../domain/fault.ts';
import type { LogSettings, LogView } from '../../domain/profile.ts';
import type { ReadIo } from '../../doors/io.ts';
import type { HeadOptions } from '../../logs/format/head-reader.ts';
import { headOptions } from '../../logs/reading/line-count.ts';
import type { FileStat, ReadFiles } from '../../platform/files/file-interfaces.ts';
import { toFault } from '../../platform/to-fault.ts';
import { WireError } from '../../platform/wire-error.ts';
import type { FileConfig } from './config.ts';

export const isGlob = (path: string): boolean => /[*?[{]/.test(path);

/** The directory above the first part of a glob that is no plain name. */
export const globBase = (glob: string): string => {
  const segments = glob.split('/');
  const first = segments.findIndex(isGlob);
  return segments.slice(0, first === -1 ? segments.length - 1 : first).join('/') || '/';
};

/** The files that a glob matches, oldest first (the name decides between two of one time). Directories are left out. */
export const filesMatching = async (
  files: ReadFiles,
  glob: string,
  signal: AbortSignal,
): Promise<readonly FileStat[]> => {
  const found: FileStat[] = [];
  for (const path of await files.list(glob, signal)) {
    const stat = await statIfThere(files, path, signal);
    if (stat?.kind === 'file') found.push(stat);
  }
  return found.sort((a, b) => a.writtenAt - b.writtenAt || (a.path < b.path ? -1 : 1));
};

/** Whether a source that is about old files alone (`olderThan`) is about this one. */
export const isOldEnough = ({ config, wallNow }: FileContext, { writtenAt }: FileStat): boolean =>
  config.olderThan === undefined || wallNow() - writtenAt > config.olderThan;

/** Undefined for a file that went away, or a link to nowhere. */
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

/** The file that a path names, or the newest that a glob matches. Throws WireError: `missing` when there is none. */
export const locateFile = async (files: ReadFiles, path: string, signal: AbortSignal): Promise<FileStat> => {
  if (!isGlob(path)) return files.stat(path, signal);
  const newest = (await filesMatching(files, path, signal)).at(-1);
  if (newest === undefined) throw new WireError('missing', 'no file matches');
  return newest;
};

/** What every question of a file source needs. */
export interface FileContext {
  readonly source: string;
  readonly config: FileConfig;
  readonly io: ReadIo;
  /** The end of a `via:` where the files are; '' for this machine. */
  readonly endpoint: string;
  readonly files: ReadFiles;
  /** Tells the series of several ends apart. */
  readonly labels: Readonly<Record<string, string>>;
  readonly views: readonly LogView[];
  readonly heads: HeadOptions;
  /** An absolute path or glob for one that the profile names; at an end, one that is not absolute is taken as it is. */
  resolvePath(path: string): string;
  now(): Millis;
  /** Now on the machine's clock, which files are dated by. */
  wallNow(): Millis;
  /** A failure of a call on a path, as the fault of the source. */
  fault(path: string, error: unknown): Fault;
}

/** `dir`: what relative paths are relative to. */
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
  wallNow: () => io.clock.now() + io.clock.wallOffset(),
  fault: (path, error) =>
    toFault(source, end === '' ? `read ${path}` : `read ${path} in ${end}`, error, io.clock.now()),
});

/** What a signal got: a value, or why there is none; and when it was said, if that is not now. */
export type FileSignalValue = Pick<Sample, 'value' | 'why'> & { readonly at?: Millis };
