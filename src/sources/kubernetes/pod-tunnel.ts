import { portForwardLost } from '../../clients/kubernetes/port-forward.ts';
import type { ChangeIo } from '../../doors/io.ts';
import { TunnelError } from '../../platform/network/dial.ts';
import type { WebSocketWire } from '../../platform/network/http-messages.ts';
import { RemediedError } from '../../platform/network/to-fault.ts';
import type { Program } from '../../platform/processes/program.ts';
import {
  abandonedProgramError,
  type RemoteOutput,
  remoteProgramEvents,
  remoteStartFailure,
  requireStarted,
} from '../../platform/remote-exec/remote-exec.ts';
import { createRemoteLeftovers } from '../../platform/remote-exec/remote-kill.ts';
import { ProgramError, toAbortError, WireError } from '../../platform/runtime/wire-error.ts';
import type { RemoteExecTarget, RouteEndpoint, Source, TunnelDialer } from '../kit/contract/source.ts';
import { type KubeParts, resolveNamespaces } from './api/parts.ts';
import { execPath, openExec, parseExecStatus, readExecFrames } from './operations/exec/exec-session.ts';
import { listTargetPods } from './pod/target-pods.ts';

/** Neither namespace names nor pod names contain '/'. */
const separator = '/';

/** Names an endpoint after its pod, prefixed with the namespace where the source has several. */
const formatEndName = (namespace: string, pod: string, several: boolean): string =>
  several ? `${namespace}${separator}${pod}` : pod;

const parseEndName = (
  end: string,
  namespaces: readonly string[],
): { readonly namespace: string; readonly pod: string } => {
  const [pod = '', namespace = namespaces[0] ?? 'default'] = end.split(separator).reverse();
  return { namespace, pod };
};

/** Returns the live pods of a `via:` target, ready ones first. Throws WireError. */
export const podEnds = async (
  parts: KubeParts,
  target: string,
  signal: AbortSignal,
): Promise<readonly RouteEndpoint[]> => {
  const namespaces = await resolveNamespaces(parts, signal);
  const podLists = await Promise.all(
    namespaces.map((namespace) => listTargetPods(parts.client, namespace, target, signal)),
  );
  const several = namespaces.length > 1 || namespaces[0] === '*';
  return podLists
    .flat()
    .filter(
      ({ status, containers }) =>
        status !== 'Terminating' && containers.some(({ status: is }) => is === 'Running'),
    )
    .sort((a, b) => Number(b.isLive) - Number(a.isLive))
    .map(({ name, namespace, uid, isStarting }) => ({
      name: formatEndName(namespace, name, several),
      uid,
      namespace,
      ...(isStarting === true ? { isStarting } : {}),
    }));
};

/** Opens a connection to a port of a pod, through its own port-forward. `host` is the name of an endpoint. */
export const podPortForward =
  (parts: KubeParts): TunnelDialer =>
  async ({ host, port }, signal) => {
    const { client } = parts;
    let line = host;
    try {
      const { namespace, pod } = parseEndName(host, await resolveNamespaces(parts, signal));
      line = `${pod}:${port}`;
      return await client.portForward({ namespace, pod, port }, signal);
    } catch (error) {
      if (signal.aborted) throw toAbortError(signal);
      throw portForwardLost(line, error);
    }
  };

const inContainerText = 'in this container';

/** exec cannot set an environment; env(1) of the image does. */
const commandWithEnv = ({ argv, env = {} }: Program): readonly string[] =>
  Object.keys(env).length === 0
    ? argv
    : ['env', ...Object.entries(env).map(([name, value]) => `${name}=${value}`), ...argv];

/** Runs a program in a container of a pod, over its own WebSocket (`exec`). */
export const runInPod = (parts: KubeParts): NonNullable<Source['run']> => {
  const hanging = createRemoteLeftovers(parts.client.now);
  return async function* (execTarget, program, door, signal) {
    if (program.cwd !== undefined) throw workingDirectoryError();
    hanging.refuse(execTarget.end, program);
    const wire = await openProgram(parts, execTarget, program, door, signal);
    try {
      const output = programEvents(wire, execTarget.end, program);
      yield* requireStarted(
        remoteProgramEvents(output, program, parts.client.now),
        program.argv,
        inContainerText,
      );
      hanging.ended(execTarget.end, program);
    } catch (error) {
      const stopped = abandonedProgramError(signal);
      if (stopped?.kind === 'timeout') hanging.left(execTarget.end, program);
      throw stopped ?? (error instanceof ProgramError ? error : toTunnelError(execTarget.end, error));
    } finally {
      wire.close();
    }
  };
};

const workingDirectoryError = (): ProgramError =>
  new ProgramError(
    'unconfigured',
    'a program in a pod always starts in the working directory of the image: remove cwd',
    {
      remedy: 'remove cwd',
    },
  );

const openProgram = async (
  parts: KubeParts,
  { end, container }: RemoteExecTarget,
  program: Program,
  door: ChangeIo,
  signal: AbortSignal,
): Promise<WebSocketWire> => {
  try {
    const { namespace, pod: name } = parseEndName(end, await resolveNamespaces(parts, signal));
    const path = execPath({ namespace, name }, container, commandWithEnv(program));
    return await openExec(parts.client, path, door, signal);
  } catch (error) {
    throw signal.aborted ? toAbortError(signal) : toTunnelError(end, error);
  }
};

/** Throws ProgramError when the program cannot be started, TunnelError when its exit status is not reported. */
async function* programEvents(
  wire: WebSocketWire,
  end: string,
  { argv: [name = ''] }: Program,
): AsyncGenerator<RemoteOutput, void, undefined> {
  for await (const piece of readExecFrames(wire))
    if (piece.is !== 'ending') yield piece;
    else {
      const how = parseExecStatus(piece.message);
      if (how.is !== 'ended') continue;
      if (how.code === undefined)
        throw (
          remoteStartFailure(name, inContainerText, piece.message) ?? new TunnelError(`${end}: ${how.words}`)
        );
      yield { is: 'ended', status: how.code };
      return;
    }
  throw new TunnelError(
    `the connection to ${end} was closed before the exit status of the program was known: check there whether the program still runs`,
  );
}

const toTunnelError = (end: string, error: unknown): TunnelError => {
  if (error instanceof TunnelError) return error;
  const words = error instanceof WireError ? error.message : String(error);
  if (/container name must be specified/i.test(words))
    return new TunnelError(`${end}: ${words}`, 'set via: { …, container: NAME }');
  return new TunnelError(`${end}: ${words}`, error instanceof RemediedError ? error.remedy : undefined);
};
