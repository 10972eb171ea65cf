import { defined } from '../../../domain/base/defined.ts';
import type { ChangeIo } from '../../../doors/io.ts';
import { TunnelError } from '../../../platform/network/dial.ts';
import { statusText } from '../../../platform/network/status.ts';
import type { Program } from '../../../platform/processes/program.ts';
import {
  abandonedProgramError,
  type RemoteOutput,
  remoteProgramEvents,
  requireStarted,
} from '../../../platform/remote-exec/remote-exec.ts';
import { createRemoteLeftovers } from '../../../platform/remote-exec/remote-kill.ts';
import { ProgramError, toAbortError, WireError } from '../../../platform/runtime/wire-error.ts';
import type { Source } from '../../kit/contract/source.ts';
import { field, number, text } from '../../kit/values/wire-value.ts';
import type { Daemon } from '../daemon/daemon.ts';
import { daemonErrorText } from '../daemon/daemon.ts';
import { parseFrames } from '../daemon/frames.ts';

const locationText = 'in this container';

/**
 * Runs a program in a container: creates an exec, starts it, and reads its exit status. Source: Docker Engine API,
 * Exec.
 */
export const runInContainer = (daemon: Daemon): NonNullable<Source['run']> => {
  const hanging = createRemoteLeftovers(daemon.now);
  return async function* ({ end }, program, door, signal) {
    hanging.refuse(end, program);
    const lost = (error: unknown): unknown => {
      if (error instanceof ProgramError || error instanceof TunnelError) return error;
      const { message, remedy } = daemon.fault(`/containers/${end}/exec`, error, 'POST');
      return new TunnelError(message, remedy);
    };
    const id = await createContainerExec(daemon, end, program, door, signal).catch((error: unknown) => {
      throw signal.aborted ? toAbortError(signal) : lost(error);
    });
    try {
      const output = readExecOutput(daemon, id, door, signal);
      yield* requireStarted(remoteProgramEvents(output, program, daemon.now), program.argv, locationText);
      hanging.ended(end, program);
    } catch (error) {
      const stopped = abandonedProgramError(signal);
      if (stopped?.kind === 'timeout') hanging.left(end, program);
      throw stopped ?? lost(error);
    }
  };
};

/**
 * Creates an exec and returns its id. Throws WireError with the daemon's message: no such container, or not running.
 */
const createContainerExec = async (
  daemon: Daemon,
  container: string,
  { argv, env = {}, cwd }: Program,
  door: ChangeIo,
  signal: AbortSignal,
): Promise<string> => {
  const path = `/containers/${encodeURIComponent(container)}/exec`;
  const body = {
    AttachStdout: true,
    AttachStderr: true,
    Cmd: argv,
    ...(Object.keys(env).length === 0
      ? {}
      : { Env: Object.entries(env).map(([name, value]) => `${name}=${value}`) }),
    ...defined({ WorkingDir: cwd }),
  };
  const made = await daemon.createExec(door, { method: 'POST', path, body }, signal);
  const id = made.status === 201 ? text(field(made.json(), 'Id')) : undefined;
  if (id !== undefined && /^[0-9a-f]+$/.test(id)) return id;
  throw new WireError('unreachable', `${statusText(made.status)}: ${daemonErrorText(made)}`);
};

async function* readExecOutput(
  daemon: Daemon,
  id: string,
  door: ChangeIo,
  signal: AbortSignal,
): AsyncGenerator<RemoteOutput, void, undefined> {
  const body = { Detach: false, Tty: false };
  const answer = await daemon.sendStream(door, { method: 'POST', path: `/exec/${id}/start`, body }, signal);
  if (answer.status !== 200) {
    const body = await answer.text();
    const words = daemonErrorText({ text: body, json: () => JSON.parse(body) });
    throw new WireError('unreachable', `${statusText(answer.status)}: ${words}`);
  }
  for await (const { stream: from, payload } of parseFrames(answer.chunks))
    yield { is: from === 'stdout' ? 'out' : 'err', bytes: payload };
  const status = number(field(await daemon.getJson(`/exec/${id}/json`, signal), 'ExitCode'));
  if (status === undefined)
    throw new WireError(
      'unreachable',
      'the connection to the Docker daemon ended before the exit status was known: check whether the program still runs',
    );
  yield { is: 'ended', status };
}
