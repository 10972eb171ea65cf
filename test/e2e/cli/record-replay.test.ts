import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openPtyTerminal, type PtyTerminal } from '../../../scripts/shot/pty-terminal.ts';
import { launcher } from '../pty.ts';
import { openSandbox, type Sandbox } from '../support/sandbox.ts';

const sees = (pty: PtyTerminal, text: RegExp): Promise<void> =>
  pty.until((screen) => text.test(screen.join('\n')), `waiting for ${String(text)}`, 60_000);

/** Opens the built program in a terminal, in the home directory of a sandbox. */
const openIn = (sandbox: Sandbox, ...args: readonly string[]): PtyTerminal =>
  openPtyTerminal([process.execPath, launcher, ...args], {
    columns: 120,
    rows: 36,
    cwd: sandbox.dir,
    env: { HOME: sandbox.dir, XDG_CONFIG_HOME: sandbox.dir, XDG_STATE_HOME: sandbox.stateDir },
  });

test('the demo is recorded, replayed, sought and exported', { timeout: 240_000 }, async () => {
  await using sandbox = await openSandbox();
  const file = join(sandbox.dir, 'call.rec');
  {
    await using pty = openIn(sandbox, 'record', file, '--env', 'demo/production');
    await sees(pty, /REC/);
    await sees(pty, /data +\d+s old/);
    pty.press(':');
    await sees(pty, /COMMAND/);
    pty.press('\u001b');
    await pty.until((screen) => !/COMMAND/.test(screen.join('\n')), 'waiting for the end of COMMAND');
    pty.press('q');
    expect((await pty.exited).code).toBe(0);
    expect(pty.output()).toMatch(/recorded \S+call\.rec: \d:\d\d, /);
  }
  expect((await stat(file)).mode & 0o777).toBe(0o600);
  const records = (await readFile(file, 'utf8')).trimEnd().split('\n');
  expect(JSON.parse(records.at(-1) ?? '')).toMatchObject({ end: true });

  {
    await using pty = openIn(sandbox, 'replay', file);
    await sees(pty, /UTC +\d:\d\d \/ \d:\d\d/);
    pty.press('9');
    await sees(pty, /PRODUCTION/);
    pty.press('?');
    await sees(pty, /previous change/);
    pty.press('?');
    pty.press('0');
    pty.press(' ');
    await sees(pty, /PAUSED/);
    pty.press('q');
    expect((await pty.exited).code).toBe(0);
  }

  const cast = await sandbox.run(['replay', file, '--export', 'asciicast', 'call.cast']);
  expect(cast).toMatchObject({ code: 0, stdout: '' });
  const page = await sandbox.run(['replay', file, '--export', 'html', 'call.html']);
  expect(page.code).toBe(0);
  expect(await readFile(join(sandbox.dir, 'call.html'), 'utf8')).toContain('Content-Security-Policy');
  const again = await sandbox.run(['replay', file, '--export', 'html', 'call.html']);
  expect(again.code).toBe(1);
  expect(again.stderr).toContain('already exists and is not overwritten. Choose another name');
  await sandbox.put('bad.rec', `${records[0]}\n{"t":0,\n`);
  const bad = await sandbox.run(['replay', 'bad.rec', '--export', 'html', 'bad.html']);
  expect(bad.code).toBe(4);
  expect(bad.stderr).toMatch(/bad\.rec:2: this line is not valid JSON/);
});

test('another cockpit is followed, and its end is told', { timeout: 240_000 }, async () => {
  await using sandbox = await openSandbox();
  await using watched = openIn(sandbox, '--env', 'demo/production');
  await sees(watched, /data +\d+s old/);
  await using viewer = openIn(sandbox, 'follow');
  await sees(viewer, /LIVE/);
  await sees(viewer, /PRODUCTION/);
  await sees(watched, /followed by/);
  // No key of the viewer reaches the cockpit.
  viewer.press('\u001b[D');
  await sees(viewer, /PLAY|PAUSED/);
  viewer.press('.');
  await sees(viewer, /LIVE/);
  watched.press('q');
  expect((await watched.exited).code).toBe(0);
  await sees(viewer, /has closed this cockpit/);
  viewer.press('q');
  expect((await viewer.exited).code).toBe(0);
});
