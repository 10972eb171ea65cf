/** Output and exit status of a command in a shell. */
interface ShellCommandOutcome {
  readonly out?: string | Uint8Array;
  readonly err?: string;
  readonly code: number;
}

/** The output side of an interactive session. */
interface ShellOutput {
  write(text: string): void;
  /** Ends the session with this exit status. */
  exit(code: number): void;
}

const enter = /[\r\n]/;
const endOfInput = '\u0004';
const backspace = '\u007f';
const interrupt = '\u0003';

/**
 * An interactive shell with a terminal: a prompt, echo, and one command per line, each run as an exec would run it.
 * There are no pipes, variables or job control.
 */
export const createInteractiveShell = (
  prompt: string,
  run: (argv: readonly string[]) => ShellCommandOutcome | undefined,
  { write, exit }: ShellOutput,
) => {
  let line = '';
  let last = 0;
  const execute = (): void => {
    const argv = line.trim().split(/\s+/);
    line = '';
    write('\r\n');
    if (argv[0] === 'exit') {
      exit(Number(argv[1] ?? last));
      return;
    }
    if (argv[0] !== '') {
      const outcome = run(argv);
      const text = `${String(outcome?.out ?? '')}${outcome?.err ?? ''}`;
      last = outcome?.code ?? 127;
      write(outcome === undefined ? `sh: ${argv[0]}: not found\r\n` : text.replaceAll('\n', '\r\n'));
    }
    write(prompt);
  };
  const typed = (key: string): void => {
    if (key === endOfInput && line === '') exit(last);
    else if (key === interrupt) {
      line = '';
      write(`^C\r\n${prompt}`);
    } else if (key === backspace) {
      if (line !== '') write('\b \b');
      line = line.slice(0, -1);
    } else if (enter.test(key)) execute();
    else if (key >= ' ') {
      line += key;
      write(key);
    }
  };
  write(prompt);
  return {
    input: (text: string): void => {
      for (const key of text) typed(key);
    },
  };
};
