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

test('an invalid profile of another environment is reported with its line, and the current one keeps working', async () => {
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
      'the error of the other environment',
    );
    await pty.until((screen) => /✗.* api /.test(screen.join('\n')), 'the health of the current environment');
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
});
