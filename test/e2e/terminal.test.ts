import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { nodes, oldNode, openShell, type ShellTerminal } from './pty.ts';

const cockpit = '"$NODE" "$OPSDECK" --env demo/production';
const printStatus = '; echo "status "$?';

/** Starts the cockpit at the prompt and waits until it shows facts. */
const startCockpit = async (shell: ShellTerminal, line = cockpit): Promise<void> => {
  shell.type(`clear; ${line}${printStatus}`);
  await shell.sees('Health');
  await shell.sees(/1 Health .*● \d/);
};

/** Expects the terminal in its previous state: the normal screen, a visible cursor, and the previous modes. */
const expectRestored = async (shell: ShellTerminal, before: string): Promise<void> => {
  expect(shell.pty.terminal.buffer.active.type).toBe('normal');
  expect(shell.pty.cursorShown()).toBe(true);
  expect(await shell.modes()).toBe(before);
  // With mouse tracking still enabled, the shell would receive mouse sequences.
  expect(shell.pty.terminal.modes.mouseTrackingMode).toBe('none');
};

/** Reads the process id of the launcher, which the shell line wrote to a file. */
const pidOf = async (shell: ShellTerminal): Promise<number> => {
  return Number(await readFile(`${shell.home}/pid`, 'utf8'));
};

/** Continues a stopped `check --watch`, waits for a new report on a clean screen, and interrupts it with ctrl-c. */
const continueAndInterrupt = async (shell: ShellTerminal): Promise<void> => {
  await shell.sees(/Stopped[\s\S]*at the prompt>/);
  shell.type(`clear; fg${printStatus}`);
  await shell.pty.until(
    (screen) => /pools/.test(screen.join('\n')) && !/Stopped/.test(screen.join('\n')),
    'a new report',
  );
  shell.pty.press('\x03');
  await shell.sees(/status \d/);
};

describe.each(nodes)('under $name', ({ node }) => {
  test('--help is printed, and the exit status is that of the program', async () => {
    await using shell = await openShell(node);
    shell.type(`clear; "$NODE" "$OPSDECK" --help | head -1${printStatus}`);
    await shell.sees('Usage: opsdeck');
    shell.type(`clear; "$NODE" "$OPSDECK" check --env nowhere/none > /dev/null 2>&1${printStatus}`);
    await shell.sees('status 4');
  });

  test.each([
    { key: 'q', bytes: 'q' },
    { key: 'ctrl-c', bytes: '\x03' },
  ])('$key quits and restores the terminal', async ({ bytes }) => {
    await using shell = await openShell(node);
    const before = await shell.modes();
    await startCockpit(shell);
    expect(shell.pty.terminal.buffer.active.type).toBe('alternate');
    shell.pty.press(bytes);
    await shell.sees('status 0');
    await expectRestored(shell, before);
  });

  test.each(['SIGTERM', 'SIGHUP', 'SIGQUIT', 'SIGABRT', 'SIGUSR2'])(
    '%s terminates it and restores the terminal',
    async (signal) => {
      await using shell = await openShell(node);
      const before = await shell.modes();
      await startCockpit(shell, `sh -c 'echo $$ > "$HOME/pid"; exec "$0" "$@"' ${cockpit}`);
      process.kill(await pidOf(shell), signal);
      await shell.sees(/status \d+/);
      await expectRestored(shell, before);
    },
  );

  test('ctrl-z returns to the shell, fg restores the screen', async () => {
    await using shell = await openShell(node);
    const before = await shell.modes();
    shell.type(`clear; ${cockpit}`);
    await shell.sees(/1 Health .*● \d/);
    shell.pty.press('\x1a');
    await shell.sees('Stopped');
    await expectRestored(shell, before);
    shell.type(`clear; fg${printStatus}`);
    await shell.sees(/1 Health .*● \d/);
    expect(shell.pty.terminal.buffer.active.type).toBe('alternate');
    shell.pty.press('q');
    // Input before the shell is in the foreground again may be lost.
    await shell.sees(/status \d/);
    await expectRestored(shell, before);
    // Once for ctrl-z, once for q: continuing is no reason to leave the screen again.
    expect(shell.pty.output().split('\u001b[?1049l')).toHaveLength(3);
  });

  test('a command without a screen stops with ctrl-z, continues with fg, and ends with ctrl-c', async () => {
    await using shell = await openShell(node);
    shell.type('clear; "$NODE" "$OPSDECK" check --env demo/production --watch');
    await shell.sees(/pools/);
    shell.pty.press('\x1a');
    await shell.sees('Stopped');
    await continueAndInterrupt(shell);
  });

  test('redraws at a new size', async () => {
    await using shell = await openShell(node);
    await startCockpit(shell);
    shell.pty.resize(140, 40);
    await shell.pty.until((screen) => /q quit\s*$/.test(screen[39] ?? ''), 'the footer on the new last row');
    shell.pty.press('q');
    await shell.sees('status 0');
  });
});

