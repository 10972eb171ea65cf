import { defined } from '../../../../domain/base/defined.ts';
import type { Millis } from '../../../../domain/base/fault.ts';
import { formatDuration } from '../../../../domain/text/duration.ts';
import type { ChangeIo } from '../../../../doors/io.ts';
import { oneLine } from '../../../../platform/masking/sanitize.ts';
import type { WebSocketWire } from '../../../../platform/network/http-messages.ts';
import { createOutputSplitter } from '../../../../platform/processes/program-output.ts';
import { WireError } from '../../../../platform/runtime/wire-error.ts';
import { explainApiStatus, noLogin } from '../../../kit/contract/kube-api-errors.ts';
import { field, list, text } from '../../../kit/values/wire-value.ts';
import { apiResources, objectPath } from '../../api/api-resources.ts';
import type { KubeClient } from '../../api/client.ts';

/** The protocol version that can signal the end of stdin; otherwise the same as v4. */
export const execProtocolV5 = 'v5.channel.k8s.io';
const execProtocols: readonly string[] = [execProtocolV5, 'v4.channel.k8s.io'];

/** Every message begins with its channel byte. Source: k8s.io/apimachinery, util/remotecommand. */
const stdin = 0;
const stdout = 1;
const stderr = 2;
const ending = 3;
const closing = 255;

/** Frames bytes for the stdin channel. */
export const stdinFrame = (bytes: Uint8Array): Uint8Array => Buffer.concat([Buffer.of(stdin), bytes]);
export const stdinCloseFrame: Uint8Array = Buffer.of(closing, stdin);

/**
 * Maximum output kept per program, since every line of a run is recorded. The rest is discarded, and a line reports it.
 */
const outputLimits = { letters: 1024 * 1024, lines: 2000 } as const;

/** A line of a program, or its end. */
export type ExecOutput =
  | { readonly is: 'line'; readonly text: string }
  /** `code`: absent when the program could not be started, or its exit status is unknown. */
  | { readonly is: 'ended'; readonly code?: number; readonly words: string };

/** Parses the end of a program from the error channel: a Status. */
export const parseExecStatus = (message: string): ExecOutput => {
  let status: unknown;
  try {
    status = JSON.parse(message);
  } catch {
    return { is: 'ended', words: `the exit status of the program is unknown: ${oneLine(message)}` };
  }
  if (text(field(status, 'status')) === 'Success')
    return { is: 'ended', code: 0, words: 'exited with status 0' };
  const cause = list(field(field(status, 'details'), 'causes')).find(
    (value) => text(field(value, 'reason')) === 'ExitCode',
  );
  const code = Number(text(field(cause, 'message')) ?? Number.NaN);
  return Number.isInteger(code)
    ? { is: 'ended', code, words: `exited with status ${code}` }
    : {
        is: 'ended',
        words: oneLine(
          text(field(status, 'message')) ??
            'the program could not be started: check the path of the program in the container',
          280,
        ),
      };
};

/** A chunk of stdout or stderr, or the end of the program. */
type ExecFrame =
  | { readonly is: 'out' | 'err'; readonly bytes: Uint8Array }
  | { readonly is: 'ending'; readonly message: string };

/** Yields the output of a program in a container. Throws WireError when the connection is lost. */
export async function* readExecFrames(wire: WebSocketWire): AsyncGenerator<ExecFrame, void, undefined> {
  for await (const message of wire.messages) {
    const channel = message[0];
    const bytes = message.subarray(1);
    if (bytes.length === 0) continue;
    if (channel === stdout) yield { is: 'out', bytes };
    if (channel === stderr) yield { is: 'err', bytes };
    if (channel === ending) yield { is: 'ending', message: Buffer.from(bytes).toString('utf8') };
  }
}

/**
 * Yields the output of a program in a container line by line, then its end. `taken`: receives the chunks of stdout
 * instead. Throws WireError when the connection is lost.
 */
