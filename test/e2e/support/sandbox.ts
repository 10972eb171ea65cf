import { type ChildProcess, spawn } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';

const launcher = resolve('bin/opsdeck.js');

/** Exit code, signal and output of an opsdeck process. */
export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly tookMs: number;
}

/** A running process. */
interface Running {
  readonly child: ChildProcess;
  readonly ended: Promise<Ended>;
  /** Resolves to the match when stdout matches. */
  printed(pattern: RegExp): Promise<RegExpExecArray>;
  /** Resolves to the match when stderr matches. */
  reported(pattern: RegExp): Promise<RegExpExecArray>;
}

/** A temporary home directory for processes of the built program, without profiles, settings and ledger of the machine. */
export interface Sandbox extends AsyncDisposable {
  readonly dir: string;
  readonly stateDir: string;
  /** Writes a file at a path relative to the working directory. */
  put(path: string, text: string): Promise<void>;
  /** The environment of its processes. */
  readonly env: Readonly<Record<string, string>>;
  /** Starts the built program in the home directory; stdin is closed. */
  start(args: readonly string[], env?: Readonly<Record<string, string>>): Running;
  run(args: readonly string[], env?: Readonly<Record<string, string>>): Promise<Ended>;
}

const watch = (child: ChildProcess): Running => {
  const startedAt = performance.now();
  let stdout = '';
  let stderr = '';
  const watchers = new Set<() => void>();
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
    for (const watcher of [...watchers]) watcher();
  });
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
    for (const watcher of [...watchers]) watcher();
  });
  const ended = new Promise<Ended>((done) => {
    child.on('close', (code, signal) =>
      done({ code, signal, stdout, stderr, tookMs: performance.now() - startedAt }),
    );
  });
  const until = (text: () => string, pattern: RegExp): Promise<RegExpExecArray> =>
    new Promise((done, fail) => {
      const watcher = (): void => {
        const match = pattern.exec(text());
        if (match === null) return;
        watchers.delete(watcher);
        done(match);
      };
      watchers.add(watcher);
      watcher();
      void ended.then(({ code }) => fail(new Error(`ended with ${code}: ${stdout}${stderr}`)));
    });
  return {
    child,
    ended,
    printed: (pattern) => until(() => stdout, pattern),
    reported: (pattern) => until(() => stderr, pattern),
  };
};

/** Creates an empty sandbox. */
export const openSandbox = async (): Promise<Sandbox> => {
  const dir = await mkdtemp(join(tmpdir(), 'opsdeck-test-'));
  const home = {
    PATH: process.env.PATH ?? '',
    HOME: dir,
    XDG_CONFIG_HOME: join(dir, 'config'),
    XDG_STATE_HOME: join(dir, 'state'),
    XDG_CACHE_HOME: join(dir, 'cache'),
    OPSDECK_PROFILES: 'profiles',
  };
  const running = new Set<ChildProcess>();
  const start: Sandbox['start'] = (args, env = {}) => {
    const child = spawn(process.execPath, [launcher, ...args], {
      cwd: dir,
      env: { ...home, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    running.add(child);
    child.on('close', () => running.delete(child));
    return watch(child);
  };
  return {
    dir,
    env: home,
    stateDir: join(home.XDG_STATE_HOME, 'opsdeck'),
    put: async (path, text) => {
      await mkdir(dirname(join(dir, path)), { recursive: true });
      await writeFile(join(dir, path), text);
    },
    start,
    run: (args, env) => start(args, env).ended,
    [Symbol.asyncDispose]: async () => {
      for (const child of running) child.kill('SIGKILL');
      await rm(dir, { recursive: true, force: true });
    },
  };
};
