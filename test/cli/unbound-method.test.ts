import { afterEach, beforeEach, expect, test } from 'vitest';
import { openCockpitIn } from '../simulation/cockpit.ts';
import { openWorkspace, type Workspace } from '../simulation/workspace.ts';
import { type LocalServer, localServer } from '../support/local-server.ts';
import { shopProfile } from '../support/shop-profile.ts';

let workspace: Workspace;
let wire: LocalServer;

const unbound = `runbooks:
  - id: any-method
    title: Send it by any method
    params:
      m: { type: string }
    act:
      - { id: a1, title: Send it, use: api.request, danger: safe, with: { method: "\${param.m}", path: /x } }
    verify: none
`;

beforeEach(async () => {
  workspace = openWorkspace();
  wire = await localServer((_, response) => response.writeHead(200).end('{}'));
  await workspace.put('profiles/here.yaml', shopProfile(wire.url, unbound, 'here', 'dev'));
});
afterEach(async () => {
  await workspace[Symbol.asyncDispose]();
  await wire[Symbol.asyncDispose]();
});

const run = (method: string) =>
  workspace.run(['run', 'any-method', '--env', 'shop/here', '--json', '--param', `m=${method}`]);

test('a profile that validate accepts opens in check, run and the cockpit', async () => {
  expect((await workspace.run(['validate', 'profiles/here.yaml'])).code).toBe(0);
  expect((await workspace.run(['check', '--env', 'shop/here'])).code).toBe(0);
  expect((await run('PUT')).code).toBe(0);
  expect(wire.asked).toContain('PUT /x');
  await using cockpit = await openCockpitIn(workspace, ['--env', 'shop/here']);
  await cockpit.sees(/1 service up/);
  await cockpit.keys(':');
  for (const letter of 'runbooks') await cockpit.keys(letter);
  await cockpit.keys('\r');
  await cockpit.sees(/Send it by any method/);
});

test.each(['FLY', 'post', ''])(
  'a method %j is rejected during planning, and nothing is sent',
  async (method) => {
    const ended = await run(method);
    expect(ended.stdout).toContain('a1: method: ');
    expect(wire.asked.filter((line) => line.includes('/x'))).toEqual([]);
  },
);

test('a reading step rejects an unknown method', async () => {
  const reading = unbound.replace('act:', 'diagnose:').replace('danger: safe', 'danger: read');
  await workspace.put('profiles/here.yaml', shopProfile(wire.url, reading, 'here', 'dev'));
  const validated = await workspace.run(['validate', 'profiles/here.yaml']);
  expect([validated.code, validated.stdout]).toEqual([4, expect.stringContaining('may change something')]);
});
