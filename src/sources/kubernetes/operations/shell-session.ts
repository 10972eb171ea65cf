import type { ChangeIo } from '../../../doors/io.ts';
import type { WebSocketWire } from '../../../platform/network/http-messages.ts';
import type { InteractiveTerminal } from '../../../platform/terminal/interactive-terminal.ts';
import { WireError } from '../../../platform/wire-error.ts';
import type { KubeClient } from '../client.ts';
import { execPath, openExec, parseExecStatus, readExecFrames, stdinFrame } from './exec-session.ts';

/** The channel of terminal sizes. Source: k8s.io/apimachinery, util/remotecommand. */
const resizeChannel = 4;

/** bash where the image has it, else sh. */
export const shellArgv: readonly string[] = [
  'sh',
  '-c',
  'TERM=xterm-256color; export TERM; command -v bash >/dev/null 2>&1 && exec bash; exec sh',
];

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

/** ctrl-]: ends the session here, also when nothing answers any more. As in telnet. */
const leaveByte = 0x1d;

/** The shell of a container, and its connection. */
interface ShellTarget {
  readonly client: KubeClient;
  readonly path: string;
  /** The call, in the record of the run. */
  readonly line: string;
  readonly name: string;
}

/** Connects what is typed with the shell. `left`: called when the operator leaves. */
const connectInput = (terminal: InteractiveTerminal, wire: WebSocketWire, left: () => void): void => {
  const send = (bytes: Uint8Array): void => {
    // A lost connection ends the output, where it is reported.
    wire.send(bytes).catch(() => {});
  };
  terminal.onInput((bytes) => {
    const leave = bytes.indexOf(leaveByte);
    if (leave !== 0) send(stdinFrame(leave < 0 ? bytes : bytes.subarray(0, leave)));
    if (leave >= 0) left();
  });
  terminal.onResize(() => send(sizeFrame(terminal.size())));
  send(sizeFrame(terminal.size()));
};

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
  terminal.write(`connecting to ${name}; exit or ctrl-d ends the shell, ctrl-] leaves at once\r\n`);
  const wire = await openExec(client, path, change, signal, line);
  let hasLeft = false;
  connectInput(terminal, wire, () => {
    hasLeft = true;
    wire.close();
  });
  let end: string | undefined;
  try {
    for await (const piece of readExecFrames(wire)) {
      if (piece.is !== 'ending') terminal.write(piece.bytes);
      else {
        const status = parseExecStatus(piece.message);
        if (status.is === 'ended') end = status.words;
      }
    }
  } catch (error) {
    if (!hasLeft || !(error instanceof WireError) || error.kind === 'cancelled') throw error;
  } finally {
    wire.close();
  }
  if (hasLeft) return 'left by the operator; what runs in the shell may continue';
  return end ?? 'the connection was closed before the exit status was received';
};
