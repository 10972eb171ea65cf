import { createHash } from 'node:crypto';
import { formatAge } from '../../../domain/duration.ts';
import { formatBytes } from '../../../domain/format.ts';
import type { TargetDrift } from '../../../domain/operation.ts';
import { PlanError } from '../../../domain/operation.ts';
import { matchedChars } from '../../../domain/pattern.ts';
import { type Matcher, matchesOr } from '../../../domain/regex/matcher.ts';
import type { Disk, FileStat } from '../../../platform/files/file-interfaces.ts';
import type { WebSocketWire } from '../../../platform/network/http-messages.ts';
import { WireError } from '../../../platform/wire-error.ts';
import { fileTimestamp, planNewFile, resolveLocalPath, statIfPresent } from '../../local-files.ts';
import type { KubeParts } from '../parts.ts';
import { execProtocolV5, stdinCloseFrame, stdinFrame } from './exec-session.ts';
import type { ExecParams, ExecTarget } from './exec-targets.ts';

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
      `${path} is incomplete: none of its last lines matches ${complete.source}`,
    );
  return `${path}: ${formatBytes(size)} unpacked, sha256 ${hash.digest('hex')}`;
};

/** An input stream to a program. */
export interface StdinFeed {
  /** Resolves at the end of the input: all of it, or as much as the program accepted. Never rejects. */
  readonly done: Promise<{ readonly fed: number; readonly isWhole: boolean }>;
  /** Stops the input, and sends the last words, if any, instead of the rest. */
  abort(last?: string): Promise<void>;
}

const stdinCloseUnsupported = (protocol: string): WireError =>
  new WireError(
    'unconfigured',
    `this API server speaks ${protocol}, which cannot signal the end of stdin: feed requires Kubernetes 1.30 or later`,
  );

/**
 * Sends a file to the stdin of a program, with backpressure. `lost` receives the reason when the file cannot be read
 * completely. The reader of the connection sees a lost connection.
 */
export const feedStdin = (
  wire: WebSocketWire,
  pieces: AsyncIterable<Uint8Array>,
  lost: (error: unknown) => void,
): StdinFeed => {
  let isOver = false;
  let fed = 0;
  const sent = (bytes: Uint8Array): Promise<boolean> =>
    wire.send(bytes).then(
      () => true,
      () => false,
    );
  const pump = async (): Promise<boolean> => {
    if (wire.protocol !== execProtocolV5) throw stdinCloseUnsupported(wire.protocol);
    for await (const piece of pieces) {
      if (isOver || !(await sent(stdinFrame(piece)))) return false;
      fed += piece.length;
    }
    if (isOver) return false;
    isOver = true;
    return sent(stdinCloseFrame);
  };
  const failed = (error: unknown): false => {
    lost(error);
    return false;
  };
  return {
    done: pump()
      .catch(failed)
      .then((isWhole) => ({ fed, isWhole })),
    abort: async (last) => {
      const wasOver = isOver;
      isOver = true;
      if (!wasOver && last !== undefined) await sent(stdinFrame(Buffer.from(last)));
    },
  };
};

/** The local file that a program writes or reads. */
interface ExecFile {
  readonly path: string;
  /** Distinguishes an input file from another one or from an earlier version. */
  readonly fingerprint?: string;
  readonly words: string;
}

const fileFingerprint = ({ id, sizeBytes, writtenAt }: FileStat): string => `${id} ${sizeBytes} ${writtenAt}`;

/** Reads the current state of an input file. Throws WireError, PlanError. */
const inputFile = async ({ io }: KubeParts, path: string, signal: AbortSignal): Promise<ExecFile> => {
  const stat = await io.disk.stat(path, signal);
  if (stat.kind !== 'file') throw new PlanError('failed', `${path} is not a file`);
  if (stat.sizeBytes === 0) throw new PlanError('failed', `${path} is empty`);
  const age = formatAge(Math.max(0, io.clock.now() + io.clock.wallOffset() - stat.writtenAt));
  return {
    path,
    fingerprint: fileFingerprint(stat),
    words: `stdin from ${path}: ${formatBytes(stat.sizeBytes)}, written ${age} ago`,
  };
};

/**
 * Resolves the local file in the parameters, if any. A file belongs to one program only. Throws WireError, PlanError.
 */
export const resolveExecFile = async (
  parts: KubeParts,
  { save, feed }: ExecParams,
  dir: string,
  execTargets: readonly ExecTarget[],
  signal: AbortSignal,
): Promise<ExecFile | undefined> => {
  const path = save ?? feed;
  if (path === undefined) return undefined;
  const [execTarget, ...others] = execTargets;
  if (execTarget === undefined || others.length > 0)
    throw new PlanError(
      'failed',
      `${execTargets.length} pods match, but feed needs one: specify the pod, or set first: true`,
    );
  const { io } = parts;
  const full = resolveLocalPath(path, dir);
  if (feed !== undefined) return inputFile(parts, full, signal);
  const names = { time: fileTimestamp(io.clock.now() + io.clock.wallOffset()), pod: execTarget.pod.name };
  return planNewFile(io.disk, full, names, signal);
};

/**
 * Returns the drift of that file since the plan: the output path is now taken, or the input file has changed. Throws
 * WireError.
 */
export const execFileDrift = async (
  { io }: KubeParts,
  { save }: ExecParams,
  { path, print }: { readonly path: string; readonly print: string },
  target: string,
  signal: AbortSignal,
): Promise<TargetDrift | undefined> => {
  if (save === undefined)
    return fileFingerprint(await io.disk.stat(path, signal)) === print
      ? undefined
      : { target, planned: `${path} unchanged`, found: 'a modified file' };
  const isFree = (await statIfPresent(io.disk, path, signal)) === undefined;
  return isFree ? undefined : { target, planned: `no file ${path}`, found: 'an existing one' };
};

/** Keeps the end of a stream for matching. */
export const createTailMatcher = () => {
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

const tailLineCount = 5;
