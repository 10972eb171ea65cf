import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { appendFile, chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join, resolve } from 'node:path';
import { openPtyTerminal, type PtyTerminal } from '../../../../scripts/shot/pty-terminal.ts';

/** A simulated reader of a page: a directory, an open shell, and opsdeck on its PATH. */
export interface Reader extends AsyncDisposable {
  put(path: string, text: string, isMore: boolean): Promise<void>;
  /** Types lines into the shell; resolves to their output. */
  type(lines: string): Promise<string>;
  /** Opens the cockpit with the exported variables of the shell. */
  open(args: readonly string[]): Promise<PtyTerminal>;
}

const marker = 'end-of-output';

const outputOf = (shell: ChildProcessWithoutNullStreams, lines: string): Promise<string> =>
  new Promise((done) => {
    let output = '';
    const onData = (text: string): void => {
      output += text;
      const end = output.indexOf(marker);
      if (end < 0) return;
      shell.stdout.off('data', onData);
      done(output.slice(0, end));
    };
    shell.stdout.on('data', onData);
    shell.stdin.write(`{ ${lines}\n} </dev/null 2>&1\nprintf ${marker}\n`);
  });

/** Terminates programs that the page left running: each wrote its pid into a file. */
const killLeftovers = async (dir: string, names: readonly string[]): Promise<void> => {
  for (const name of names) {
    const pid = Number(await readFile(join(dir, `${name}.pid`), 'utf8').catch(() => ''));
    try {
      if (pid > 0) process.kill(pid);
    } catch {
      // The page has terminated it.
    }
  }
};

/** `left`: names of programs that the page starts, each with a `.pid` file. */
export const openReader = async (left: readonly string[]): Promise<Reader> => {
  const home = await mkdtemp(join(tmpdir(), 'opsdeck-reader-'));
  const dir = join(home, 'own');
  const bin = join(home, 'bin');
  await Promise.all([mkdir(dir), mkdir(bin)]);
  const program = join(bin, 'opsdeck');
  await writeFile(program, `#!/bin/sh\nexec '${process.execPath}' '${resolve('bin/opsdeck.js')}' "$@"\n`);
  await chmod(program, 0o755);
  const env = {
    PATH: [bin, dirname(process.execPath), '/usr/bin', '/bin'].join(delimiter),
    HOME: home,
    XDG_CONFIG_HOME: join(home, 'config'),
    XDG_STATE_HOME: join(home, 'state'),
    XDG_CACHE_HOME: join(home, 'cache'),
    LC_ALL: 'C.UTF-8',
  };
  const shell = spawn('bash', ['--norc', '--noprofile'], { cwd: dir, env });
  shell.stdout.setEncoding('utf8');
  const type: Reader['type'] = (lines) => outputOf(shell, lines);
  return {
    put: async (path, text, isMore) => {
      await mkdir(dirname(join(dir, path)), { recursive: true });
      await (isMore ? appendFile : writeFile)(join(dir, path), text);
    },
    type,
    open: async (args) => {
      const exported = Object.fromEntries(
        (await type('env')).split('\n').flatMap((line) => {
          const [, name, value] = /^(\w+)=(.*)$/.exec(line) ?? [];
          return name === undefined ? [] : [[name, value]];
        }),
      );
      return openPtyTerminal([program, ...args], { columns: 120, rows: 40, cwd: dir, env: exported });
    },
    [Symbol.asyncDispose]: async () => {
      await killLeftovers(dir, left);
      shell.kill('SIGKILL');
      await rm(home, { recursive: true, force: true });
    },
  };
};