export async function* readExecOutput(
  wire: WebSocketWire,
  taken?: (bytes: Uint8Array) => Promise<void>,
): AsyncGenerator<ExecOutput, void, undefined> {
  const waiting: string[] = [];
  const passedOn = { letters: 0, lines: 0 };
  const isEnough = (): boolean =>
    passedOn.letters > outputLimits.letters || passedOn.lines > outputLimits.lines;
  const take = (line: string): void => {
    if (isEnough()) return;
    passedOn.letters += line.length;
    passedOn.lines += 1;
    waiting.push(isEnough() ? '(output truncated)' : line);
  };
  const cutters = { out: createOutputSplitter(take), err: createOutputSplitter(take) };
  let end: ExecOutput | undefined;
  for await (const piece of readExecFrames(wire))
    if (piece.is === 'ending') end = parseExecStatus(piece.message);
    else if (piece.is === 'out' && taken !== undefined) await taken(piece.bytes);
    else {
      cutters[piece.is].push(Buffer.from(piece.bytes));
      for (const line of waiting.splice(0)) yield { is: 'line', text: line };
    }
  for (const cutter of Object.values(cutters)) cutter.end();
  for (const line of waiting.splice(0)) yield { is: 'line', text: line };
  yield end ?? {
    is: 'ended',
    words:
      'the connection was closed before the exit status arrived: check whether the program still runs in the pod',
  };
}

/** A read-only program ends soon. */
const probeTimeoutMs: Millis = 30_000;

/** Output and exit status of a program in a container. */
export interface ProbeResult {
  readonly lines: readonly string[];
  /** Absent when it could not be started. */
  readonly code?: number;
  readonly words: string;
}

/** Runs a read-only program to its end. Throws WireError. */
export const runProbe = async (
  client: KubeClient,
  path: string,
  io: Pick<ChangeIo, 'socket' | 'clock'>,
  signal: AbortSignal,
): Promise<ProbeResult> => {
  const deadline = io.clock.deadline(probeTimeoutMs);
  const wire = await openExec(client, path, io, AbortSignal.any([signal, deadline.signal]));
  const lines: string[] = [];
  try {
    for await (const output of readExecOutput(wire))
      if (output.is === 'line') lines.push(output.text);
      else return { lines, words: output.words, ...defined({ code: output.code }) };
    throw new WireError('timeout', `the program had not ended after ${formatDuration(probeTimeoutMs)}`);
  } finally {
    wire.close();
    deadline.clear();
  }
};

/** Replaces the command in an exec path and keeps everything else. */
export const replaceCommand = (path: string, argv: readonly string[]): string => {
  const [place = '', query] = path.split('?');
  const params = new URLSearchParams(query);
  params.delete('command');
  for (const word of argv) params.append('command', word);
  return `${place}?${params.toString()}`;
};

/** Path of an exec request; without a container, the pod's only one. Source: Kubernetes API, core/v1, connect exec. */
export const execPath = (
  { namespace, name }: { readonly namespace: string; readonly name: string },
  container: string | undefined,
  argv: readonly string[],
  isFed = false,
): string => {
  const query = new URLSearchParams({
    ...defined({ container }),
    ...(isFed ? { stdin: 'true' } : {}),
    stdout: 'true',
    stderr: 'true',
  });
  for (const word of argv) query.append('command', word);
  return `${objectPath(apiResources.pod, namespace, name, 'exec')}?${query.toString()}`;
};

/**
 * Opens an exec connection through the changing io; `typed` names it in the record of what was sent. Throws WireError;
 * a missing permission is named.
 */
export const openExec = async (
  client: KubeClient,
  path: string,
  io: Pick<ChangeIo, 'socket'>,
  signal: AbortSignal,
  typed?: string,
): Promise<WebSocketWire> => {
  const { url, headers, tls } = await client.request({ method: 'GET', path }, signal);
  // The response is not JSON: a kubelet returns 406 to a client that accepts only JSON.
  const { accept: _, ...rest } = headers ?? {};
  const request = {
    url,
    headers: rest,
    protocols: execProtocols,
    ...defined({ typed, tls }),
  };
  try {
    return await io.socket(request, signal);
  } catch (error) {
    throw clarifyExecError(error);
  }
};

const clarifyExecError = (error: unknown): unknown => {
  if (!(error instanceof WireError) || error.kind !== 'denied') return error;
  const [, why] = /^answered 403: (.*)$/.exec(error.message) ?? [];
  return why === undefined
    ? error
    : explainApiStatus(new WireError('denied', 'answered 403 Forbidden'), 403, { message: why }, noLogin);
};
