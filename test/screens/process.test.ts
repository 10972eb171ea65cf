import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';

interface Holder {
  readonly child: ChildProcess;
  said(): string;
  /** Resolves once the process has printed this. */
  says(text: string): Promise<void>;
  tell(word: string): void;
  readonly ended: Promise<unknown[]>;
}

/** The holder, in its own process group, so that its signals do not reach the test. */
const start = async (): Promise<Holder> => {
  const path = fileURLToPath(new URL('./support/holder.ts', import.meta.url));
  const child = spawn(process.execPath, [path], { detached: true, stdio: 'pipe' });
  onTestFinished(() => {
    child.kill('SIGKILL');
  });
  let said = '';
  const listeners = new Set<() => void>();
  for (const stream of [child.stdout, child.stderr])
    stream?.setEncoding('utf8').on('data', (text: string) => {
      said += text;
      for (const listener of listeners) listener();
    });
  const says = (text: string): Promise<void> =>
    new Promise((resolve) => {
      const look = (): void => {
        if (!said.includes(text)) return;
        listeners.delete(look);
        resolve();
      };
      listeners.add(look);
      look();
    });
  const ended = once(child, 'close');
  await says('ready');
  return { child, said: () => said, says, tell: (word) => child.stdin?.write(word), ended };
};

test.each([
  ['SIGTERM', 143],
  ['SIGHUP', 129],
  ['SIGINT', 130],
] as const)('%s exits cleanly with status %i', async (signal, status) => {
  const holder = await start();
  holder.child.kill(signal);
  await holder.says('given back');
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
    holder.tell(command);
    expect(await holder.ended).toEqual([1, null]);
    expect(holder.said()).toMatch(new RegExp(`given back[^]*internal error\n[^]*${expected}`));
    expect(holder.said()).not.toContain('hunter2secret');
  },
);

test('stops like a job and resumes where it was', async () => {
  const holder = await start();
  holder.tell('stop');
  await holder.says('stopping');
  const state = (): string =>
    execFileSync('ps', ['-o', 'state=', '-p', String(holder.child.pid)], { encoding: 'utf8' }).trim();
  while (!state().startsWith('T')) await new Promise((resolve) => setImmediate(resolve));
  expect(holder.said()).not.toContain('going on');
  holder.child.kill('SIGCONT');
  await holder.says('continued');
  expect(holder.said()).toContain('going on');
});
