import { createHash } from 'node:crypto';
import { formatDuration } from '../../../domain/duration.ts';
import type { Millis } from '../../../domain/fault.ts';
import { formatBytes } from '../../../domain/format.ts';
import type { ActEvent } from '../../../domain/operation.ts';
import { compilePattern } from '../../../domain/pattern.ts';
import type { Matcher } from '../../../domain/regex/matcher.ts';
import type { ChangeIo } from '../../../doors/io.ts';
import type { AtomicFileWriter } from '../../../platform/files/file-interfaces.ts';
import { secretMasker } from '../../../platform/terminal/secrets.ts';
import { toFault } from '../../../platform/to-fault.ts';
import { toWireError } from '../../../platform/wire-error.ts';
import { exitStatusEvents } from '../../define-operation.ts';
import type { KubeParts } from '../parts.ts';
import { createTailMatcher, feedStdin, type StdinFeed, verifyInputFile } from './exec-files.ts';
import { openExec, readExecOutput, replaceCommand, runProbe } from './exec-session.ts';
import type { ExecParams } from './exec-targets.ts';

/** One run of a program. */
interface ProgramRun {
  readonly path: string;
  readonly line: string;
  /** Prefix of each output line. */
  readonly prefix: string;
  readonly timeoutMs: Millis;
  /** Local file, where the parameters name one. */
  readonly file?: string;
}

const completionPattern = ({ complete }: ExecParams): Matcher | undefined => {
  const pattern = complete === undefined ? undefined : compilePattern(complete);
  return typeof pattern === 'string' ? undefined : pattern;
};

/** Saves the output file, only when the program succeeded and the file is complete. */
const createFileSaver = (
  draft: AtomicFileWriter,
  pattern: Matcher | undefined,
  sumInside?: () => Promise<string>,
) => {
  const hash = createHash('sha256');
  const end = createTailMatcher();
  let isKept = false;
  return {
    take: async (piece: Uint8Array): Promise<void> => {
      end.take(piece);
      hash.update(piece);
      await draft.write(piece);
    },
    /** Describes the outcome. */
    finish: async (ok: boolean): Promise<ProgramOutcome> => {
      const isWhole = pattern === undefined || end.matches(pattern);
      if (!ok || !isWhole) {
        const why = ok ? `, and none of its last lines matches ${pattern?.source}` : '';
        return { ok: false, words: `${why}; its output was discarded` };
      }
      const inside = await sumInside?.();
      if (inside !== undefined && inside !== hash.digest('hex'))
        return {
          ok: false,
          words: `, but the output does not match the file in the container (sha256 ${inside}); it was discarded`,
        };
      const { path, sizeBytes, sha256 } = await draft.commit();
      isKept = true;
      return { ok: true, words: `; ${path}: ${formatBytes(sizeBytes)}, sha256 ${sha256}` };
    },
    leave: async (): Promise<void> => {
      if (!isKept) await draft.abort();
    },
  };
};

/** Grace period for a program that no longer reads its input. */
const abortInputGraceMs: Millis = 2000;

/** Outcome of a program and its file. */
interface ProgramOutcome {
  readonly ok: boolean;
  readonly words: string;
}

const stdinOutcome = async ({ done }: StdinFeed, ok: boolean): Promise<ProgramOutcome> => {
  const { fed, isWhole } = await done;
  return {
    ok: ok && isWhole,
    words: `; ${formatBytes(fed)} written to stdin${isWhole ? '' : ' (incomplete)'}`,
  };
};

/** Reads the SHA-256 of the copied file in its container; undefined: no comparison. */
const remoteChecksum = (
  client: KubeParts['client'],
  path: string,
  { sumOf }: ExecParams,
  change: ChangeIo,
  signal: AbortSignal,
): (() => Promise<string>) | undefined =>
  sumOf === undefined
    ? undefined
    : async () => {
        const checksumPath = replaceCommand(path, ['sha256sum', sumOf]);
        const { lines, words } = await runProbe(client, checksumPath, change, signal);
        // GNU sha256sum prefixes the line with a backslash when the file name contains one.
        return /^\\?([0-9a-f]{64}) /.exec(lines[0] ?? '')?.[1] ?? [words, ...lines].join(' ');
      };

