import { defined } from '../../../../domain/base/defined.ts';
import type { Millis } from '../../../../domain/base/fault.ts';
import type { ActEvent } from '../../../../domain/runbooks/operation.ts';
import { formatDuration } from '../../../../domain/text/duration.ts';
import type { ChangeIo } from '../../../../doors/io.ts';
import { secretMasker } from '../../../../platform/masking/secrets.ts';
import { toFault } from '../../../../platform/network/to-fault.ts';
import { toWireError } from '../../../../platform/runtime/wire-error.ts';
import { exitStatusEvents } from '../../../kit/operations/define-operation.ts';
import { openExecFileRun } from '../../../kit/operations/exec-file-run.ts';
import { checksumIn } from '../../../kit/operations/exec-files.ts';
import { withProgress } from '../../../kit/operations/exec-input.ts';
import type { KubeParts } from '../../api/parts.ts';
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
  const remoteSum = remoteChecksum(client, path, params, change, stop);
  const local = openExecFileRun({ params, file, disk: io.disk, change, stop, remoteSum });
  let close: (() => void) | undefined;
  let ok = false;
  // Lines of several pods are prefixed with the pod; lines for verification are not.
  const own: string[] = [];
  try {
    yield* local.prepare();
    const wire = await openExec(client, path, change, local.cut, line);
    close = () => wire.close();
    local.feed(podStdin(wire));
    const outputs = withProgress<ExecOutput>(
      readExecOutput(wire, local.take()),
      change.clock,
      local.copied,
      (text) => ({ is: 'line', text }),
    );
    for await (const output of outputs)
      if (output.is === 'line') {
        const text = secretMasker.mask(output.text);
        if (prefix !== '') own.push(text);
        yield { is: 'output', text: `${prefix}${text}` };
      } else {
        const outcome = await local.outcomeOf(output.code);
        ok = outcome.ok;
        yield* exitStatusEvents(defined({ status: output.code }), textOf(own));
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
    close?.();
    await local.close();
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
  const after = hasBegun ? '. The connection was closed, and the program may still be running' : '';
  const { kind } = toWireError(error) ?? {};
  if (kind === 'timeout')
    return `the program had not finished after ${formatDuration(timeoutMs)}${after}. If the program needs longer, raise timeout`;
  if (kind === 'cancelled') return `the run was canceled${after}`;
  return `${toFault(source, '', error, now).message}${after}`;
};
