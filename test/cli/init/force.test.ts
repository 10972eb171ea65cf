import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { openPtyTerminal } from '../../../scripts/shot/pty-terminal.ts';
import { openWorkspace } from '../../simulation/workspace.ts';
import { everyNth, sampled } from '../../support/layer.ts';

const main = resolve('src/main.ts');
const mine = 'opsdeck: 1\nsystem: shop\nenv: production\n';

test.each(
  sampled(
    [
      ['ctrl-c', '\x03', 130],
      ['ctrl-d', '\x04', 4],
      ['no', 'n\r', 4],
    ],
    everyNth(3),
  ),
)('%s at the question of --force writes nothing, without a stack', async (_name, keys, code) => {
  const workspace = openWorkspace();
  onTestFinished(() => workspace[Symbol.asyncDispose]());
  const dir = workspace.path('profiles/shop');
  mkdirSync(dir, { recursive: true });
  writeFileSync(join(dir, 'production.yaml'), mine);
  writeFileSync(workspace.path('compose.yaml'), 'name: shop\nservices:\n  web: { image: web }\n');
  const words = ['init', '--env', 'shop/production', '--force', '--no-check'];
  const pty = openPtyTerminal([process.execPath, main, ...words], {
    columns: 100,
    rows: 30,
    cwd: workspace.home,
    env: { HOME: workspace.home, KUBECONFIG: 'none', PROMETHEUS_URL: 'http://127.0.0.1:9' },
  });
  onTestFinished(() => pty[Symbol.asyncDispose]());
  await pty.until((screen) => /\[y\/N\]/.test(screen.join('\n')), 'the question');
  pty.press(keys);
  expect(await pty.exited).toMatchObject({ code });
  expect(pty.output()).toMatch(/\n\S*opsdeck: nothing was written/);
  expect(pty.output()).not.toMatch(/AbortError|internal error|\n +at /);
  expect(readFileSync(join(dir, 'production.yaml'), 'utf8')).toBe(mine);
  expect(readdirSync(dir)).toEqual(['production.yaml']);
});
