import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'vitest';
import { openPtyTerminal } from '../../scripts/shot/pty-terminal.ts';
import { launcher } from './pty.ts';

const profile = (env: string, checks: string): string =>
  [
    'opsdeck: 1',
    'system: shop',
    `env: ${env}`,
    'tier: dev',
    `sources: { api: { type: http, url: "http://127.0.0.1:1", ${checks}: [{ service: api, path: / }] } }`,
    '',
  ].join('\n');

test('another environment whose profile is broken is told with its line, and this one goes on', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'opsdeck-across-'));
  try {
    await mkdir(join(dir, 'shop'));
    await writeFile(join(dir, 'shop', 'here.yaml'), profile('here', 'checks'));
    await writeFile(join(dir, 'shop', 'there.yaml'), profile('there', 'chekcs'));
    const argv = [
      process.execPath,
      launcher,
      '--env',
      'shop/here',
      '--profiles',
      dir,
      '--state-dir',
      join(dir, 'state'),
    ];
    await using pty = openPtyTerminal(argv, { columns: 160, rows: 30, env: { XDG_CONFIG_HOME: dir } });
    await pty.until(
      (screen) => /cannot show there: .*there\.yaml:5:\d+: unknown key "chekcs"/.test(screen.join('\n')),
      'what is wrong with the other environment',
    );
    await pty.until((screen) => /✗.* api /.test(screen.join('\n')), 'this one’s health');
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
});
