import { defined } from '../../../domain/base/defined.ts';
import type { Millis } from '../../../domain/base/fault.ts';
import type { ActEvent } from '../../../domain/runbooks/operation.ts';
import { stripControls } from '../../../domain/text/controls.ts';
import { formatDuration } from '../../../domain/text/duration.ts';
import { errorMessage } from '../../../domain/text/error-message.ts';
import { sentenceCase } from '../../../domain/text/sentence-case.ts';
import type { ChangeIo } from '../../../doors/io.ts';
import { secretMasker } from '../../../platform/masking/secrets.ts';
import type { ByteWire } from '../../../platform/network/http-messages.ts';
import { runMark } from '../../../platform/processes/program.ts';
import { killRemote, remoteKillArgv } from '../../../platform/remote-exec/remote-kill.ts';
import { toWireError } from '../../../platform/runtime/wire-error.ts';
import { exitStatusEvents } from '../../kit/operations/define-operation.ts';
import { openExecFileRun } from '../../kit/operations/exec-file-run.ts';
import { checksumIn } from '../../kit/operations/exec-files.ts';
import { withProgress } from '../../kit/operations/exec-input.ts';
import type { ExecFileParams } from '../../kit/operations/exec-params.ts';
import { field, number, text } from '../../kit/values/wire-value.ts';
import { runInContainer } from '../containers/run-in-container.ts';
import { defaultDaemonUrl } from '../daemon/config.ts';
import type { Daemon } from '../daemon/daemon.ts';
import { RefusedRequest, refusedRequest } from '../daemon/daemon.ts';
import { frameLines, parseFrames, type StreamFrame } from '../daemon/frames.ts';

/** One run of a program in a container. */
interface ContainerProgram extends ExecFileParams {
  /** ID of the container. */
  readonly container: string;
  readonly argv: readonly string[];
  /** Identifies its processes. */
  readonly mark: string;
  /** The command, as text. */
  readonly line: string;
  /** Local file, where the parameters name one. */
  readonly file?: string;
  /** Absent: limited by its step alone. */
  readonly timeoutMs?: Millis;
}

/** The beginning of a docker command: `docker exec`, for a daemon that is not the default `docker -H … exec`. */
export const dockerArgv = ({ address }: Daemon, verb: string): readonly string[] => [
  'docker',
  ...(address.name === defaultDaemonUrl ? [] : ['-H', address.name.replace(/^https?:/, 'tcp:')]),
  verb,
];

export const containerExecPath = (container: string): string => `/containers/${container}/exec`;

export const execBody = (argv: readonly string[], mark: string, isFed: boolean) => ({
  ...(isFed ? { AttachStdin: true } : {}),
  AttachStdout: true,
  AttachStderr: true,
  Cmd: argv,
  Env: [`${runMark}=${mark}`],
});

/** Progress of a program, as far as it is known. */
type ExecStage = 'file' | 'ready' | 'sent' | 'begun' | 'over';

/** The state of a run that both its course and its end need. */
interface RunState {
  stage: ExecStage;
  /** ID of its exec. */
  id: string;
  wire?: ByteWire;
}

/** Creates an exec, which runs nothing yet. */
const createExec = async (
  daemon: Daemon,
  { container, argv, mark, feed }: ContainerProgram,
  change: ChangeIo,
  signal: AbortSignal,
): Promise<string> => {
  const body = execBody(argv, mark, feed !== undefined);
  const made = await daemon.createExec(
    change,
    { method: 'POST', path: containerExecPath(container), body },
    signal,
  );
  const id = made.status === 201 ? text(field(made.json(), 'Id')) : undefined;
  if (id === undefined || !/^[0-9a-f]+$/.test(id)) throw refusedRequest(made.status, made.text);
  return id;
};

/** Starts an exec and returns its output as a multiplexed stream; a program that reads stdin gets a connection. */
const startExec = async (
  daemon: Daemon,
  { line, feed }: ContainerProgram,
  state: RunState,
  change: ChangeIo,
  signal: AbortSignal,
): Promise<AsyncIterable<Uint8Array>> => {
  const start = {
    method: 'POST',
    path: `/exec/${state.id}/start`,
    body: { Detach: false, Tty: false },
    command: line,
  } as const;
  if (feed === undefined) {
    const answer = await daemon.sendStream(change, start, signal);
    if (answer.status !== 200) throw refusedRequest(answer.status, await answer.text());
    return answer.chunks;
  }
  const { status, text: body, wire } = await daemon.upgrade(change, start, signal);
  if (wire === undefined) throw refusedRequest(status, body);
  state.wire = wire;
  return wire.chunks;
};

/** Passes the chunks of stdout to `taken`, with backpressure; the others remain. */
async function* withoutStdout(
  frames: AsyncIterable<StreamFrame>,
  taken: (bytes: Uint8Array) => Promise<void>,
): AsyncGenerator<StreamFrame, void, undefined> {
  for await (const frame of frames)
    if (frame.stream === 'stdout') await taken(frame.payload);
    else yield frame;
}

/** Reads how an exec ended. A program that closed its outputs may still be running. */
const readExecEnd = async (
  daemon: Daemon,
  id: string,
  signal: AbortSignal,
): Promise<{ readonly words: string; readonly code?: number }> => {
  const page = await daemon.getJson(`/exec/${id}/json`, signal);
  const status = number(field(page, 'ExitCode'));
  if (field(page, 'Running') === true || status === undefined)
    return {
      words: 'the output ended, but the program still runs in the container: check the program there',
    };
  return { words: `exited with status ${status}`, code: status };
};

