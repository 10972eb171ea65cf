import { spawn } from 'node:child_process';
import { open, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Tracked, track } from './children.ts';

export interface Launch {
  readonly program: string;
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** Its working directory, with its `output.log`. */
  readonly dir: string;
  /** Answers 2xx as soon as the server is ready. */
  readonly readyUrl?: string;
  /** Readiness check for a server without plain HTTP. */
  readonly isReady?: () => Promise<boolean>;
  readonly headers?: Readonly<Record<string, string>>;
  /** True: it is killed with its child processes. */
  readonly group?: boolean;
  readonly withinMs: number;
  readonly signal: AbortSignal;
}

/** A ready server. */
export interface Launched extends Tracked {
  readonly pid: number;
  readonly readyMs: number;
}

const pollMs = 50;
const shownLines = 15;

/** Starts a server and waits until it is ready. Otherwise rejects with the end of its output. */
export const launch = async (options: Launch): Promise<Launched> => {
  const logFile = join(options.dir, 'output.log');
  const log = await open(logFile, 'w');
  const began = performance.now();
  const child = spawn(options.program, options.args, {
    cwd: options.dir,
    env: { ...process.env, ...options.env },
    stdio: ['ignore', log.fd, log.fd],
    detached: options.group ?? false,
  });
  const tracked = track(child, { group: options.group ?? false });
  let ended = false;
  child.once('close', () => {
    ended = true;
  });
  child.once('error', () => {
    ended = true;
  });
  await log.close();
  const elapsed = (): number => performance.now() - began;
  while (!ended && elapsed() < options.withinMs && !options.signal.aborted) {
    if (await isReady(options)) return { ...tracked, pid: child.pid ?? 0, readyMs: Math.round(elapsed()) };
    await sleep(pollMs);
  }
  const why = ended ? 'it exited' : 'it was not ready in time';
  if (!ended) await tracked.end();
  const lines = (await readFile(logFile, 'utf8')).trimEnd().split('\n').slice(-shownLines);
  throw new Error(`${options.program} did not start: ${why}\n${lines.join('\n')}`);
};

const isReady = async ({ readyUrl, headers = {}, ...options }: Launch): Promise<boolean> => {
  try {
    if (options.isReady !== undefined && !(await options.isReady())) return false;
    if (readyUrl === undefined) return true;
    const answer = await fetch(readyUrl, { headers, signal: AbortSignal.timeout(2000) });
    await answer.arrayBuffer();
    return answer.ok;
  } catch {
    return false;
  }
};