test.skipIf(oldNode === undefined)(
  'if another process stops the bundled Node, the launcher stops too, and fg continues both',
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
    await continueAndInterrupt(shell);
  },
);

test('a crash restores the terminal, prints the error, and exits 1', async () => {
  await using shell = await openShell(process.execPath);
  const before = await shell.modes();
  // Loaded before the program, throws an uncaught error after the first frame.
  const crash = join(shell.home, 'crash.mjs');
  await writeFile(crash, "process.on('SIGUSR2', () => { throw new Error('thrown by the test'); });");
  await startCockpit(
    shell,
    `sh -c 'echo $$ > "$HOME/pid"; exec "$NODE" --import "${crash}" "$OPSDECK" --env demo/production'`,
  );
  process.kill(await pidOf(shell), 'SIGUSR2');
  await shell.sees('thrown by the test');
  await shell.sees('status 1');
  await expectRestored(shell, before);
});

test('NO_COLOR: no color reaches the terminal', async () => {
  await using shell = await openShell(process.execPath);
  shell.type(`clear; NO_COLOR=1 "$NODE" "$OPSDECK" check --env demo/production${printStatus}`);
  await shell.sees(/status \d/);
  // Any SGR sequence that sets a foreground or background color.
  expect(shell.pty.output()).not.toMatch(/\x1b\[(?:\d+;)*(?:3[0-8]|4[0-8]|9\d|10\d)m/);
});

test('mouse sequences work when split into several reads, and mouse tracking is disabled at exit', async () => {
  await using shell = await openShell(process.execPath, { columns: 120, rows: 36 });
  await startCockpit(shell);
  const mode = (): string => shell.pty.terminal.modes.mouseTrackingMode;
  expect(mode()).toBe('vt200');
  const title = '2 Threshold matrix';
  // Until everything is read, panes move.
  await shell.sees(/All clear/);
  await shell.sees(title);
  const row = shell.pty.screen().findIndex((line) => line.includes(title));
  const column = (shell.pty.screen()[row] ?? '').indexOf(title);
  for (const piece of ['\x1b[<0', `;${column + 1};`, `${row + 1}M`]) shell.pty.press(piece);
  await shell.sees(/▌2 Threshold matrix/);
  shell.pty.press('\x1a');
  await shell.sees('Stopped');
  expect(mode()).toBe('none');
  shell.type(`clear; fg${printStatus}`);
  await shell.sees(/1 Health .*● \d/);
  expect(mode()).toBe('vt200');
  shell.pty.press('q');
  await shell.sees(/status \d/);
  expect(mode()).toBe('none');
});

/** Loaded before the program: runs the code when the opening frame has been written. */
const whenOpening = (code: string): string => `
const write = process.stdout.write;
process.stdout.write = (chunk, ...more) => {
  const accepted = write.call(process.stdout, chunk, ...more);
  if (!String(chunk).includes('opening')) return accepted;
  process.stdout.write = write;
  ${code}
  return accepted;
};`;

test('the opening frame names the key that quits, and a signal while the screen loads restores the terminal', async () => {
  await using shell = await openShell(process.execPath);
  const before = await shell.modes();
  const preload = join(shell.home, 'signal.mjs');
  await writeFile(preload, whenOpening("setImmediate(() => process.kill(process.pid, 'SIGTERM'));"));
  shell.type(`clear; "$NODE" --import "${preload}" "$OPSDECK" --env demo/production${printStatus}`);
  await shell.sees('status 143');
  expect(shell.pty.output()).toMatch(/opsdeck.*opening.*q quit/);
  await expectRestored(shell, before);
});

test('a key typed while the screen loads is answered by the screen', async () => {
  await using shell = await openShell(process.execPath);
  const before = await shell.modes();
  const preload = join(shell.home, 'wait.mjs');
  // Blocks the program with the opening frame on the screen.
  const wait = 'Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 2000);';
  await writeFile(preload, whenOpening(wait));
  shell.type(`clear; "$NODE" --import "${preload}" "$OPSDECK" --env demo/production${printStatus}`);
  await shell.sees('opening');
  shell.pty.press('q');
  await shell.sees('status 0');
  await expectRestored(shell, before);
});
