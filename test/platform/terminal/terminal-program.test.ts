import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import { openPtyTerminal, type PtyTerminal } from '../../../scripts/shot/pty-terminal.ts';
import { findProgram } from '../../../src/platform/processes/find-program.ts';
import { longTest } from '../../support/layer.ts';
import { scratchDir } from '../../support/scratch-dir.ts';

const lender = fileURLToPath(new URL('./terminal-process.ts', import.meta.url));

/** A directory with a fake program, for the front of PATH. */
const fakeProgram = (text: string): string => {
  const dir = mkdtempSync(join(scratchDir(), 'opsdeck-terminal-'));
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }));
  writeFileSync(join(dir, 'fake'), `#!/bin/sh\n${text}\n`, { mode: 0o755 });
  return dir;
};

const lend = (path: string, argv: readonly string[] = ['fake', 'an argument', "it's"]): PtyTerminal => {
  const pty = openPtyTerminal([process.execPath, lender, ...argv], {
    columns: 90,
    rows: 24,
    env: { PATH: path, FORCE_COLOR: undefined },
  });
  onTestFinished(() => pty[Symbol.asyncDispose]());
  return pty;
};

const shows = (pty: PtyTerminal, pattern: RegExp): Promise<void> =>
  pty.until((screen) => pattern.test(screen.join('\n')), String(pattern));

/** The result that the process reports. */
const endOf = (pty: PtyTerminal): Record<string, unknown> => {
  const [, json = ''] = /END (\{.*\})\r*\n/.exec(pty.output()) ?? [];
  return JSON.parse(json) as Record<string, unknown>;
};

const dialog = `stty size; stty -a | grep -o ' icanon\\| echo ' | tr '\\n' ' '
for word in "$@"; do echo "<$word>"; done
trap 'echo interrupted; exit 7' INT
printf 'name? '; read -r name; echo "hello $name"
while :; do sleep 0.05; done`;

test('a program gets a terminal with its size and modes; ctrl-c reaches it, and its output is read', async () => {
  const pty = lend(`${fakeProgram(dialog)}:/usr/bin:/bin`);
  await shows(pty, /name\?/);
  expect(pty.screen().join('\n')).toMatch(/greeting\n24 90\n icanon {2}echo ?[\s\S]*<an argument>\n<it's>/);
  pty.press('ana\r');
  await shows(pty, /hello ana/);
  pty.press('\x03');
  await shows(pty, /OVER/);
  const end = endOf(pty);
  expect(end).toMatchObject({ status: 7 });
  expect(end).not.toHaveProperty('unread');
  expect(String(end.copy)).toMatch(/name\? ana\r\nhello ana\r\n\^Cinterrupted\r\n$/);
  // The terminal belongs to opsdeck again, with its own modes.
  pty.press('x\r');
  await shows(pty, /NEXT "x\\n" raw false/);
});

longTest('the size of the terminal follows it', async () => {
  const pty = lend(
    `${fakeProgram('trap "stty size" WINCH; echo ready; while :; do sleep 0.05; done')}:/usr/bin:/bin`,
  );
  await shows(pty, /ready/);
  pty.resize(70, 20);
  await shows(pty, /20 70/);
  pty.kill('SIGTERM');
  await shows(pty, /OVER/);
});

test('a signal that ends opsdeck ends the program', async () => {
  const pty = lend(
    `${fakeProgram('trap "echo terminated; exit 3" TERM HUP; echo ready; while :; do sleep 0.05; done')}:/usr/bin:/bin`,
  );
  await shows(pty, /ready/);
  pty.kill('SIGTERM');
  await shows(pty, /OVER/);
  expect(String(endOf(pty).copy)).toContain('ready');
});

test('without script(1) the program gets the terminal itself, and the result says that nothing was read', async () => {
  const dir = fakeProgram('printf "name? "; read -r name; echo "hello $name"; exit 4');
  for (const name of ['sh', 'stty', 'sleep']) symlinkSync(`/bin/${name}`, join(dir, name));
  const pty = lend(dir);
  await shows(pty, /name\?/);
  pty.press('ana\r');
  await shows(pty, /OVER/);
  expect(endOf(pty)).toEqual({ status: 4, unread: 'program "script" not found', copy: '' });
});

test('a program is found in PATH as a file that can be executed, never in the working directory', async () => {
  const dir = fakeProgram('exit 0');
  writeFileSync(join(dir, 'text'), '', { mode: 0o644 });
  expect(await findProgram('fake', `/nowhere:${dir}`)).toBe(join(dir, 'fake'));
  expect(await findProgram('text', dir)).toBeUndefined();
  expect(await findProgram('package.json', '')).toBeUndefined();
  expect(await findProgram('fake', undefined)).toBeUndefined();
});
