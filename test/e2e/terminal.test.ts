import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { nodes, oldNode, openShell, type ShellTerminal } from './pty.ts';

const cockpit = '"$NODE" "$OPSDECK" --env demo/production';
const says = '; echo "status "$?';

/** Starts the cockpit at the prompt and waits until it shows facts. */
const opened = async (shell: ShellTerminal, line = cockpit): Promise<void> => {
  shell.type(`clear; ${line}${says}`);
  await shell.sees('HEALTH');
  await shell.sees(/\d services/);
};

/** The terminal is as the shell left it: the ordinary screen, a cursor, and the modes from before. */
const givenBack = async (shell: ShellTerminal, before: string): Promise<void> => {
  expect(shell.pty.terminal.buffer.active.type).toBe('normal');
  expect(shell.pty.cursorShown()).toBe(true);
  expect(await shell.modes()).toBe(before);
  // Bracketed paste and mouse: a terminal that still has them would send what no shell understands.
  expect(shell.pty.terminal.modes.mouseTrackingMode).toBe('none');
};

/** What the line wrote as its own process id: the launcher’s. */
const pidOf = async (shell: ShellTerminal): Promise<number> => {
  return Number(await readFile(`${shell.home}/pid`, 'utf8'));
};

/** A stopped `check --watch` is continued, reports again on a clean screen, and is ended by ctrl-c. */
const goesOn = async (shell: ShellTerminal): Promise<void> => {
  await shell.sees(/Stopped[\s\S]*at the prompt>/);
  shell.type(`clear; fg${says}`);
  await shell.pty.until(
    (screen) => /pools/.test(screen.join('\n')) && !/Stopped/.test(screen.join('\n')),
    'a new report',
  );
  shell.pty.press('\x03');
  await shell.sees(/status \d/);
};

describe.each(nodes)('under $name', ({ node }) => {
  test('--help is printed, and the exit status is the program’s own', async () => {
    await using shell = await openShell(node);
    shell.type(`clear; "$NODE" "$OPSDECK" --help | head -1${says}`);
    await shell.sees('Usage: opsdeck');
    shell.type(`clear; "$NODE" "$OPSDECK" check --env nowhere/none > /dev/null 2>&1${says}`);
    await shell.sees('status 4');
  });

  test.each([
    { key: 'q', bytes: 'q' },
    { key: 'ctrl-c', bytes: '\x03' },
  ])('$key quits and gives the terminal back', async ({ bytes }) => {
    await using shell = await openShell(node);
    const before = await shell.modes();
    await opened(shell);
    expect(shell.pty.terminal.buffer.active.type).toBe('alternate');
    shell.pty.press(bytes);
    await shell.sees('status 0');
    await givenBack(shell, before);
  });

  test.each(['SIGTERM', 'SIGHUP', 'SIGQUIT', 'SIGABRT', 'SIGUSR2'])(
    '%s ends it and gives the terminal back',
    async (signal) => {
      await using shell = await openShell(node);
      const before = await shell.modes();
      await opened(shell, `sh -c 'echo $$ > "$HOME/pid"; exec "$0" "$@"' ${cockpit}`);
      process.kill(await pidOf(shell), signal);
      await shell.sees(/status \d+/);
      await givenBack(shell, before);
    },
  );

  test('ctrl-z gives the terminal to the shell, fg brings the screen back', async () => {
    await using shell = await openShell(node);
    const before = await shell.modes();
    shell.type(`clear; ${cockpit}`);
    await shell.sees(/\d services/);
    shell.pty.press('\x1a');
    await shell.sees('Stopped');
    await givenBack(shell, before);
    shell.type(`clear; fg${says}`);
    await shell.sees(/\d services/);
    expect(shell.pty.terminal.buffer.active.type).toBe('alternate');
    shell.pty.press('q');
    // What is typed before the shell has its terminal again may be lost.
    await shell.sees(/status \d/);
    await givenBack(shell, before);
  });

  test('a command that only prints stops with ctrl-z, goes on with fg, and ends with ctrl-c', async () => {
    await using shell = await openShell(node);
    shell.type('clear; "$NODE" "$OPSDECK" check --env demo/production --watch');
    await shell.sees(/pools/);
    shell.pty.press('\x1a');
    await shell.sees('Stopped');
    await goesOn(shell);
  });

  test('a new size is drawn', async () => {
    await using shell = await openShell(node);
    await opened(shell);
    shell.pty.resize(140, 40);
    await shell.pty.until(
      (screen) => /q quit +PRODUCTION\s*$/.test(screen[39] ?? ''),
      'the footer on the new last row',
    );
    shell.pty.press('q');
    await shell.sees('status 0');
  });
});

test.skipIf(oldNode === undefined)(
  'the shipped Node stopped by somebody else: the launcher stops with it, and fg continues both',
  async () => {
    await using shell = await openShell(oldNode ?? '');
    shell.type(
      `clear; sh -c 'echo $$ > "$HOME/pid"; exec "$NODE" "$OPSDECK" check --env demo/production --watch'`,
    );
    await shell.sees(/pools/);
    const launcherPid = await pidOf(shell);
    const children = await readFile(`/proc/${launcherPid}/task/${launcherPid}/children`, 'utf8');
    process.kill(Number(children.trim()), 'SIGSTOP');
    await shell.sees('Stopped');
    await goesOn(shell);
  },
);

test('a crash gives the terminal back, says what it was, and ends with 1', async () => {
  await using shell = await openShell(process.execPath);
  const before = await shell.modes();
  // Loaded before the program, thrown once it has drawn: a mistake that nobody catches.
  const bomb = join(shell.home, 'bomb.mjs');
  await writeFile(bomb, "process.on('SIGUSR2', () => { throw new Error('that was the bomb'); });");
  await opened(
    shell,
    `sh -c 'echo $$ > "$HOME/pid"; exec "$NODE" --import "${bomb}" "$OPSDECK" --env demo/production'`,
  );
  process.kill(await pidOf(shell), 'SIGUSR2');
  await shell.sees('that was the bomb');
  await shell.sees('status 1');
  await givenBack(shell, before);
});

test('NO_COLOR: no colour reaches the terminal', async () => {
  await using shell = await openShell(process.execPath);
  shell.type(`clear; NO_COLOR=1 "$NODE" "$OPSDECK" check --env demo/production${says}`);
  await shell.sees(/status \d/);
  // Any SGR that sets a foreground or background colour.
  expect(shell.pty.output()).not.toMatch(/\x1b\[(?:\d+;)*(?:3[0-8]|4[0-8]|9\d|10\d)m/);
});

test('the mouse works in a real terminal, cut anywhere, and is given back', async () => {
  await using shell = await openShell(process.execPath, { columns: 120, rows: 36 });
  await opened(shell);
  const mode = (): string => shell.pty.terminal.modes.mouseTrackingMode;
  expect(mode()).toBe('vt200');
  const rowOf = (text: string): number => shell.pty.screen().findIndex((line) => line.includes(text)) + 1;
  await shell.sees('2 MATRIX');
  for (const piece of ['\x1b[<0', ';5;', `${rowOf('2 MATRIX')}M`]) shell.pty.press(piece);
  await shell.sees(/▌2 MATRIX/);
  shell.pty.press('\x1a');
  await shell.sees('Stopped');
  expect(mode()).toBe('none');
  shell.type(`clear; fg${says}`);
  await shell.sees(/\d services/);
  expect(mode()).toBe('vt200');
  shell.pty.press('q');
  await shell.sees(/status \d/);
  expect(mode()).toBe('none');
});