/** Reads the SHA-256 of a file in the container by a program that only reads; undefined: no comparison. */
const remoteChecksum = (
  daemon: Daemon,
  { container, sumOf }: ContainerProgram,
  change: ChangeIo,
  signal: AbortSignal,
): (() => Promise<string>) | undefined =>
  sumOf === undefined
    ? undefined
    : async () => {
        const lines: string[] = [];
        const program = { argv: ['sha256sum', sumOf] };
        try {
          for await (const event of runInContainer(daemon)({ end: container }, program, change, signal))
            if (event.is === 'line') lines.push(event.text);
          return checksumIn(lines, 'not readable:');
        } catch (error) {
          return `the Docker daemon could not inspect the container: ${errorMessage(error)}`;
        }
      };

/** Runs one program to its end. Returns whether it exited with status 0 and its file was handled completely. */
export async function* runContainerProgram(
  daemon: Daemon,
  program: ContainerProgram,
  change: ChangeIo,
  signal: AbortSignal,
): AsyncGenerator<ActEvent, boolean, undefined> {
  const { line, file = '', timeoutMs } = program;
  const deadline = timeoutMs === undefined ? undefined : change.clock.deadline(timeoutMs);
  const stop = deadline === undefined ? signal : AbortSignal.any([signal, deadline.signal]);
  const remoteSum = remoteChecksum(daemon, program, change, stop);
  const { disk } = daemon.io;
  const local = openExecFileRun({ params: program, file, disk, change, stop, remoteSum });
  const state: RunState = { stage: 'file', id: '' };
  try {
    yield* local.prepare();
    state.stage = 'ready';
    state.id = await createExec(daemon, program, change, local.cut);
    state.stage = 'sent';
    const frames = parseFrames(await startExec(daemon, program, state, change, local.cut));
    state.stage = 'begun';
    if (state.wire !== undefined) local.feed(state.wire);
    const take = local.take();
    const shown = take === undefined ? frames : withoutStdout(frames, take);
    const lines = withProgress(
      frameLines(shown, { stamped: false }),
      change.clock,
      local.copied,
      (words) => words,
    );
    for await (const output of lines)
      yield { is: 'output', text: secretMasker.mask(stripControls(output.replace(/\r$/, ''))) };
    state.stage = 'over';
    const { code, words } = await readExecEnd(daemon, state.id, stop);
    const outcome = await local.outcomeOf(code);
    yield* exitStatusEvents(defined({ status: code }));
    yield { is: 'answered', line, status: words + outcome.words, ok: outcome.ok };
    return outcome.ok;
  } catch (error) {
    // Nothing was sent to the program: the caller explains a daemon that does not respond.
    if (state.stage === 'ready' && !(error instanceof RefusedRequest)) throw error;
    const status = await describeFailure(daemon, program, state, error, change);
    yield { is: 'answered', line, status, ok: false };
    return false;
  } finally {
    state.wire?.close();
    await local.close();
    deadline?.clear();
  }
}

/** Describes an interrupted program after ending it in its container. Never throws. */
const describeFailure = async (
  daemon: Daemon,
  program: ContainerProgram,
  state: RunState,
  error: unknown,
  change: ChangeIo,
): Promise<string> => {
  if (error instanceof RefusedRequest) return error.message;
  if (state.stage === 'file') return toWireError(error)?.message ?? String(error);
  const { timeoutMs } = program;
  const why =
    timeoutMs !== undefined && toWireError(error)?.kind === 'timeout'
      ? `the program had not finished after ${formatDuration(timeoutMs)}. If the program needs longer, raise timeout`
      : daemon.fault(`/exec/${state.id}/start`, error, 'POST').message;
  return `${why}. ${sentenceCase(await describeExecOutcome(daemon, program, state, change))}`;
};

/**
 * Ends an interrupted program by a second exec in its container, since the Engine API cannot end an exec. Describes the
 * outcome. Never throws.
 */
const describeExecOutcome = async (
  daemon: Daemon,
  { container, mark }: ContainerProgram,
  { id, stage }: RunState,
  change: ChangeIo,
): Promise<string> => {
  if (stage === 'over')
    return 'the Docker daemon reported no exit status. Check in the container whether the program still runs';
  const inContainer = runInContainer(daemon);
  const fate = await killRemote({
    mark,
    clock: change.clock,
    run: (program, stop) => inContainer({ end: container }, program, change, stop),
    program: { argv: remoteKillArgv(mark) },
  });
  if (await isExecRunning(daemon, id, change))
    return `${fate}. The daemon reports that the program is still running`;
  return stage === 'begun'
    ? `${fate}. Whatever the program has done until then remains`
    : `it is unknown whether the program started. If so, ${fate}`;
};

/** Together with the time to end the program, below the time limit of a cancel. */
const statusTimeoutMs: Millis = 1500;

/** Asks the daemon whether an exec is still running. Never throws. */
const isExecRunning = async (daemon: Daemon, id: string, { clock }: ChangeIo): Promise<boolean> => {
  const { signal, clear } = clock.deadline(statusTimeoutMs);
  try {
    return field(await daemon.getJson(`/exec/${id}/json`, signal), 'Running') === true;
  } catch {
    return false;
  } finally {
    clear();
  }
};
