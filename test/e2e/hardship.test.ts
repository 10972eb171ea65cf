import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import type { PtyTerminal } from '../../scripts/shot/pty-terminal.ts';
import { nodes, openShell, type ShellTerminal } from './pty.ts';

const cockpit = '"$NODE" "$OPSDECK" --env demo/production';

/** Opens the cockpit on a terminal of 120×36 and waits for facts. */
const openCockpit = async (node = process.execPath): Promise<ShellTerminal> => {
  const shell = await openShell(node, { columns: 120, rows: 36 });
  shell.type(`clear; ${cockpit}; echo "status "$?`);
  await shell.sees(/1 Health .*● \d/);
  await shell.sees('2 Threshold matrix');
  return shell;
};

/** True if the header is on the first row and the footer on the last. */
const isComplete = (screen: readonly string[], rows: number): boolean =>
  screen.length === rows &&
  / opsdeck|PRODUCTION/.test(screen[0] ?? '') &&
  /q quit\s*$/.test(screen[rows - 1] ?? '');

const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);

test('after fifty resizes the last size is drawn', async () => {
  await using shell = await openCockpit();
  const { pty } = shell;
  for (let index = 0; index < 50; index++) pty.resize(60 + ((index * 37) % 120), 10 + ((index * 13) % 40));
  pty.resize(133, 41);
  await pty.until((screen) => isComplete(screen, 41), 'a complete screen of 133×41');
  pty.press('?');
  await shell.sees('HELP');
  // A frame of another size would have left artifacts.
  pty.press('\u001b[27u');
  await pty.until(
    (screen) => isComplete(screen, 41) && !screen.join('').includes('HELP'),
    'the screen without help',
  );
  expect(pty.terminal.buffer.active.baseY).toBe(0);
});

test('a paste is text in a field and ignored elsewhere; a character may arrive in two reads', async () => {
  await using shell = await openCockpit();
  const { pty } = shell;
  pty.press('\u001b[200~qqq\r\u001b[201~');
  await shell.sees('paste ignored: open a text field first, such as the filter (/)');
  pty.press('/');
  await shell.sees(/filter/i);
  pty.press('\u001b[200~bil\u001b[A\u001b[201~');
  await shell.sees(/\/bil/);
  const [first, ...rest] = utf8('ü');
  pty.press(Uint8Array.of(...utf8('x'), first ?? 0));
  await shell.sees(/\/bil\S*x/);
  pty.press(Uint8Array.of(...rest));
  await shell.sees(/\/bil\S*xü/);
  const [value, two, ...more] = utf8('👍');
  pty.press(Uint8Array.of(...utf8('y'), value ?? 0, two ?? 0));
  await shell.sees(/xüy/);
  pty.press(Uint8Array.of(...more));
  await shell.sees(/xüy👍/);
});

test.each([
  ['in the legacy encoding', { esc: '\u001b', down: '\u001bOB', palette: '\u0010', ctrlC: '\u0003' }],
  [
    'in the kitty protocol',
    { esc: '\u001b[27u', down: '\u001b[1;1B', palette: '\u001b[112;5u', ctrlC: '\u001b[99;5u' },
  ],
  [
    'with event types',
    { esc: '\u001b[27;1:1u', down: '\u001b[1;1:1B', palette: '\u001b[112;5:1u', ctrlC: '\u001b[99;5:1u' },
  ],
])('keys %s', async (_, keys) => {
  await using shell = await openCockpit();
  const { pty } = shell;
  pty.press(keys.palette);
  await shell.sees('Command palette');
  const selectedRow = (): string => pty.screen().find((row) => row.includes('▸')) ?? '';
  await pty.until(() => selectedRow() !== '', 'a selected row');
  const before = selectedRow();
  pty.press(keys.down);
  await pty.until(() => selectedRow() !== '' && selectedRow() !== before, 'the next row');
  pty.press(keys.esc);
  await pty.until((screen) => !screen.join('').includes('Command palette'), 'no palette');
  pty.press(keys.ctrlC);
  await shell.sees('status 0');
});

test(':mouse off disables mouse tracking, and :mouse on enables it', async () => {
  await using shell = await openCockpit();
  const { pty } = shell;
  const mouseModeIs = (mode: string): Promise<void> =>
    pty.until(() => pty.terminal.modes.mouseTrackingMode === mode, `mouse ${mode}`);
  /** A click on a text. */
  const clickOn = (text: string): string => {
    const row = pty.screen().findIndex((line) => line.includes(text));
    return `\u001b[<0;${(pty.screen()[row] ?? '').indexOf(text) + 1};${row + 1}M`;
  };
  // Once all panes have their rows, none moves before a click on it arrives.
  for (const rows of [
    /Threshold matrix ─+.* ● \d+ ok/,
    /● 5 closed/,
    /Connection pools ─+ ● 5 ok/,
    /No alerts/,
    /-\d+m +now/,
  ])
    await shell.sees(rows);
  pty.press(':mouse off\r');
  await mouseModeIs('none');
  pty.press(clickOn('2 Threshold matrix'));
  pty.press(':mouse on\r');
  await mouseModeIs('vt200');
  expect(pty.screen().join('\n')).not.toMatch(/▌2 Threshold matrix/);
  pty.press(clickOn('2 Threshold matrix'));
  await shell.sees(/▌2 Threshold matrix/);
});

/** Draws far more frames than fit into the buffer of a terminal that does not read. */
const flood = async (pty: PtyTerminal): Promise<void> => {
  let times = 0;
  const drawAgain = (): number => {
    pty.resize(times % 2 === 0 ? 119 : 120, 36);
    times++;
    return times;
  };
  await expect.poll(drawAgain, { interval: 10, timeout: 20_000 }).toBeGreaterThan(150);
};

test('a terminal that resumes reading gets the newest frame', async () => {
  await using shell = await openCockpit();
  const { pty } = shell;
  pty.pause();
  await flood(pty);
  pty.press('?');
  pty.resume();
  await shell.sees('HELP');
  pty.resize(120, 36);
  pty.press('\u001b[27u');
  await pty.until(
    (screen) => isComplete(screen, 36) && !screen.join('').includes('HELP'),
    'the screen without help',
  );
});

const childrenOf = (pid: number): readonly number[] => {
  try {
    return readdirSync(`/proc/${pid}/task`).flatMap((task) =>
      readFileSync(`/proc/${pid}/task/${task}/children`, 'utf8').split(' ').filter(Boolean).map(Number),
    );
  } catch {
    return [];
  }
};
const familyOf = (pid: number): readonly number[] =>
  childrenOf(pid).flatMap((child) => [child, ...familyOf(child)]);

const isRunning = (pid: number): boolean => {
  try {
    return !/^\d+ \(.*\) [ZX]/s.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return false;
  }
};

test.each(nodes)('a closed terminal leaves no processes, under $name', async ({ node }) => {
  await using shell = await openCockpit(node);
  const family = familyOf(shell.pty.pid);
  expect(family.length).toBeGreaterThan(0);
  shell.pty.hangUp();
  await expect.poll(() => family.filter(isRunning), { timeout: 10_000 }).toEqual([]);
});

test('a cockpit whose terminal does not read can be terminated', async () => {
  await using shell = await openCockpit();
  const [program = 0] = childrenOf(shell.pty.pid);
  shell.pty.pause();
  await flood(shell.pty);
  process.kill(program, 'SIGTERM');
  await expect.poll(() => isRunning(program), { timeout: 20_000 }).toBe(false);
});
