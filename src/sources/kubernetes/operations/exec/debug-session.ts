import type { Millis } from '../../../../domain/base/fault.ts';
import { formatDuration } from '../../../../domain/text/duration.ts';
import type { ChangeIo } from '../../../../doors/io.ts';
import { withTimeout } from '../../../../platform/runtime/clock.ts';
import { WireError } from '../../../../platform/runtime/wire-error.ts';
import type { InteractiveTerminal } from '../../../../platform/terminal/interactive-terminal.ts';
import { onLeave, shellGreeting } from '../../../kit/operations/shell-operation.ts';
import type { KubeClient } from '../../api/client.ts';
import { parseMeta } from '../../api/object-meta.ts';
import { type DebugState, parseDebugState } from './debug-container.ts';
import { openExec, stdinFrame } from './exec-session.ts';
import { connectTerminal } from './shell-session.ts';

/** Pulling a large image takes minutes. */
const startLimitMs: Millis = 3 * 60_000;
const pollMs: Millis = 500;
/** The kubelet reports the end of a container within a second or two. */
const endLimitMs: Millis = 3000;
/** Interrupts the program in the foreground. */
const interruptKey = '\u0003';
/** Ends a shell at its prompt. */
const endOfInputKey = '\u0004';
/** Times that a shell is asked to end: a shell in a shell ends first. */
const endTries = 5;

/** A debug container that has been added to a pod. */
export interface AddedDebugger {
  readonly name: string;
  readonly image: string;
  readonly pod: string;
  /** The uid of the pod. */
  readonly uid: string;
  readonly podPath: string;
  readonly attachPath: string;
}

/** Reads the state of the debug container. Throws WireError, `missing` when the pod does not exist any more. */
const readState = async (
  client: KubeClient,
  container: AddedDebugger,
  signal: AbortSignal,
): Promise<DebugState> => {
  const raw = await client.get(container.podPath, signal);
  if (parseMeta(raw).uid !== container.uid)
    throw new WireError('missing', 'the pod was replaced, and another pod has that name now');
  return parseDebugState(raw, container.name);
};

/** Reads the state; a failed read is reported as waiting, except that of a pod that does not exist any more. */
const tryReadState = async (
  client: KubeClient,
  container: AddedDebugger,
  signal: AbortSignal,
): Promise<DebugState> => {
  try {
    return await readState(client, container, signal);
  } catch (error) {
    if (!(error instanceof WireError)) throw error;
    if (error.kind === 'missing') return { is: 'ended', words: 'the pod no longer exists' };
    return { is: 'waiting', words: `opsdeck cannot read the pod: ${error.message}` };
  }
};

const stays =
  'The debug container stays in the pod. If the kubelet starts the container later, its shell ends after 2h without input';

/**
 * Waits until the debug container runs, and shows its state in the terminal. Returns undefined when it runs, otherwise why there
 * is nothing to attach to.
 */
export const awaitDebugContainer = async (
  client: KubeClient,
  container: AddedDebugger,
  terminal: InteractiveTerminal,
  { clock }: Pick<ChangeIo, 'clock'>,
  signal: AbortSignal,
): Promise<string | undefined> => {
  const left = new AbortController();
  onLeave(terminal, () => left.abort());
  const stop = AbortSignal.any([signal, left.signal]);
  const until = clock.now() + startLimitMs;
  terminal.write(`waiting for ${container.name} (${container.image}); ctrl-] leaves at once\r\n`);
  let lastShown = '';
  for (;;) {
    const { is, words } = await tryReadState(client, container, signal);
    if (is === 'running') return undefined;
    if (is === 'ended') return `the debug container did not stay: ${words}`;
    if (is === 'stuck') return `the debug container does not start: ${words}. ${stays}`;
    if (signal.aborted) return `the run was canceled before the debug container ran. ${stays}`;
    if (left.signal.aborted) return `you left with ctrl-] before the debug container ran. ${stays}`;
    if (clock.now() >= until)
      return `the debug container does not run after ${formatDuration(startLimitMs)}: ${words}. ${stays}`;
    if (words !== lastShown) terminal.write(`${words}\r\n`);
    lastShown = words;
    await clock.sleep(pollMs, stop);
  }
};

/** Asks the shell to end until the connection ends, then gives up. */
const endShell = async (
  send: (keys: string) => void,
  clock: ChangeIo['clock'],
  over: AbortSignal,
): Promise<void> => {
  send(`${interruptKey}${endOfInputKey}`);
  for (let tries = 1; tries < endTries; tries += 1) {
    await clock.sleep(pollMs, over);
    if (over.aborted) return;
    send(endOfInputKey);
  }
  await clock.sleep(pollMs, over);
};

/**
 * Attaches the terminal to the shell of the debug container until the shell ends. An operator who leaves, and a run that is
 * canceled, end the shell first, because the terminal of a container outlives the connection. Returns whether the operator has
 * left. Throws WireError when the shell cannot be reached, or the connection is lost.
 */
export const attachShell = async (
  client: KubeClient,
  container: AddedDebugger,
  { terminal, line }: { readonly terminal: InteractiveTerminal; readonly line: string },
  change: Pick<ChangeIo, 'socket' | 'clock'>,
  signal: AbortSignal,
): Promise<'left' | 'ended'> => {
  terminal.write(shellGreeting(`${container.pod}/${container.name}`));
  const cut = new AbortController();
  const giveUp = (): void => cut.abort(signal.reason);
  signal.addEventListener('abort', giveUp, { once: true });
  if (signal.aborted) giveUp();
  const wire = await openExec(client, container.attachPath, change, cut.signal, line).finally(() =>
    signal.removeEventListener('abort', giveUp),
  );
  const over = new AbortController();
  let isLeaving = false;
  const send = (keys: string): void => void wire.send(stdinFrame(Buffer.from(keys))).catch(() => {});
  const leave = (): void => {
    if (isLeaving) return;
    isLeaving = true;
    void endShell(send, change.clock, over.signal).then(() => wire.close());
  };
  signal.addEventListener('abort', leave, { once: true });
  if (signal.aborted) leave();
  // What the shell wrote before is not sent again: an empty line brings its prompt back.
  send('\r');
  try {
    await connectTerminal(wire, terminal, leave);
  } catch (error) {
    if (!isLeaving || !(error instanceof WireError)) throw error;
  } finally {
    signal.removeEventListener('abort', leave);
    over.abort();
    wire.close();
  }
  return isLeaving ? 'left' : 'ended';
};

/**
 * Reads how the debug container has ended: 'exited with status 3'. The connection does not carry that. Undefined: it still runs,
 * as far as can be read. Also for a run that has been canceled.
 */
export const readDebugEnd = async (
  client: KubeClient,
  container: AddedDebugger,
  { clock }: Pick<ChangeIo, 'clock'>,
): Promise<string | undefined> => {
  const until = clock.now() + endLimitMs;
  const never = new AbortController().signal;
  for (;;) {
    const { is, words } = await withTimeout(clock, endLimitMs, never, (signal) =>
      tryReadState(client, container, signal),
    );
    if (is === 'ended') return words;
    if (clock.now() >= until) return undefined;
    await clock.sleep(pollMs);
  }
};
