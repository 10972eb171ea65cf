import { spawn } from 'node:child_process';
import { stripVTControlCharacters } from 'node:util';
import { withPseudoTerminal } from '../../../src/platform/processes/run-in-terminal.ts';
import type { InteractiveTerminal } from '../../../src/platform/terminal/interactive-terminal.ts';

/** Typed text, and the prompt that it waits for. */
export interface TypedLine {
  readonly after: RegExp;
  readonly type: string;
}

/** Returns what to type now, when something is shown: the next line, once its prompt has been shown since the last one. */
const typist = (lines: readonly TypedLine[]): ((shown: Uint8Array | string) => string | undefined) => {
  const left = [...lines];
  let unanswered = '';
  return (shown) => {
    unanswered += Buffer.from(shown).toString('utf8');
    const [next] = left;
    if (next === undefined || !next.after.test(stripVTControlCharacters(unanswered))) return undefined;
    left.shift();
    unanswered = '';
    return next.type;
  };
};

/** A terminal that opsdeck writes to itself, and in which each line is typed at its prompt. `resizeTo` changes its size. */
export const typedTerminal = (lines: readonly TypedLine[]) => {
  let shown = '';
  let size = { columns: 100, rows: 30 };
  let typed: ((bytes: Uint8Array) => void) | undefined;
  const resized: (() => void)[] = [];
  const type = typist(lines);
  const lent: InteractiveTerminal = {
    size: () => size,
    onResize: (listener) => void resized.push(listener),
    onInput: (listener) => {
      typed = listener;
    },
    write: (bytes) => {
      shown += Buffer.from(bytes).toString('utf8');
      const next = type(bytes);
      if (next !== undefined) typed?.(Buffer.from(next));
    },
    run: () => Promise.reject(new Error('a shell starts no program here')),
  };
  return {
    lent,
    shown: () => stripVTControlCharacters(shown),
    resizeTo: (columns: number, rows: number): void => {
      size = { columns, rows };
      for (const listener of resized) listener();
    },
  };
};

/**
 * Runs a program in a pseudo-terminal and types each line as soon as what was shown since the last one matches its
 * prompt. `started`: called with the process ID of the pseudo-terminal.
 */
export const typedSession =
  (lines: readonly TypedLine[], started: (pid: number) => void = () => {}): InteractiveTerminal['run'] =>
  async (program, signal, output) => {
    const wrapped = await withPseudoTerminal(program);
    if (wrapped === undefined) return { trouble: 'program "script" not found' };
    const [file = '', ...args] = wrapped.argv;
    const child = spawn(file, args, { env: { ...wrapped.env }, signal, stdio: ['pipe', 'pipe', 'inherit'] });
    const type = typist(lines);
    child.stdout.on('data', (bytes: Buffer) => {
      output(bytes);
      const next = type(bytes);
      if (next !== undefined) child.stdin.write(`${next}\r`);
    });
    child.once('spawn', () => started(child.pid ?? 0));
    return new Promise((resolve) => {
      child.once('error', (error) => resolve({ trouble: error.message }));
      child.once('close', (status, by) => resolve(status === null ? { signal: by ?? '' } : { status }));
    });
  };
