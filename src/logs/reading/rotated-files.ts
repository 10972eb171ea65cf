import type { LogFile, LogFileStat, LogFiles } from '../../platform/files/file-interfaces.ts';
import { undefinedIfMissing, WireError } from '../../platform/runtime/wire-error.ts';
import { checksum, type FilePosition } from './file-line-splitter.ts';
import { readFilePart } from './log-file-search.ts';

const gz = /\.gz$/;
const escaped = (text: string): string => text.replaceAll(/[\\^$.*+?()[\]{}|]/g, '\\$&');
const day = String.raw`(?:\d{4}[-_.]?\d{2}[-_.]?\d{2}|\d{2}-\d{2}-\d{4})`;

const nameOf = (path: string): string => path.slice(path.lastIndexOf('/') + 1);

/** Splits 'app.log' into 'app' and '.log'. */
const partsOf = (path: string): readonly [string, string] => {
  const name = nameOf(path).replace(gz, '');
  const dot = name.lastIndexOf('.');
  return dot <= 0 ? [name, ''] : [name.slice(0, dot), name.slice(dot)];
};

/** Returns the prefixes of the names of rotated files. */
const beginningsOf = (path: string): readonly string[] => [partsOf(path)[0]];

/**
 * True for the name of a rotated file of this log, as named by logrotate, log4j2, logback and
 * tracing-appender. Examples: app.log.1, app.log-20261120, app-2026-11-20.log, app.log.2026-11-20-07,
 * app.2026-11-20.1.log, and each of them with .gz.
 */
export const isRotated = (path: string, name: string): boolean => {
  const [stem, extension] = partsOf(path).map(escaped);
  const behind = String.raw`(?:\.\d{1,6}|[-_.]${day}[-_.T:\d]*)`;
  const dated = String.raw`[-_.]${day}(?:[-_.T:]\d+)*`;
  return new RegExp(
    `^${stem}(?:${extension}${behind}${extension === '' ? '' : `|${dated}${extension}`})(?:\\.gz)?$`,
  ).test(name);
};

/** Splits 'app.log.2' or 'app.log.2.gz' into 'app.log' and 2. */
const numbered = (path: string): { readonly of: string; readonly number: number } | undefined => {
  const [, of = '', number] = /^(.*)\.(\d{1,6})(?:\.gz)?$/.exec(path) ?? [];
  return number === undefined ? undefined : { of, number: Number(number) };
};

/**
 * Returns the names for which the higher number is the newer file (log4j2 and logback count up), by majority
 * of the modification times.
 */
const countingUp = (files: readonly LogFileStat[]): ReadonlySet<string> => {
  const votes = new Map<string, number>();
  const inOrder = files
    .flatMap((file) => {
      const rotation = numbered(file.path);
      return rotation === undefined ? [] : [{ ...rotation, writtenAt: file.writtenAt }];
    })
    .sort((a, b) => a.number - b.number);
  const before = new Map<string, number>();
  for (const { of, writtenAt } of inOrder) {
    const vote = Math.sign(writtenAt - (before.get(of) ?? writtenAt));
    votes.set(of, (votes.get(of) ?? 0) + vote);
    before.set(of, writtenAt);
  }
  return new Set([...votes].flatMap(([of, sum]) => (sum > 0 ? [of] : [])));
};

/**
 * Orders files newest first. For one name the number decides: logrotate shifts names, so the older file has
 * the higher number. Otherwise the modification time decides, then the name.
 */
const newestFirst =
  (up: ReadonlySet<string>) =>
  (a: LogFileStat, b: LogFileStat): number => {
    const inA = numbered(a.path);
    const inB = numbered(b.path);
    if (inA !== undefined && inA.of === inB?.of && inA.number !== inB.number)
      return up.has(inA.of) ? inB.number - inA.number : inA.number - inB.number;
    return b.writtenAt - a.writtenAt || (a.path < b.path ? 1 : -1);
  };

export const isCompressed = ({ path }: Pick<LogFileStat, 'path'>): boolean => gz.test(path);

/**
 * Returns the rotated files of a log among its siblings, newest first. Omits a compressed file whose original
 * still exists.
 */
const rotatedOf = (path: string, beside: readonly LogFileStat[]): readonly LogFileStat[] => {
  const rotated = beside.filter((fileStat) => isRotated(path, nameOf(fileStat.path)));
  const paths = new Set(rotated.map((fileStat) => fileStat.path));
  const kept = rotated.filter(
    (fileStat) => !(isCompressed(fileStat) && paths.has(fileStat.path.replace(gz, ''))),
  );
  return kept.sort(newestFirst(countingUp(kept)));
};

const maxAttempts = 20;

/**
 * Returns the bytes before a position if they are unchanged (empty without a checksum); undefined if they
 * have changed.
 */
export const verifyPosition = async (
  file: LogFile,
  place: FilePosition,
  signal: AbortSignal,
): Promise<Uint8Array | undefined> => {
  const { sizeBytes } = await file.stat(signal);
  if (sizeBytes < place.offset) return undefined;
  const { bytes, crc } = place.check ?? { bytes: 0, crc: 0 };
  const before = await readFilePart(file, place.offset - bytes, place.offset, signal);
  return before.length === bytes && checksum(before).crc === crc ? before : undefined;
};

/** The open file at the path and its rotated predecessors, newest first, as of one point in time. */
export interface RotatedFiles {
  readonly live?: LogFile;
  readonly rotated: readonly LogFileStat[];
}

/**
 * Opens the file and lists its predecessors; repeats both if a rotation happened meanwhile. Throws WireError.
 */
export const openRotatedFiles = async (
  files: LogFiles,
  path: string,
  signal: AbortSignal,
): Promise<RotatedFiles> => {
  for (let tries = 0; ; tries += 1) {
    const live = await files.open(path, signal).catch(undefinedIfMissing);
    try {
      const beside = rotatedOf(path, await files.siblings(path, beginningsOf(path), signal));
      const again = await files.stat(path, signal);
      if (again?.id === live?.id || tries === maxAttempts)
        return { ...(live && { live }), rotated: beside.filter(({ id }) => id !== live?.id) };
    } catch (error) {
      await live?.close();
      throw error;
    }
    await live?.close();
  }
};

/** Retries while files are being renamed. */
export const retryDuringRotation = async <T>(work: () => Promise<T | undefined>): Promise<T> => {
  for (let tries = 0; tries < maxAttempts; tries += 1) {
    const result = await work();
    if (result !== undefined) return result;
  }
  throw new WireError(
    'unreachable',
    'the log file is rotated faster than opsdeck can read: lines are missing',
  );
};

/**
 * Returns the same files and a function that closes those still open, because a consumer may stop at any
 * time.
 */
export const trackOpenFiles = (
  files: LogFiles,
): { readonly files: LogFiles; readonly closeAll: () => Promise<void> } => {
  const opened = new Set<LogFile>();
  return {
    files: {
      ...files,
      open: async (path, signal) => {
        const file = await files.open(path, signal);
        opened.add(file);
        return {
          ...file,
          close: () => {
            opened.delete(file);
            return file.close();
          },
        };
      },
    },
    closeAll: async () => {
      for (const file of opened) await file.close();
      opened.clear();
    },
  };
};
