import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { openPtyTerminal } from '../shot/pty-terminal.ts';
import type { FunctionRanges } from './eager-functions.ts';

/** A file that Node writes with NODE_V8_COVERAGE. Source: the V8 inspector protocol, Profiler.takePreciseCoverage. */
interface Coverage {
  readonly result: readonly {
    readonly url: string;
    readonly functions: readonly {
      readonly ranges: readonly {
        readonly startOffset: number;
        readonly endOffset: number;
        readonly count: number;
      }[];
    }[];
  }[];
}

/** The commands that people and scripts start most, with an HTTP source and a log file. */
const commands: readonly (readonly string[])[] = [
  ['check'],
  ['check', '--json'],
  ['logs', '--count', '--include', 'error'],
  ['logs', '--include', 'error'],
];

const profileText = (url: string, log: string): string => `opsdeck: 1
system: build
env: dev
tier: dev
sources:
  api: { type: http, url: "${url}", checks: [{ service: api, path: /healthz }] }
  app: { type: file, paths: ["${log}"] }
`;

/** The variables of this process that a start must not see, such as a proxy or OPSDECK_PROFILES, as removed ones. */
const withoutOwn = (): Readonly<Record<string, undefined>> =>
  Object.fromEntries(
    Object.keys(process.env)
      .filter((name) => name !== 'PATH')
      .map((name) => [name, undefined]),
  );

/** Opens the cockpit of an environment, waits for its facts, and quits. */
const openAndQuit = async (
  argv: readonly string[],
  env: Readonly<Record<string, string>> & { HOME: string },
): Promise<void> => {
  await using pty = openPtyTerminal(argv, {
    columns: 120,
    rows: 36,
    env: { ...withoutOwn(), TERM: 'xterm-256color', COLORTERM: 'truecolor', ...env },
    cwd: env.HOME,
  });
  await pty.until((screen) => screen.some((line) => /\d services?\b/.test(line)), 'the facts');
  pty.press('q');
  await pty.exited;
};

/** The called functions of the files of a directory, by file name, from what Node wrote with NODE_V8_COVERAGE. */
export const calledFunctions = async (
  coverageDir: string,
  outdir: string,
): Promise<ReadonlyMap<string, FunctionRanges>> => {
  const executed = new Map<string, Set<string>>();
  for (const name of await readdir(coverageDir)) {
    // Written by Node in this form.
    const { result } = JSON.parse(await readFile(join(coverageDir, name), 'utf8')) as Coverage;
    for (const { url, functions } of result) {
      const path = url.startsWith('file:') ? fileURLToPath(url) : '';
      if (dirname(path) !== outdir) continue;
      const ranges = executed.get(basename(path)) ?? new Set();
      executed.set(basename(path), ranges);
      for (const {
        ranges: [whole],
      } of functions)
        if (whole !== undefined && whole.count > 0) ranges.add(`${whole.startOffset}:${whole.endOffset}`);
    }
  }
  return executed;
};

/**
 * Runs the built program as at its most frequent starts: `check` and `logs` of a small profile, and the cockpit of it and
 * of the demo. Returns the functions that were called, by name of the file in `outdir`. A start sees no variables of this
 * process but PATH, has a home of its own, and contacts only a server on loopback.
 */
export const functionsAtStart = async (
  launcher: string,
  outdir: string,
): Promise<ReadonlyMap<string, FunctionRanges>> => {
  const dir = await mkdtemp(join(tmpdir(), 'opsdeck-build-'));
  const server = createServer((_request, response) => {
    response.setHeader('content-type', 'application/json').end('{"status":"up"}');
  });
  try {
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    const coverage = join(dir, 'coverage');
    const log = join(dir, 'app.log');
    await mkdir(coverage);
    await writeFile(
      log,
      '2026-03-04T10:00:00Z INFO started\n2026-03-04T10:00:01Z ERROR timeout after 3000 ms\n',
    );
    await writeFile(join(dir, 'dev.yaml'), profileText(`http://127.0.0.1:${port}`, log));
    const env = {
      HOME: dir,
      XDG_CONFIG_HOME: join(dir, 'config'),
      XDG_STATE_HOME: join(dir, 'state'),
      XDG_CACHE_HOME: join(dir, 'cache'),
      NODE_V8_COVERAGE: coverage,
    };
    const own = ['--env', 'build/dev', '--profiles', dir];
    const run = promisify(execFile);
    for (const [command = '', ...options] of commands)
      await run(process.execPath, [launcher, command, ...own, ...options], {
        env: { PATH: process.env.PATH, ...env },
      });
    await openAndQuit([process.execPath, launcher, ...own], env);
    await openAndQuit([process.execPath, launcher, '--env', 'demo/production'], env);
    return await calledFunctions(coverage, outdir);
  } finally {
    server.closeAllConnections();
    server.close();
    await rm(dir, { recursive: true, force: true });
  }
};
