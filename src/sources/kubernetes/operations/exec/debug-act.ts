import type { KubeCall } from '../../../../clients/kubernetes/reading.ts';
import type { ActEvent } from '../../../../domain/runbooks/operation.ts';
import { sentenceCase } from '../../../../domain/text/sentence-case.ts';
import type { ChangeIo } from '../../../../doors/io.ts';
import { statusText } from '../../../../platform/network/status.ts';
import { toFault } from '../../../../platform/network/to-fault.ts';
import type { InteractiveTerminal } from '../../../../platform/terminal/interactive-terminal.ts';
import { borrowTerminal, closedText } from '../../../kit/operations/shell-operation.ts';
import type { KubeParts } from '../../api/parts.ts';
import { type AddedDebugger, attachShell, awaitDebugContainer, readDebugEnd } from './debug-session.ts';

/** The two calls of a debug container, and their lines in the record of the run. */
export interface DebugCalls {
  readonly add: KubeCall;
  readonly addLine: string;
  readonly attachLine: string;
}

/** Adds the container, and reports the answer. */
const addContainer = async (
  { client, source }: KubeParts,
  { add, addLine }: DebugCalls,
  change: ChangeIo,
  signal: AbortSignal,
): Promise<Extract<ActEvent, { is: 'answered' }>> => {
  try {
    const answer = await client.send(change, add, signal);
    const problem = client.responseError(answer);
    if (problem !== undefined) throw problem;
    return { is: 'answered', line: addLine, status: statusText(answer.status), ok: true };
  } catch (error) {
    const { message } = toFault(source, addLine, error, client.now());
    return { is: 'answered', line: addLine, status: message, ok: false };
  }
};

/** Attaches to the shell, and reports how it ended. */
async function* converse(
  { client, source }: KubeParts,
  added: AddedDebugger,
  { attachLine }: DebugCalls,
  terminal: InteractiveTerminal,
  change: ChangeIo,
  signal: AbortSignal,
): AsyncGenerator<ActEvent> {
  const stillRuns = `the shell still runs in container ${added.name} of pod ${added.pod}: to return to it, run ${attachLine}`;
  const startedAt = change.clock.now();
  try {
    const how = await attachShell(client, added, { terminal, line: attachLine }, change, signal);
    yield { is: 'answered', line: attachLine, status: 'connected', ok: true };
    const end = await readDebugEnd(client, added, change);
    const left = signal.aborted ? 'the run was canceled' : 'you left the shell with ctrl-]';
    const words =
      how === 'left'
        ? `${left}${end === undefined ? `, and ${stillRuns}` : '. The shell has ended'}`
        : (end ?? `the connection was closed, and ${stillRuns}`);
    yield {
      is: 'answered',
      line: `shell in ${added.name}`,
      status: closedText(change.clock, startedAt, words),
      ok: how === 'left' || end !== undefined,
      waited: true,
    };
  } catch (error) {
    const { message } = toFault(source, attachLine, error, client.now());
    const end = await readDebugEnd(client, added, change);
    const rest = end === undefined ? sentenceCase(stillRuns) : `The shell has ended: ${end}`;
    yield { is: 'answered', line: attachLine, status: `${message}. ${rest}`, ok: false };
  }
}

/** Adds the debug container, waits until it runs, and attaches the operator's terminal to its shell. */
export async function* actDebug(
  parts: KubeParts,
  added: AddedDebugger,
  calls: DebugCalls,
  change: ChangeIo,
  signal: AbortSignal,
): AsyncGenerator<ActEvent> {
  const { addLine, attachLine } = calls;
  const refused = (status: string): ActEvent => ({ is: 'answered', line: addLine, status, ok: false });
  if (change.interact === undefined)
    return yield refused(
      'a debug container needs the terminal of the cockpit: start one there, or run this command yourself',
    );
  let borrowed: Awaited<ReturnType<typeof borrowTerminal>>;
  try {
    // Nothing is added before the terminal is available, because it cannot be removed.
    borrowed = await borrowTerminal(change.interact);
  } catch (error) {
    return yield refused(toFault(parts.source, addLine, error, parts.client.now()).message);
  }
  const { terminal, giveBack } = borrowed;
  try {
    yield { is: 'call', line: addLine };
    const answer = await addContainer(parts, calls, change, signal);
    yield answer;
    if (!answer.ok) return;
    const problem = await awaitDebugContainer(parts.client, added, terminal, change, signal);
    if (problem !== undefined)
      return yield {
        is: 'answered',
        line: `waiting for container ${added.name}`,
        status: problem,
        ok: false,
        waited: true,
      };
    yield { is: 'call', line: attachLine };
    yield* converse(parts, added, calls, terminal, change, signal);
  } finally {
    await giveBack();
  }
}
