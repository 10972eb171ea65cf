import { readdirSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openShell } from './pty.ts';

test('an editor gets a restored terminal and a private file, and the cockpit is drawn again afterwards', {
  timeout: 60_000,
}, async () => {
  await using shell = await openShell(process.execPath);
  const before = await shell.modes();
  const temp = join(shell.home, 'temp');
  await mkdir(temp);
  const editor = join(shell.home, 'my editor');
  // Reports what it was given, waits for a line of the user, and fails as an editor that was told `:cq`.
  await writeFile(
    editor,
    `#!/bin/sh
{ printf 'arg %s\\n' "$1"; ls -l "$2"; stty -a </dev/tty; cat "$2"; } >'${shell.home}/seen'
printf 'EDITING '
read -r answer
printf '%s\\n' "$answer" >'${shell.home}/answer'
exit 7
`,
    { mode: 0o755 },
  );
  shell.type(
    `clear; EDITOR="'${editor}' --flag" VISUAL= TMPDIR='${temp}' "$NODE" "$OPSDECK" --env demo/production`,
  );
  await shell.sees(/1 Health .*● \d/);
  shell.pty.press('1:edit\r');
  await shell.sees('EDITING');
  expect(shell.pty.terminal.buffer.active.type).toBe('normal');
  expect(shell.pty.cursorShown()).toBe(true);
  // The cockpit goes on reading, and draws nothing on the editor's screen.
  await shell.pty.quiet(1500, 4000);
  expect(shell.pty.screen().join('\n')).not.toMatch(/PRODUCTION|services/);
  shell.pty.press('hello from the keyboard\r');
  await shell.sees(/my editor' --flag: exit status 7/);
  await shell.sees(/1 Health .*● \d/);
  expect(shell.pty.terminal.buffer.active.type).toBe('alternate');
  expect(await readFile(join(shell.home, 'answer'), 'utf8')).toBe('hello from the keyboard\n');
  const seen = await readFile(join(shell.home, 'seen'), 'utf8');
  expect(seen).toMatch(/^arg --flag\n-rw-------.*opsdeck-text-.*health.*\.txt\n/);
  expect(seen).toMatch(/ icanon /);
  expect(seen).toMatch(/ echo /);
  expect(seen).toMatch(/Health/);
  // The simulator has directories of its own there.
  expect(readdirSync(temp).filter((name) => name.startsWith('opsdeck-text-'))).toEqual([]);
  // The keyboard works as before.
  shell.pty.press('3');
  await shell.sees('▌3 Circuit breakers');
  shell.pty.press('q');
  await shell.sees('at the prompt>');
  expect(await shell.modes()).toBe(before);
});
