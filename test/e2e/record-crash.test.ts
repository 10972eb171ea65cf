import { appendFile, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openPtyTerminal } from '../../scripts/shot/pty-terminal.ts';
import { parseRecording } from '../../src/ui/shell/recording/recording.ts';
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

test('a recording survives kill -9 of its cockpit up to its last whole frame, and is replayed', {
  timeout: 120_000,
}, async () => {
  await using sandbox = await openSandbox();
  const dir = await mkdtemp(join(tmpdir(), 'opsdeck-record-'));
  try {
    await mkdir(join(dir, 'shop'));
    await writeFile(join(dir, 'shop', 'here.yaml'), profile.replaceAll('DIR', dir));
    const file = join(dir, 'call.rec');
    const places = ['--profiles', dir, '--state-dir', join(dir, 'state')];
    await using cockpit = openPtyTerminal(
      [process.execPath, launcher, 'record', file, '--env', 'shop/here', ...places],
      { columns: 120, rows: 30, env: { XDG_CONFIG_HOME: dir, XDG_CACHE_HOME: dir } },
    );
    await cockpit.until((screen) => /● .*desk/.test(screen.join('\n')), 'the check of the desk', 30_000);
    cockpit.press('?');
    await cockpit.until((screen) => /HELP/.test(screen.join('\n')), 'the help', 30_000);
    // The frame is on disk before the process is killed: what was not written yet may be lost.
    for (let text = ''; !text.includes('HELP'); text = await readFile(file, 'utf8'))
      await new Promise((resolve) => setTimeout(resolve, 20));
    cockpit.kill('SIGKILL');
    await cockpit.exited;
    const whole = parseRecording(await readFile(file, 'utf8'));
    expect(whole.isComplete).toBe(false);
    // The kernel may cut the last write anywhere.
    await appendFile(file, '{"t":99999999,"rows":[["cut sh');
    const torn = parseRecording(await readFile(file, 'utf8'));
    expect(torn.tornLine).toBeGreaterThan(1);
    expect([torn.frames.length, torn.durationMs]).toEqual([whole.frames.length, whole.durationMs]);
    const page = join(dir, 'call.html');
    const exported = await sandbox.run(['replay', file, page, '--export', 'html']);
    expect(exported.code).toBe(0);
    expect(await readFile(page, 'utf8')).toContain('desk');
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
});
