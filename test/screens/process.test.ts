import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';

interface Holder {
  readonly child: ChildProcess;
  output(): string;
  /** Resolves once the process has printed this. */
  waitFor(text: string): Promise<void>;
  send(command: string): void;
  readonly ended: Promise<unknown[]>;
}

/** The holder, in its own process group, so that its signals do not reach the test. */
const start = async (): Promise<Holder> => {
  const path = fileURLToPath(new URL('./support/terminal-process.ts', import.meta.url));
  const child = spawn(process.execPath, [path], { detached: true, stdio: 'pipe' });
  onTestFinished(() => {
    child.kill('SIGKILL');
  });
  let output = '';
  const listeners = new Set<() => void>();
  for (const stream of [child.stdout, child.stderr])
    stream?.setEncoding('utf8').on('data', (text: string) => {
      output += text;
      for (const listener of listeners) listener();
    });
  const waitFor = (text: string): Promise<void> =>
    new Promise((resolve) => {
      const check = (): void => {
        if (!output.includes(text)) return;
        listeners.delete(check);
        resolve();
      };
      listeners.add(check);
      check();
    });
  const ended = once(child, 'close');
  await waitFor('ready');
  return { child, output: () => output, waitFor, send: (command) => child.stdin?.write(command), ended };
};

test.each([
  ['SIGTERM', 143],
  ['SIGHUP', 129],
  ['SIGINT', 130],
] as const)('%s exits cleanly with status %i', async (signal, status) => {
  const holder = await start();
  holder.child.kill(signal);
  await holder.waitFor('restored');
  holder.child.stdin?.end();
  expect(await holder.ended).toEqual([status, null]);
});

test.each([
  ['throw', 'token …masked is wrong'],
  ['reject', 'unhandled rejection'],
])(
  'after a crash (%s) the terminal is restored, then the error is printed without secrets',
  async (command, expected) => {
    const holder = await start();
    holder.send(command);
    expect(await holder.ended).toEqual([1, null]);
    expect(holder.output()).toMatch(new RegExp(`restored[^]*internal error\n[^]*${expected}`));
    expect(holder.output()).not.toContain('hunter2secret');
  },
);

test('stops like a job and resumes where it was', async () => {
  const holder = await start();
  holder.send('stop');
  await holder.waitFor('stopping');
  const state = (): string =>
    execFileSync('ps', ['-o', 'state=', '-p', String(holder.child.pid)], { encoding: 'utf8' }).trim();
  while (!state().startsWith('T')) await new Promise((resolve) => setImmediate(resolve));
  expect(holder.output()).not.toContain('resumed');
  holder.child.kill('SIGCONT');
  await holder.waitFor('resumed');
  // Whoever stopped it waits while the signal is reported, so it is not taken for another stop.
  expect(holder.output()).toMatch(/continued\nresumed/);
});
