import { createHash } from 'node:crypto';
import { type Matcher, matchesOr } from '../../../domain/regex/matcher.ts';
import { matchedChars } from '../../../domain/regex/pattern.ts';
import type { TargetDrift } from '../../../domain/runbooks/operation.ts';
import { PlanError } from '../../../domain/runbooks/operation.ts';
import { formatAge } from '../../../domain/text/duration.ts';
import { formatBytes } from '../../../domain/text/format.ts';
import type { ReadIo } from '../../../doors/io.ts';
import type { AtomicFileWriter, Disk, FileStat } from '../../../platform/files/file-interfaces.ts';
import { WireError } from '../../../platform/runtime/wire-error.ts';
import type { ExecFileParams } from './exec-params.ts';
import { fileTimestamp, planNewFile, resolveLocalPath, statIfPresent } from './local-files.ts';

/** The local file that a program writes or reads. */
interface ExecFile {
  readonly path: string;
  /** Distinguishes an input file from another one or from an earlier version. */
  readonly fingerprint?: string;
  readonly words: string;
}

const fileFingerprint = ({ id, sizeBytes, writtenAt }: FileStat): string => `${id} ${sizeBytes} ${writtenAt}`;

/** Reads the current state of an input file. Throws WireError, PlanError. */
const inputFile = async (io: ReadIo, path: string, signal: AbortSignal): Promise<ExecFile> => {
  const stat = await io.disk.stat(path, signal).catch((error: unknown) => {
    throw error instanceof WireError ? new PlanError('failed', `${path}: ${error.message}`) : error;
  });
  if (stat.kind !== 'file') throw new PlanError('failed', `${path} is not a file. Name a regular file`);
  if (stat.sizeBytes === 0) throw new PlanError('failed', `${path} is empty. Name a file with content`);
  const age = formatAge(Math.max(0, io.clock.wallNow() - stat.writtenAt));
  return {
    path,
    fingerprint: fileFingerprint(stat),
    words: `the program reads ${path} as stdin: ${formatBytes(stat.sizeBytes)}, written ${age} ago`,
  };
};

/**
 * Resolves the local file in the parameters, if any. `dir`: of the profile; `names`: replaced in the path of a new
 * file, besides `{time}`. Throws WireError, PlanError.
 */
export const resolveExecFile = async (
  io: ReadIo,
  { save, feed }: ExecFileParams,
  { dir, names }: { readonly dir: string; readonly names: Readonly<Record<string, string>> },
  signal: AbortSignal,
): Promise<ExecFile | undefined> => {
  const path = save ?? feed;
  if (path === undefined) return undefined;
  const full = resolveLocalPath(path, dir);
  if (feed !== undefined) return inputFile(io, full, signal);
  const time = fileTimestamp(io.clock.wallNow());
  return planNewFile(io.disk, full, { time, ...names }, signal);
};

/**
 * Returns the drift of that file since the plan: the output path is now taken, or the input file has changed. Throws
 * WireError.
 */
export const execFileDrift = async (
  disk: Disk,
  { save }: ExecFileParams,
  { path, print }: { readonly path: string; readonly print: string },
  target: string,
  signal: AbortSignal,
): Promise<TargetDrift | undefined> => {
  if (save === undefined)
    return fileFingerprint(await disk.stat(path, signal)) === print
      ? undefined
      : { target, planned: `${path} unchanged`, found: 'a modified file' };
  const isFree = (await statIfPresent(disk, path, signal)) === undefined;
  return isFree
    ? undefined
    : { target, planned: `no file ${path}: check the path`, found: 'an existing one' };
};

const tailLineCount = 5;

/** Keeps the end of a stream for matching. */
const createTailMatcher = () => {
  let end = Buffer.alloc(0);
  return {
    take: (bytes: Uint8Array): void => {
      end = Buffer.concat([end, bytes.subarray(-matchedChars)]).subarray(-matchedChars);
    },
    /** True when one of the last lines matches: some programs print a few more words after the decisive line. */
    matches: (pattern: Matcher): boolean =>
      end
        .toString('utf8')
        .split('\n')
        .filter((line) => line.trim() !== '')
        .slice(-tailLineCount)
        .some((line) => matchesOr(pattern, line, false)),
  };
};

/**
 * Reads a file completely before any of it is sent, to check that it decompresses and is not truncated. Returns its
 * description. Throws WireError.
 */
export const verifyInputFile = async (
  disk: Disk,
  path: string,
  complete: Matcher | undefined,
  signal: AbortSignal,
): Promise<string> => {
  const hash = createHash('sha256');
  const end = createTailMatcher();
  let size = 0;
  for await (const piece of disk.bytes(path, signal)) {
    hash.update(piece);
    end.take(piece);
    size += piece.length;
  }
  if (complete !== undefined && !end.matches(complete))
    throw new WireError(
      'malformed',
      `${path} is incomplete: none of the last lines matches ${complete.source}. Write the file again`,
    );
  return `${path}: ${formatBytes(size)} unpacked, sha256 ${hash.digest('hex')}`;
};

/** Outcome of a program and its file. */
export interface ProgramOutcome {
  readonly ok: boolean;
  readonly words: string;
}

/** The output of a program on its way to a local file. */
export interface FileSaver {
  /** Bytes of the output so far, before compression. */
  size(): number;
  take(piece: Uint8Array): Promise<void>;
  /** Keeps the file only if the program succeeded and the file is complete. Describes the outcome. */
  finish(ok: boolean): Promise<ProgramOutcome>;
  /** Removes a file that was not kept. */
  leave(): Promise<void>;
}

/**
 * Saves the output of a program to a file. `sumInside`: reads the SHA-256 of the copied file, or why it is unknown. An
 * empty output is not kept: no program whose output is worth a file prints nothing.
 */
export const createFileSaver = (
  draft: AtomicFileWriter,
  pattern: Matcher | undefined,
  sumInside?: () => Promise<string>,
): FileSaver => {
  const hash = createHash('sha256');
  const end = createTailMatcher();
  let size = 0;
  let isKept = false;
  const problem = (): string | undefined => {
    if (size === 0) return ', but the output is empty. No file was kept';
    if (pattern !== undefined && !end.matches(pattern))
      return `, and none of the last lines matches ${pattern.source}. The output was discarded`;
    return undefined;
  };
  return {
    size: () => size,
    take: async (piece) => {
      end.take(piece);
      hash.update(piece);
      size += piece.length;
      await draft.write(piece);
    },
    finish: async (ok) => {
      if (!ok) return { ok: false, words: '. The output was discarded' };
      const words = problem();
      if (words !== undefined) return { ok: false, words };
      const inside = await sumInside?.();
      if (inside !== undefined && inside !== hash.digest('hex'))
        return {
          ok: false,
          words: `, but the output does not match the file in the container (sha256 ${inside}). The output was discarded`,
        };
      const { path, sizeBytes, sha256 } = await draft.commit();
      isKept = true;
      return { ok: true, words: `; ${path}: ${formatBytes(sizeBytes)}, sha256 ${sha256}` };
    },
    leave: async () => {
      if (!isKept) await draft.abort();
    },
  };
};

/** Returns the SHA-256 in the output of sha256sum, otherwise the output itself. */
export const checksumIn = (lines: readonly string[], words: string): string =>
  // GNU sha256sum prefixes the line with a backslash when the file name contains one.
  /^\\?([0-9a-f]{64}) /.exec(lines[0] ?? '')?.[1] ?? [words, ...lines].join(' ');
