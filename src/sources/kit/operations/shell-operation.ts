import type { Millis } from '../../../domain/base/fault.ts';
import type { GenericAction } from '../../../domain/runbooks/generic-action.ts';
import type { ActEvent } from '../../../domain/runbooks/operation.ts';
import { formatDuration } from '../../../domain/text/duration.ts';
import type { ChangeIo } from '../../../doors/io.ts';
import { toFault } from '../../../platform/network/to-fault.ts';
import type { InteractiveTerminal, LendTerminal } from '../../../platform/terminal/interactive-terminal.ts';

/** bash where the image has it, else sh. */
export const shellArgv: readonly string[] = [
  'sh',
  '-c',
  'TERM=xterm-256color; export TERM; command -v bash >/dev/null 2>&1 && exec bash; exec sh',
];

/** Limits that the actions of all shells share; the longest session is the limit of a step. */
export const shellActionParts: Pick<GenericAction, 'verb' | 'on' | 'timeoutMs' | 'verify' | 'notes'> = {
  verb: 'shell',
  on: 'workloads',
  timeoutMs: 2 * 60 * 60_000,
  verify: 'none',
  notes: 'The screen is suspended until the shell ends. Everything shown is recorded beside the ledger.',
};

/** State that a shell loses, for its preview. */
export const shellLoss = 'opsdeck cannot undo what you type there';

/** Told before the shell answers. */
export const shellGreeting = (name: string): string =>
  `connecting to ${name}; exit or ctrl-d ends the shell, ctrl-] leaves at once\r\n`;

/** The end of a shell that the operator has left. */
export const leftByOperator =
  'you left the shell with ctrl-]. Programs that you started in the shell may still be running';

/** ctrl-]: ends the session here, also when nothing answers any more. As in telnet. */
const leaveByte = 0x1d;

/** The other end of a shell. */
interface ShellInput {
  send(bytes: Uint8Array): void;
  resize(size: ReturnType<InteractiveTerminal['size']>): void;
  /** The operator leaves. */
  leave(): void;
}

/** Connects what is typed, and the size of the terminal, with the shell. */
export const connectShellInput = (
  terminal: InteractiveTerminal,
  { send, resize, leave }: ShellInput,
): void => {
  terminal.onInput((bytes) => {
    const index = bytes.indexOf(leaveByte);
    if (index !== 0) send(index < 0 ? bytes : bytes.subarray(0, index));
    if (index >= 0) leave();
  });
  terminal.onResize(() => resize(terminal.size()));
  resize(terminal.size());
};

/** Calls the listener when the operator leaves, before the other end of the shell is connected. */
export const onLeave = (terminal: InteractiveTerminal, listener: () => void): void =>
  terminal.onInput((bytes) => {
    if (bytes.includes(leaveByte)) listener();
  });

/** The operator's terminal, until it is given back. */
interface BorrowedTerminal {
  readonly terminal: InteractiveTerminal;
  giveBack(): Promise<void>;
}

/** Borrows the operator's terminal for several calls. Throws WireError when it is not available. */
export const borrowTerminal = async (interact: LendTerminal): Promise<BorrowedTerminal> => {
  const lent = Promise.withResolvers<InteractiveTerminal>();
  const over = Promise.withResolvers<void>();
  const loan = interact((terminal) => {
    lent.resolve(terminal);
    return over.promise;
  });
  loan.catch(lent.reject);
  const terminal = await lent.promise;
  return {
    terminal,
    giveBack: () => {
      over.resolve();
      return loan;
    },
  };
};

/** 'closed after 3m12s: exited with status 0' */
export const closedText = (clock: Pick<ChangeIo['clock'], 'now'>, startedAt: Millis, end: string): string => {
  const took = formatDuration(Math.max(0, Math.round((clock.now() - startedAt) / 1000) * 1000));
  return `closed after ${took}: ${end}`;
};

/**
 * Runs a shell in the operator's terminal, and reports how it ended. `run` returns that as text; it throws WireError
 * when the shell cannot be started, or the connection is lost.
 */
export async function* actShell(
  { source, line }: { readonly source: string; readonly line: string },
  { interact, clock }: Pick<ChangeIo, 'interact' | 'clock'>,
  run: (terminal: InteractiveTerminal) => Promise<string>,
): AsyncGenerator<ActEvent> {
  if (interact === undefined) {
    const status = 'a shell needs the terminal of the cockpit: start one there, or run this command yourself';
    return yield { is: 'answered', line, status, ok: false };
  }
  yield { is: 'call', line };
  const startedAt = clock.now();
  try {
    const end = await interact(run);
    yield { is: 'answered', line, status: closedText(clock, startedAt, end), ok: true };
  } catch (error) {
    yield { is: 'answered', line, status: toFault(source, line, error, clock.now()).message, ok: false };
  }
}
