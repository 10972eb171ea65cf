import { readFile, rm } from 'node:fs/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Ended } from '../simulation/simulation.ts';
import { openWorkspace, type Workspace } from '../simulation/workspace.ts';
import { longTest } from '../support/layer.ts';
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

const step = (id: string): string =>
  `{ id: ${id}, title: Restart, use: api.request, danger: safe, with: { method: POST, path: /restart/${id} } }`;
const runbooks = `runbooks:
  - { id: restart, title: Restart, act: [${step('a1')}], verify: none }
  - { id: both, title: Restart both, act: [${step('a1')}, ${step('a2')}], verify: none }
  - id: proven
    title: Restart and prove
    act: [${step('a1')}]
    verify: [{ id: v1, title: It is down, that: any(health | status = down), within: 1m }]
`;

const posts = (): readonly string[] => wire.asked.filter((line) => line.startsWith('POST'));
const lastOf = ({ stdout }: Ended): { readonly ending: string; readonly why: string } =>
  JSON.parse(stdout.trimEnd().split('\n').at(-1) ?? '{}');
const profile = (guard: string): Promise<void> =>
  workspace.put('profiles/here.yaml', shopProfile(wire.url, `${runbooks}${guard}\n`, 'here', 'dev'));
const run = (id: string, ...more: readonly string[]): readonly string[] => [
  'run',
  id,
  '--env',
  'shop/here',
  '--json',
  ...more,
];

/** Expects exit code 3, the reason in the output and in the ledger, and no further requests than `sent`. */
const expectRefused = async (args: readonly string[], why: RegExp, sent = 0): Promise<void> => {
  const ended = await workspace.run(args);
  expect(lastOf(ended)).toMatchObject({ event: 'ended', ending: 'forbidden' });
  expect(lastOf(ended).why).toMatch(why);
  expect(ended.code).toBe(3);
  expect(posts()).toHaveLength(sent);
  expect(await readFile(`${workspace.stateDir}/audit.jsonl`, 'utf8')).toContain('"forbidden"');
};

const everyDay = 'days: sun-sat, from: "00:00", to: "24:00", why: batches run';

longTest('a freeze refuses the run, until it is overridden with a reason and the name', async () => {
  await profile('guard: { freeze: [{ from: 2020-01-01, to: 2120-01-01, why: sale }] }');
  await expectRefused(
    run('restart'),
    /^changes are frozen until 2120-01-01 00:00 UTC: sale\. .*--override "reason"/,
  );
  await expectRefused(run('restart', '--override', ''), /^an override requires a reason: /);
  await expectRefused(
    run('restart', '--override', 'orders are lost'),
    /^type the exact name of the target: "api" /,
  );
  const broken = await workspace.run(run('restart', '--override', 'orders are lost', '--confirm', 'api'));
  expect(broken.code).toBe(0);
  expect(posts()).toEqual(['POST /restart/a1']);
  expect(broken.stdout).toContain('"override":"orders are lost"');
});

longTest('quiet hours that cannot be overridden refuse the run', async () => {
  await profile(`guard: { quiet: [{ ${everyDay}, break: false }] }`);
  await expectRefused(
    run('restart', '--override', 'x', '--confirm', 'api'),
    /^quiet hours: batches run\. The profile does not allow an override/,
  );
});

test('a role refuses the run and names the users who may run it', async () => {
  await profile('authority: [{ id: team-lead, who: [other-user], may: destructive }]');
  await expectRefused(
    run('restart'),
    /^safe actions require team-lead \(other-user\), and .* may run at most read. Ask one of these people/,
  );
});

longTest('the rate limit counts actions of another process', async () => {
  await profile('guard: { rate: { acts: 1, per: 1h } }');
  expect((await workspace.run(run('restart'))).code).toBe(0);
  await expectRefused(
    run('restart'),
    /^the profile permits 1 action per 1h: 1 are used, and this run adds 1. Retry in /,
    1,
  );
});

longTest('the blast radius limits the objects of one run', async () => {
  await profile('guard: { blast: { limit: 1 } }');
  await expectRefused(run('both'), /^this run affects 2 objects, and the profile permits 1 per run/);
});

longTest('the lock of another process holds until its verification ends', async () => {
  await profile('');
  const first = workspace.start(run('proven'));
  await first.printed(/"verifying"/);
  await expectRefused(run('restart'), /^api is locked by \S+@\S+, run \S+, proven, for \d+s/, 1);
  first.interrupt();
  expect((await first.ended()).code).toBe(130);
  expect((await workspace.run(run('restart'))).code).toBe(0);
});

longTest('the lock of another profile holds, whatever it calls the source and its address', async () => {
  await profile('');
  const first = workspace.start(run('proven'));
  await first.printed(/"verifying"/);
  const elsewhere = shopProfile(wire.url.replace('127.0.0.1', 'localhost'), runbooks, 'elsewhere', 'dev')
    .replaceAll('api.request', 'backend.request')
    .replace(/^( +)api:/m, '$1backend:');
  await workspace.put('profiles/elsewhere.yaml', elsewhere);
  const second = ['run', 'restart', '--env', 'shop/elsewhere', '--json'];
  await expectRefused(second, /^backend is locked by \S+@\S+, run \S+, proven, for \d+s/, 1);
  first.interrupt();
  expect((await first.ended()).code).toBe(130);
});

test('a ledger whose files are gone is broken, not empty, once a run has locked a target', async () => {
  await profile('');
  expect((await workspace.run(['audit', 'verify'])).code).toBe(0);
  expect((await workspace.run(run('restart'))).code).toBe(0);
  expect((await workspace.run(['audit', 'verify'])).code).toBe(0);
  for (const name of ['audit.jsonl', 'audit.head']) await rm(`${workspace.stateDir}/${name}`);
  const { code, stdout, stderr } = await workspace.run(['audit', 'verify']);
  expect(code).not.toBe(0);
  expect(stdout + stderr).toContain('audit.jsonl and audit.head are missing, but runs were recorded here');
});

longTest('text output prints the impact before a refusal, and every gate check of a plan', async () => {
  await profile('guard: { blast: { limit: 1 } }');
  const text = run('both').filter((word) => word !== '--json');
  const { stdout: refused, code } = await workspace.run(text);
  expect(code).toBe(3);
  expect(refused).toContain('  impact: 2 objects\n');
  expect(refused.match(/the profile permits 1 per run/g)).toHaveLength(1);
  const { stdout } = await workspace.run([...text, '--dry-run']);
  expect(stdout).toContain('  impact: 2 objects\n');
  expect(stdout).toContain(
    '  blast: not met: this run affects 2 objects, and the profile permits 1 per run. Select fewer targets\n',
  );
  expect(stdout).toContain('  lock: no other run holds the lock of a target\n');
});

longTest('a refusal is printed once, with the flags that are missing filled in', async () => {
  await profile('guard: { freeze: [{ from: 2020-01-01, to: 2120-01-01, why: sale }] }');
  const text = run('restart', '--override', 'orders are lost').filter((arg) => arg !== '--json');
  const { code, stdout } = await workspace.run(text);
  expect(code).toBe(3);
  expect(stdout.match(/type the exact name of the target/g)).toHaveLength(1);
  expect(stdout).toMatch(
    /^FORBIDDEN: type the exact name of the target: "api" \(--confirm NAME\)\n {2}add: --confirm api$/m,
  );
  const frozen = await workspace.run(text.slice(0, -2));
  expect(frozen.stdout).toMatch(/^ {2}add: --override "REASON" --confirm api$/m);
});
