import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Ended } from '../simulation/simulation.ts';
import { openWorkspace, type Workspace } from '../simulation/workspace.ts';
import { longTest } from '../support/layer.ts';
import { type LocalServer, localServer } from '../support/local-server.ts';

let workspace: Workspace;
let wire: LocalServer;

const firing = [
  {
    labels: { alertname: 'HighLag', severity: 'warning' },
    annotations: {},
    startsAt: '2026-03-04T10:13:42Z',
    status: { state: 'active', silencedBy: [], inhibitedBy: [] },
  },
];

beforeEach(async () => {
  workspace = openWorkspace();
  wire = await localServer((request, response) => {
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify(request.url?.startsWith('/api/v2/alerts') ? firing : []));
  });
});
afterEach(async () => {
  await workspace[Symbol.asyncDispose]();
  await wire[Symbol.asyncDispose]();
});

const file = 'profiles/live.yaml';
const profile = (more: string, tier = 'production'): Promise<void> =>
  workspace.put(
    file,
    `opsdeck: 1
system: shop
env: live
tier: ${tier}
sources:
  am: { type: alertmanager, url: "${wire.url}" }
  api: { type: http, url: "${wire.url}", checks: [{ service: api, path: /healthz }] }
${more}`,
  );

const silence = ['run', 'silence-alert', '--env', 'shop/live'];
const params = ['--param', 'alert=HighLag', '--param', 'for=2h', '--param', 'reason=a change'];
const endedOf = ({ stdout }: Ended) => JSON.parse(stdout.trimEnd().split('\n').at(-1) ?? '{}');

test('a refusal lists everything that is missing, with the lines of the profile and where they belong', async () => {
  await profile(`guard: { arm: 10m, actions: [logger] }
authority:
  - { id: lead, who: [other-user], may: destructive }
`);
  const json = await workspace.run([...silence, ...params, '--json']);
  expect(json.code).toBe(3);
  const { missing, why } = endedOf(json);
  expect(missing.map(({ what }: { readonly what: string }) => what)).toEqual([
    'role',
    'action',
    'arm',
    'confirm',
  ]);
  expect(missing[1]).toEqual({
    what: 'action',
    why: 'guard.actions of live does not permit the action "silence"',
    remedy: 'start a runbook of the profile, or add the verb to guard.actions',
    position: expect.objectContaining({ line: 8 }),
    edit: {
      does: 'change',
      yaml: 'actions: [logger, silence]',
      position: expect.objectContaining({ line: 8 }),
    },
  });
  expect(missing[0].edit).toMatchObject({ does: 'change', position: { line: 10 } });
  expect(missing[0].edit.yaml).toMatch(/^who: \[other-user, .+\]$/);
  for (const part of [
    'permit the action "silence"',
    'safe actions require',
    '(A, or --arm "reason")',
    '(--confirm NAME)',
  ])
    expect(why).toContain(part);

  const { stdout, code } = await workspace.run([...silence, ...params]);
  expect(code).toBe(3);
  expect(stdout).toMatch(/^FORBIDDEN: 4 requirements are not met$/m);
  expect(stdout).toMatch(/^ {2}action: guard\.actions of live does not permit the action "silence"/m);
  expect(stdout).toMatch(/^ {4}change \S*live\.yaml:8: actions: \[logger, silence\]$/m);
  expect(stdout).toMatch(/^ {4}change \S*live\.yaml:10: who: \[other-user, .+\]$/m);
  expect(stdout).toMatch(/^ {2}add: --arm "REASON" --confirm HighLag$/m);
  expect(wire.asked.filter((line) => line.startsWith('POST'))).toEqual([]);
});

longTest('a setting that is not there is added to what is, or below the tier', async () => {
  await profile('guard: { arm: 10m }\n');
  const inGuard = endedOf(await workspace.run([...silence, ...params, '--json']));
  expect(inGuard.missing[0].edit).toMatchObject({
    does: 'add',
    to: 'guard',
    yaml: 'actions: [silence]',
    position: { line: 8 },
  });
  await profile('');
  const below = endedOf(await workspace.run([...silence, ...params, '--json']));
  expect(below.missing[0].edit).toMatchObject({
    does: 'add',
    yaml: 'guard: { actions: [silence] }',
    position: { line: 4 },
  });
  expect(below.missing[0].edit.to).toBeUndefined();
});

test('with every edit made, the same run passes the gates that it lacked', async () => {
  await profile('guard: { actions: [silence] }\n');
  const { stdout, code } = await workspace.run([
    ...[...silence, ...params, '--arm', 'INC-1', '--confirm', 'HighLag', '--json'],
  ]);
  expect(code).not.toBe(3);
  expect(stdout).toContain('"event":"gated","passed":true');
});

test('missing parameters are listed with what else the run lacks, and nothing is planned', async () => {
  await profile('guard: { arm: 10m }\n');
  const { stderr, code } = await workspace.run([...silence, '--param', 'alert=HighLag']);
  expect(code).toBe(4);
  expect(stderr).toMatch(/^ {2}--param for=…: /m);
  expect(stderr).toMatch(/^ {2}--param reason=…: /m);
  expect(stderr).toMatch(/^ {2}action: guard\.actions of live does not permit the action "silence"/m);
  expect(stderr).toMatch(/^ {4}add to guard, \S*live\.yaml:8: actions: \[silence\]$/m);
  expect(stderr).toMatch(/^ {2}arm: live is read-only until armed with a reason/m);
});

longTest('a draft is refused together with its gates', async () => {
  await profile(
    `runbooks:
  - id: post
    title: Post
    reviewed: false
    act: [{ id: a1, title: Post, use: api.request, danger: safe, with: { method: POST, path: /x } }]
    verify: none
guard: { freeze: [{ from: 2020-01-01, to: 2120-01-01, why: sale }] }
`,
  );
  const ended = endedOf(await workspace.run(['run', 'post', '--env', 'shop/live', '--json']));
  expect(ended.missing.map(({ what }: { readonly what: string }) => what)).toEqual([
    'review',
    'freeze',
    'arm',
  ]);
  expect(ended.missing[0].edit).toBeUndefined();
  expect(ended.missing[0].position).toMatchObject({ line: 9 });
});
