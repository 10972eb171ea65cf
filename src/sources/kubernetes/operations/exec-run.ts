import { formatDuration } from '../../../domain/duration.ts';
import type { Millis } from '../../../domain/fault.ts';
import type { ActEvent } from '../../../domain/operation.ts';
import type { ChangeIo } from '../../../doors/io.ts';
import { secretMasker } from '../../../platform/terminal/secrets.ts';
import { toFault } from '../../../platform/to-fault.ts';
import { toWireError } from '../../../platform/wire-error.ts';
import { exitStatusEvents } from '../../define-operation.ts';
import {
  checksumIn,
  createFileSaver,
  type FileSaver,
  type ProgramOutcome,
  verifyInputFile,
} from '../../exec-files.ts';
import {
  abortInputGraceMs,
  feedStdin,
  type StdinFeed,
  stdinOutcome,
  withProgress,
} from '../../exec-input.ts';
import { completionPattern } from '../../exec-params.ts';
import type { KubeParts } from '../parts.ts';
import { podStdin } from './exec-files.ts';
import { type ExecOutput, openExec, readExecOutput, replaceCommand, runProbe } from './exec-session.ts';
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
        return checksumIn(lines, words);
      };

/** The lines of a program as one text; undefined without any. */
const textOf = (lines: readonly string[]): string | undefined =>
  lines.length === 0 ? undefined : lines.join('\n');

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
  let saved: FileSaver | undefined;
  let feeding: StdinFeed | undefined;
  let close: (() => void) | undefined;
  let copied = (): number => 0;
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
    if (params.save !== undefined) {
      saved = createFileSaver(
        await change.draft(file, params.gzip === true, stop),
        pattern,
        remoteChecksum(client, path, params, change, stop),
      );
      copied = saved.size;
    }
    stop.addEventListener('abort', stopped, { once: true });
    if (stop.aborted) breakOff(stop.reason);
    const wire = await openExec(client, path, change, cut.signal, line);
    close = () => wire.close();
    if (params.feed !== undefined) {
      feeding = feedStdin(podStdin(wire), io.disk.bytes(file, stop), breakOff);
      copied = feeding.size;
    }
    const outputs = withProgress<ExecOutput>(
      readExecOutput(wire, saved?.take),
      change.clock,
      () => copied(),
      (text) => ({ is: 'line', text }),
    );
    for await (const output of outputs)
      if (output.is === 'line') {
        const text = secretMasker.mask(output.text);
        if (prefix !== '') own.push(text);
        yield { is: 'output', text: `${prefix}${text}` };
      } else {
        const outcome = await outcomeOf(output.code);
        ok = outcome.ok;
        yield* exitStatusEvents(output.code === undefined ? {} : { status: output.code }, textOf(own));
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