/** Runs one program to its end. Returns whether it exited with status 0 and its file was handled completely. */
export const runProgram = async function* (
  { client, source, io }: KubeParts,
  params: ExecParams,
  { path, line, prefix, timeoutMs, file = '' }: ProgramRun,
  change: ChangeIo,
  signal: AbortSignal,
): AsyncGenerator<ActEvent, boolean, undefined> {
  const deadline = change.clock.deadline(timeoutMs);
  const stop = AbortSignal.any([signal, deadline.signal]);
  // The connection outlives the stop until the last input has been sent.
  const cut = new AbortController();
  const pattern = completionPattern(params);
  let saved: ReturnType<typeof createFileSaver> | undefined;
  let feeding: StdinFeed | undefined;
  let close: (() => void) | undefined;
  let ok = false;
  // Lines of several pods are prefixed with the pod; lines for verification are not.
  const own: string[] = [];
  const breakOff = (why: unknown): void => {
    const fed = feeding?.abort(params.abort) ?? Promise.resolve();
    void Promise.race([fed, change.clock.sleep(abortInputGraceMs)]).then(() => cut.abort(why));
  };
  const stopped = (): void => breakOff(stop.reason);

  const outcomeOf = async (code: number | undefined): Promise<ProgramOutcome> => {
    if (saved !== undefined) return saved.finish(code === 0);
    return feeding === undefined ? { ok: code === 0, words: '' } : stdinOutcome(feeding, code === 0);
  };

  try {
    if (params.feed !== undefined)
      yield { is: 'output', text: await verifyInputFile(io.disk, file, pattern, stop) };
    if (params.save !== undefined)
      saved = createFileSaver(
        await change.draft(file, params.gzip === true, stop),
        pattern,
        remoteChecksum(client, path, params, change, stop),
      );
    stop.addEventListener('abort', stopped, { once: true });
    if (stop.aborted) stopped();
    const wire = await openExec(client, path, change, cut.signal, line);
    close = () => wire.close();
    if (params.feed !== undefined) feeding = feedStdin(wire, io.disk.bytes(file, stop), breakOff);
    for await (const output of readExecOutput(wire, saved?.take))
      if (output.is === 'line') {
        const text = secretMasker.mask(output.text);
        if (prefix !== '') own.push(text);
        yield { is: 'output', text: `${prefix}${text}` };
      } else {
        const outcome = await outcomeOf(output.code);
        ok = outcome.ok;
        const text = own.length === 0 ? undefined : own.join('\n');
        yield* exitStatusEvents(output.code === undefined ? {} : { status: output.code }, text);
        yield { is: 'answered', line, status: output.words + outcome.words, ok };
      }
  } catch (error) {
    ok = false;
    const hasBegun = close !== undefined;
    yield {
      is: 'answered',
      line,
      status: interruptionText(error, source, timeoutMs, client.now(), hasBegun),
      ok: false,
    };
  } finally {
    stop.removeEventListener('abort', stopped);
    await feeding?.abort();
    close?.();
    await saved?.leave();
    deadline.clear();
  }
  return ok;
};

/** Closing the connection ends the output; whether the program ends too depends on its container. */
const interruptionText = (
  error: unknown,
  source: string,
  timeoutMs: Millis,
  now: Millis,
  hasBegun: boolean,
): string => {
  const after = hasBegun ? '; the connection was closed, and the program may still be running' : '';
  const { kind } = toWireError(error) ?? {};
  if (kind === 'timeout') return `not finished after ${formatDuration(timeoutMs)}${after}`;
  if (kind === 'cancelled') return `canceled${after}`;
  return `${toFault(source, '', error, now).message}${after}`;
};
