import type { ChangeIo } from '../../../doors/io.ts';
import { ProgramError, WireError } from '../../../platform/failures.ts';
import { RemediedError } from '../../../platform/fault.ts';
import { type Heard, insideEvents } from '../../../platform/inside/inside-events.ts';
import { ifStarted, startProblem, stoppedWaiting } from '../../../platform/inside/inside-start.ts';
import { TunnelError } from '../../../platform/network/dial.ts';
import type { WebSocketWire } from '../../../platform/network/stream.ts';
import { createLeftRunning } from '../../../platform/processes/left-running.ts';
import type { Program } from '../../../platform/processes/program.ts';
import { abortWireError } from '../../../platform/wire-error.ts';
import type { Inside, Source } from '../../source.ts';
import { endOf, piecesOf } from '../operations/exec-channels.ts';
import { execPath, openExec } from '../operations/exec-socket.ts';
import { type KubeParts, namespacesRead } from '../parts.ts';
import { endPod } from './ends.ts';

const place = 'in that container';

/** exec has no environment of its own: env(1) of the image gives it one. */
const commandOf = ({ argv, env = {} }: Program): readonly string[] =>
  Object.keys(env).length === 0
    ? argv
    : ['env', ...Object.entries(env).map(([name, value]) => `${name}=${value}`), ...argv];

/** Runs a program in a container of a pod, by a WebSocket of its own (`exec`). */
export const runInPod = (parts: KubeParts): NonNullable<Source['run']> => {
  const hanging = createLeftRunning(parts.client.now);
  return async function* (at, program, door, signal) {
    if (program.cwd !== undefined) throw noCwd();
    hanging.refuse(at.end, program);
    const wire = await opened(parts, at, program, door, signal);
    try {
      const heard = heardOf(wire, at.end, program);
      yield* ifStarted(insideEvents(heard, program, parts.client.now), program.argv, place);
      hanging.ended(at.end, program);
    } catch (error) {
      const stopped = stoppedWaiting(signal);
      if (stopped?.kind === 'timeout') hanging.left(at.end, program);
      throw stopped ?? (error instanceof ProgramError ? error : lost(at.end, error));
    } finally {
      wire.close();
    }
  };
};

const noCwd = (): ProgramError =>
  new ProgramError('unconfigured', 'a program in a pod is started where its image says', {
    remedy: 'leave out cwd',
  });

const opened = async (
  parts: KubeParts,
  { end, container }: Inside,
  program: Program,
  door: ChangeIo,
  signal: AbortSignal,
): Promise<WebSocketWire> => {
  try {
    const { namespace, pod: name } = endPod(end, await namespacesRead(parts, signal));
    const path = execPath({ namespace, name }, container, commandOf(program));
    return await openExec(parts.client, path, door, signal);
  } catch (error) {
    throw signal.aborted ? abortWireError(signal) : lost(end, error);
  }
};

/** Throws ProgramError for one that could not be started, TunnelError when its end is not told. */
async function* heardOf(
  wire: WebSocketWire,
  end: string,
  { argv: [name = ''] }: Program,
): AsyncGenerator<Heard, void, undefined> {
  for await (const piece of piecesOf(wire))
    if (piece.is !== 'ending') yield piece;
    else {
      const how = endOf(piece.message);
      if (how.is !== 'ended') continue;
      if (how.code === undefined)
        throw startProblem(name, place, piece.message) ?? new TunnelError(`${end}: ${how.words}`);
      yield { is: 'ended', status: how.code };
      return;
    }
  throw new TunnelError(`${end}: the connection was closed before its end was told`);
}

const lost = (end: string, error: unknown): TunnelError => {
  if (error instanceof TunnelError) return error;
  const words = error instanceof WireError ? error.message : String(error);
  if (/container name must be specified/i.test(words))
    return new TunnelError(`${end}: ${words}`, 'say which: via: { …, container: NAME }');
  return new TunnelError(`${end}: ${words}`, error instanceof RemediedError ? error.remedy : undefined);
};
