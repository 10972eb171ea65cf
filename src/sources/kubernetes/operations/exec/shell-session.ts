import type { ChangeIo } from '../../../../doors/io.ts';
import type { WebSocketWire } from '../../../../platform/network/http-messages.ts';
import { WireError } from '../../../../platform/runtime/wire-error.ts';
import type { InteractiveTerminal } from '../../../../platform/terminal/interactive-terminal.ts';
import {
  connectShellInput,
  leftByOperator,
  shellArgv,
  shellGreeting,
} from '../../../kit/operations/shell-operation.ts';
import type { KubeClient } from '../../api/client.ts';
import { execPath, openExec, parseExecStatus, readExecFrames, stdinFrame } from './exec-session.ts';

/** The channel of terminal sizes. Source: k8s.io/apimachinery, util/remotecommand. */
const resizeChannel = 4;

/** Path of the exec request of a shell. With a terminal, stderr arrives as stdout. */
export const shellPath = (
  pod: { readonly namespace: string; readonly name: string },
  container: string,
): string => {
  const [place = '', query] = execPath(pod, container, shellArgv, true).split('?');
  const params = new URLSearchParams(query);
  params.delete('stderr');
  params.set('tty', 'true');
  return `${place}?${params.toString()}`;
};

const sizeFrame = ({ columns, rows }: ReturnType<InteractiveTerminal['size']>): Uint8Array =>
  Buffer.concat([Buffer.of(resizeChannel), Buffer.from(JSON.stringify({ Width: columns, Height: rows }))]);

/**
 * Passes what is typed, and the size of the terminal, to the process behind a connection, and its output to the terminal, until
 * the output ends. Returns the end that the server reports, if any. Throws WireError when the connection is lost.
 */
export const connectTerminal = async (
  wire: WebSocketWire,
  terminal: InteractiveTerminal,
  leave: () => void,
): Promise<string | undefined> => {
  const send = (bytes: Uint8Array): void => {
    // A lost connection ends the output, where it is reported.
    wire.send(bytes).catch(() => {});
  };
  connectShellInput(terminal, {
    send: (bytes) => send(stdinFrame(bytes)),
    resize: (size) => send(sizeFrame(size)),
    leave,
  });
  let end: string | undefined;
  for await (const piece of readExecFrames(wire)) {
    if (piece.is !== 'ending') terminal.write(piece.bytes);
    else {
      const status = parseExecStatus(piece.message);
      if (status.is === 'ended') end = status.words;
    }
  }
  return end;
};

/** The shell of a container, and its connection. */
interface ShellTarget {
  readonly client: KubeClient;
  readonly path: string;
  /** The call, in the record of the run. */
  readonly line: string;
  readonly name: string;
}

/**
 * Runs a shell in the terminal until it exits, or the operator leaves. Returns how it ended: 'exited with status 0'.
 * Throws WireError when it cannot be started, or the connection is lost.
 */
export const runShell = async (
  { client, path, line, name }: ShellTarget,
  terminal: InteractiveTerminal,
  change: Pick<ChangeIo, 'socket'>,
  signal: AbortSignal,
): Promise<string> => {
  terminal.write(shellGreeting(name));
  const wire = await openExec(client, path, change, signal, line);
  let hasLeft = false;
  let end: string | undefined;
  try {
    end = await connectTerminal(wire, terminal, () => {
      hasLeft = true;
      wire.close();
    });
  } catch (error) {
    if (!hasLeft || !(error instanceof WireError) || error.kind === 'cancelled') throw error;
  } finally {
    wire.close();
  }
  if (hasLeft) return leftByOperator;
  return end ?? 'the connection was closed before the exit status of the shell arrived';
};
