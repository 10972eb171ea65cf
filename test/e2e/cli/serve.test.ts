import { request } from 'node:http';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { localServer } from '../../support/local-server.ts';
import { openSandbox, type Sandbox } from '../support/sandbox.ts';

let sandbox: Sandbox;
beforeEach(async () => {
  sandbox = await openSandbox();
});
afterEach(() => sandbox[Symbol.asyncDispose]());

const secret = 'hunter2-is-secret';
const profile = (url: string): string => `opsdeck: 1
system: shop
env: dev
tier: dev
sources:
  api: { type: http, url: "${url}", every: 1s, timeout: 2s, auth: { bearer: ${secret} }, checks: [{ service: api-${secret}, path: / }] }
  page: { type: promtext, url: "${url}/page", every: 1s, timeout: 2s }
  off: { type: promtext, url: "http://127.0.0.1:9/metrics", every: 1s, timeout: 2s }
signals:
  - { id: orders, source: page, read: { metric: orders_total }, warn: '>=100' }
  - { id: lost, source: off, read: { metric: gone_total } }
`;

const serving = async (sandbox: Sandbox, ...args: readonly string[]) => {
  const running = sandbox.start(['serve', '--metrics', '--listen', '127.0.0.1:0', ...args]);
  const [, url = ''] = await running.printed(/serving (http\S+)\/metrics/);
  return { running, url };
};

/** Reads the page until it matches: the first poll takes a moment. */
const pageWith = async (url: string, wantedPattern: RegExp): Promise<string> => {
  for (;;) {
    const text = await (await fetch(url)).text();
    if (wantedPattern.test(text)) return text;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
};

test('serves values, unknown levels, and the state of a broken source; ends at SIGTERM with 0', async () => {
  await using wire = await localServer((incoming, response) => {
    response.end(incoming.url === '/page' ? 'orders_total 0\n' : 'ok');
  });
  await sandbox.put('profiles/dev.yaml', profile(wire.url));
  const { running, url } = await serving(sandbox, '--env', 'shop/dev');
  const at = 'system="shop",env="dev"';
  const text = await pageWith(`${url}/metrics`, /source="off"[^}]*state="down"\} 1[\s\S]*/);
  const complete = await pageWith(
    `${url}/metrics`,
    /^(?=[\s\S]*source_state\{[^}]*source="page"[^}]*state="ok"\} 1)(?=[\s\S]*service_level\{[^}]*service="api-…masked")/,
  );
  expect(text).toContain(`opsdeck_source_state{${at},source="off",type="promtext",state="down"} 1`);
  expect(complete).toContain(`opsdeck_signal_value{${at},signal="orders",source="page"} 0`);
  expect(complete).toContain(`opsdeck_signal_level{${at},signal="lost",source="off",level="unknown"} 1`);
  expect(complete).not.toMatch(/opsdeck_signal_value\{[^}]*lost/);
  expect(complete).toMatch(/source_faults\{[^}]*source="off"[^}]*fault="unreachable"\} [1-9]/);
  expect(complete).toMatch(/service_level\{[^}]*service="api-…masked",level="ok"\} 1/);
  const levels = await (await fetch(`${url}/levels`)).text();
  expect(JSON.parse(levels)).toMatchObject({ opsdeck: 1, system: 'shop', level: 'unknown' });
  expect(JSON.parse(levels).situation.sentence).toMatch(/^Some states are unknown: source off not answering/);
  expect(complete + levels).not.toContain(secret);
  running.child.kill('SIGTERM');
  expect(await running.ended).toMatchObject({ code: 0, signal: null });
});

test('answers only GET and HEAD, known paths, and names of this machine', async () => {
  const { url } = await serving(sandbox, '--env', 'demo/production', '--rehearse');
  const head = await fetch(`${url}/metrics`, { method: 'HEAD' });
  expect([head.status, head.headers.get('content-type'), await head.text()]).toEqual([
    200,
    'text/plain; version=0.0.4; charset=utf-8',
    '',
  ]);
  expect((await fetch(`${url}/metrics`, { method: 'POST' })).status).toBe(405);
  expect((await fetch(`${url}/other`)).status).toBe(404);
  const rebound = await new Promise((resolve, reject) => {
    request(`${url}/metrics`, { headers: { host: 'attacker.example' } }, (answer) => {
      answer.resume();
      resolve(answer.statusCode);
    })
      .on('error', reject)
      .end();
  });
  expect(rebound).toBe(403);
});

test.each([
  [['--metrics', '--listen', '0.0.0.0:0'], /other machines can reach this address[^\n]*--allow-remote/],
  [['--listen', '127.0.0.1:0'], /nothing to serve\. Add --metrics/],
  [['--metrics', '--listen', 'localhost'], /Expected HOST:PORT/],
])('refuses %j with exit 4', async (args, message) => {
  const { code, stderr } = await sandbox.run(['serve', '--env', 'demo/production', '--rehearse', ...args]);
  expect(stderr).toMatch(message);
  expect(code).toBe(4);
});

test('a port in use is an error with the remedy', async () => {
  await using wire = await localServer((_, response) => void response.end());
  const address = new URL(wire.url).host;
  const { code, stderr } = await sandbox.run([
    'serve',
    '--metrics',
    '--env',
    'demo/production',
    '--rehearse',
    '--listen',
    address,
  ]);
  expect(stderr).toMatch(
    /another program already listens at this address and port\. Choose another --listen address/,
  );
  expect(code).toBe(4);
});
