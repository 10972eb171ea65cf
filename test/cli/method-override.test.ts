import { afterEach, beforeEach, expect, test } from 'vitest';
import { openWorkspace, type Workspace } from '../simulation/workspace.ts';
import { type LocalServer, localServer } from '../support/local-server.ts';
import { shopProfile } from '../support/shop-profile.ts';

let workspace: Workspace;
let wire: LocalServer;
beforeEach(async () => {
  workspace = openWorkspace();
  wire = await localServer((_, response) => void response.writeHead(200).end('{}'));
});
afterEach(async () => {
  await workspace[Symbol.asyncDispose]();
  await wire[Symbol.asyncDispose]();
});

const runbook = (params: string): string => `runbooks:
  - id: look
    title: Look
    diagnose: [{ id: q1, use: api.request, with: { method: GET, ${params} } }]
    act: [{ id: a1, title: Call, use: api.request, danger: safe, with: { method: POST, path: /y } }]
    verify: none
`;

test.each([
  ['path: /x, headers: { X-HTTP-Method-Override: DELETE }', 'headers: a header that overrides the method'],
  ['path: /x, headers: { x-http-method: DELETE }', 'headers: a header that overrides the method'],
  ['path: /x, headers: { X-Method-Override: DELETE }', 'headers: a header that overrides the method'],
  ['path: "/x?a=1&_method=DELETE"', 'path: _method is not sent in the query'],
  ['path: "/x?%5Fmethod=DELETE"', 'path: _method is not sent in the query'],
])(
  'a read that the server takes for a change is an error with a position, and is not sent: %s',
  async (params, why) => {
    await workspace.put('profiles/prod.yaml', shopProfile(wire.url, runbook(params), 'prod', 'production'));
    const { code, stdout, stderr } = await workspace.run(['validate', 'profiles/prod.yaml']);
    expect(code).toBe(4);
    expect(stdout + stderr).toMatch(/prod\.yaml:15:\d+: /);
    expect(stdout + stderr).toContain(why);
    const run = await workspace.run(['run', 'look', '--env', 'shop/prod']);
    expect(run.code).toBe(4);
    expect(wire.asked.filter((line) => line.includes('/x'))).toEqual([]);
  },
);

test.each([
  ['checks', 'checks: [{ service: api, path: /healthz, headers: { X-HTTP-Method-Override: DELETE } }]'],
  ['checks', 'checks: [{ service: api, path: "/healthz?_method=DELETE" }]'],
  ['login', 'checks: [{ service: api, path: /healthz }]\n    auth: { header: { X-HTTP-Method: DELETE } }'],
])('a profile whose %s override the method of reads is refused', async (_, keys) => {
  const profile = shopProfile(wire.url).replace('checks: [{ service: api, path: /healthz }]', keys);
  await workspace.put('profiles/dev.yaml', profile);
  const { code, stdout, stderr } = await workspace.run(['check', '--env', 'shop/dev']);
  expect(code).toBe(4);
  expect(stdout + stderr).toMatch(/a check only reads, and|the header would change the method/i);
  expect(wire.asked).toEqual([]);
});

test('a redirect to a request that the server takes for a change is not followed: production stays as it is', async () => {
  await using orders = await localServer(({ url = '' }, response) => {
    const { pathname, searchParams } = new URL(url, 'http://shop');
    if (pathname === '/login') response.writeHead(302, { location: searchParams.get('next') ?? '/' });
    response.end('{}');
  });
  const path = 'path: "/login?next=%2Forders%2F1%3F_method%3DDELETE"';
  const profile = shopProfile(orders.url, '', 'prod', 'production').replace('path: /healthz', path);
  await workspace.put('profiles/prod.yaml', profile);
  const { stdout } = await workspace.run(['check', '--env', 'shop/prod']);
  expect(stdout).toContain('the redirect to /orders/1 is not followed');
  expect(orders.asked.filter((line) => !line.startsWith('GET /login?'))).toEqual([]);
  expect(orders.asked).not.toEqual([]);
});

test('a change may override its method: it passes the gates as what it declares', async () => {
  const override = 'method: POST, path: /y, headers: { X-HTTP-Method-Override: DELETE }';
  const text = runbook('path: /x').replace('method: POST, path: /y', override);
  await workspace.put('profiles/dev.yaml', shopProfile(wire.url, text));
  expect((await workspace.run(['validate', 'profiles/dev.yaml'])).code).toBe(0);
});
