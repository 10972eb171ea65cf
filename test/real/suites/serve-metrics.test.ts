import { spawnSync } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openSandbox, type Sandbox } from '../../e2e/support/sandbox.ts';
import { freePort } from '../../support/free-port.ts';
import { scratchDir } from '../../support/scratch-dir.ts';
import { launch } from '../machine/launch.ts';
import { until } from '../machine/until.ts';

let sandbox: Sandbox;
let url: string;
beforeAll(async () => {
  sandbox = await openSandbox();
  const running = sandbox.start([
    ...['serve', '--metrics', '--listen', '127.0.0.1:0'],
    ...['--env', 'demo/production', '--rehearse', 'dependency-down'],
  ]);
  [, url = ''] = await running.printed(/serving (http\S+)\/metrics/);
}, 60_000);
afterAll(() => sandbox[Symbol.asyncDispose]());

test('promtool has no objection to the page', async () => {
  const input = await (await fetch(`${url}/metrics`)).text();
  const { status, stderr } = spawnSync('promtool', ['check', 'metrics'], { input, encoding: 'utf8' });
  expect(stderr).toBe('');
  expect(status).toBe(0);
});

test('Prometheus scrapes it and answers a query for critical services', async () => {
  const dir = mkdtempSync(join(scratchDir(), 'scrape-'));
  const port = await freePort();
  const job = { job_name: 'opsdeck', static_configs: [{ targets: [new URL(url).host] }] };
  const file = join(dir, 'prometheus.yml');
  writeFileSync(file, JSON.stringify({ global: { scrape_interval: '1s' }, scrape_configs: [job] }));
  const server = await launch({
    program: 'prometheus',
    args: [
      `--config.file=${file}`,
      `--storage.tsdb.path=${join(dir, 'data')}`,
      `--web.listen-address=127.0.0.1:${port}`,
      '--log.level=warn',
    ],
    dir,
    readyUrl: `http://127.0.0.1:${port}/-/ready`,
    withinMs: 30_000,
    signal: new AbortController().signal,
  });
  try {
    const query = encodeURIComponent('opsdeck_service_level{level="crit"} == 1');
    await until('a critical service', async () => {
      const answer = await fetch(`http://127.0.0.1:${port}/api/v1/query?query=${query}`);
      const { data } = Object(await answer.json());
      return data.result.length > 0 && data.result[0].metric.env === 'production';
    });
  } finally {
    await server.end();
  }
});
