import { appendFile, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openPtyTerminal, type PtyTerminal } from '../../scripts/shot/pty-terminal.ts';
import { launcher } from './pty.ts';
import { openSandbox } from './support/sandbox.ts';

const profile = [
  'opsdeck: 1',
  'system: shop',
  'env: here',
  'tier: local',
  'sources:',
  '  desk: { type: script, cwd: DIR, checks: [{ service: desk, run: ["true"], timeout: 5s }] }',
  '',
].join('\n');

const sees = (pty: PtyTerminal, text: RegExp): Promise<void> =>
  pty.until((screen) => text.test(screen.join('\n')), `waiting for ${String(text)}`, 30_000);

/** Types a text in the dialog that `!` opens. */
const say = async (pty: PtyTerminal, title: RegExp, text: string): Promise<void> => {
  pty.press('!');
  await sees(pty, title);
  for (const letter of text) pty.press(letter);
  await sees(pty, new RegExp(text));
  pty.press('\r');
  // Keys that arrive together are text.
  await pty.until((screen) => !screen.some((line) => title.test(line)), 'the dialog to close', 30_000);
};

const showIncident = async (pty: PtyTerminal): Promise<void> => {
  pty.press(':');
  await sees(pty, /[╔╭][═─] [A-Z]{3}/);
  for (const letter of 'incident') pty.press(letter);
  await sees(pty, /incident_|:incident/);
  pty.press('\r');
};

test('an incident survives kill -9 of the cockpit and an append that was cut short', {
  timeout: 120_000,
}, async () => {
  await using sandbox = await openSandbox();
  const dir = await mkdtemp(join(tmpdir(), 'opsdeck-incident-'));
  try {
    await mkdir(join(dir, 'shop'));
    await writeFile(join(dir, 'shop', 'here.yaml'), profile.replaceAll('DIR', dir));
    const state = join(dir, 'state');
    const args = ['--env', 'shop/here', '--profiles', dir, '--state-dir', state];
    const open = (): PtyTerminal =>
      openPtyTerminal([process.execPath, launcher, ...args], {
        columns: 120,
        rows: 30,
        env: { XDG_CONFIG_HOME: dir, XDG_CACHE_HOME: dir },
      });
    await using first = open();
    await sees(first, /● .*desk/);
    await say(first, /[═─] DECLARE INCIDENT/, 'Orders fail');
    await sees(first, /INC-1/);
    await say(first, /[═─] NOTE/, 'pool exhausted');
    await showIncident(first);
    await sees(first, /note +pool exhausted/);
    first.kill('SIGKILL');
    await first.exited;
    const record = join(state, 'incidents', 'INC-1.jsonl');
    await appendFile(record, '{"seq":3,"at":3,"who":"ana@desk","entry":{"event":"note","text":"cut sh');

    await using second = open();
    await sees(second, /● .*desk/);
    await showIncident(second);
    await sees(second, /INC-1 .*Orders fail .*INVESTIGATING/);
    await sees(second, /note +pool exhausted/);
    await say(second, /[═─] NOTE/, 'restarted opsdeck');
    await sees(second, /note +restarted opsdeck/);
    const lines = (await readFile(record, 'utf8')).trimEnd().split('\n');
    expect(lines.map((line) => JSON.parse(line).seq)).toEqual(lines.map((_, index) => index + 1));
    const shown = await sandbox.run(['incident', 'show', 'INC-1', '--profiles', dir, '--state-dir', state]);
    expect(shown.code).toBe(0);
    // The damaged end is no problem that is reported: that append did not happen.
    expect(shown.stderr).not.toContain('warning');
    expect(shown.stdout).toMatch(/note +pool exhausted[\s\S]*note +restarted opsdeck/);
    expect(shown.stdout).not.toContain('cut sh');
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
});
