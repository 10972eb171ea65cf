import { readFile } from 'node:fs/promises';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Ended } from '../simulation/simulation.ts';
import { openWorkspace, type Workspace } from '../simulation/workspace.ts';
import { longTest } from '../support/layer.ts';
import { type LocalServer, localServer } from '../support/local-server.ts';
import { shopProfile } from '../support/shop-profile.ts';

let workspace: Workspace;
let wire: LocalServer;
/** The status of the health check; undefined: it is left unanswered. */
let health: number | undefined;
/** Called with each changing request. */
let onPost: () => void;

const step = (id: string): string =>
  `{ id: ${id}, title: Restart, use: api.request, danger: safe, with: { method: POST, path: /restart/${id} } }`;

const sections = `schedule: { tz: UTC }
runbooks:
  - { id: deploy, title: Deploy, checklist: before, act: [${step('a1')}, ${step('a2')}], verify: none }
checklists:
  - id: before
    title: Before a deployment
    items:
      - { id: up, title: The service is up, mode: auto, that: any(health | status = up) }
      - { id: told, title: The team knows, mode: human }
  - id: daily
    title: Daily checks
    schedule: { every: daily, at: "10:00" }
    items:
      - { id: up, title: The service is up, mode: auto, that: any(health | status = up) }
      - { id: review, title: Alerts are reviewed, mode: human }
  - id: data
    title: Without data
    items:
      - { id: breakers, title: Breakers are closed, mode: auto, that: all(breakers | state = closed) }
`;

beforeEach(async () => {
  workspace = openWorkspace();
  health = 200;
  onPost = () => {};
  wire = await localServer((request, response) => {
    if (request.method === 'POST') onPost();
    if (request.method !== 'POST' && health === undefined) return workspace.leaveUnanswered(response);
    response.writeHead(request.method === 'POST' ? 200 : (health ?? 200)).end('{}');
  });
  await workspace.put('profiles/here.yaml', shopProfile(wire.url, sections, 'here', 'dev'));
});
afterEach(async () => {
  await workspace[Symbol.asyncDispose]();
  await wire[Symbol.asyncDispose]();
});

const checklist = (...args: readonly string[]): Promise<Ended> =>
  workspace.run(['checklist', ...args, '--env', 'shop/here']);
const deploy = (...more: readonly string[]): Promise<Ended> =>
  workspace.run(['run', 'deploy', '--env', 'shop/here', '--json', ...more]);
const posts = (): readonly string[] => wire.asked.filter((line) => line.startsWith('POST'));
const lastOf = ({ stdout }: Ended): { readonly ending: string; readonly why: string } =>
  JSON.parse(stdout.trimEnd().split('\n').at(-1) ?? '{}');

describe('opsdeck checklist', () => {
  test('lists the lists; 1 where one is overdue, 0 when none is', async () => {
    // Nothing is overdue before a person has used the lists.
    expect((await checklist()).stdout).toContain('daily  Daily checks  1 of 2  due 2026-03-04T10:00:00.000Z');
    await checklist('before', '--tick', 'told');
    await checklist('before', '--withdraw', 'told');
    // A simulation begins at 10:15 UTC: the daily list was due at 10:00.
    const listed = await checklist();
    expect(listed.stdout).toBe(
      [
        'before  Before a deployment  1 of 2  on demand',
        'daily  Daily checks  1 of 2  OVERDUE since 2026-03-04T10:00:00.000Z',
        'data  Without data  0 of 1  on demand',
        '',
      ].join('\n'),
    );
    expect(listed.code).toBe(1);
    const ticked = await checklist('daily', '--tick', 'review');
    expect(ticked.stdout).toContain('daily  Daily checks  2 of 2  completed');
    expect([ticked.code, (await checklist()).code]).toEqual([0, 0]);
  });

  longTest('shows items with their evidence; 1 while one is open, 0 once it is ticked', async () => {
    const open = await checklist('before');
    expect(open.stdout).toMatch(/ {2}\[=\] up {2}The service is up {2}\S/);
    expect(open.stdout).toContain('  [ ] told  The team knows\n');
    expect(open.code).toBe(1);
    const ticked = await checklist('before', '--tick', 'told', '--note', 'in #deploys');
    expect(ticked.stdout).toMatch(/\[x\] told {2}The team knows {2}\S+@\S+: in #deploys/);
    expect(ticked.code).toBe(0);
    expect((await checklist('before', '--withdraw', 'told')).code).toBe(1);
  });

  test('a check that fails is open, one without an answer is unknown: 3', async () => {
    await checklist('before', '--tick', 'told');
    health = 500;
    const failing = await checklist('before');
    expect(failing.stdout).toContain('[ ] up');
    expect(failing.code).toBe(1);
    const silent = await checklist('data', '--json');
    const [{ items }] = JSON.parse(silent.stdout);
    expect(items[0]).toMatchObject({ id: 'breakers', state: 'unknown', by: null });
    expect(silent.code).toBe(3);
  });

  longTest('overrides a failing check only with a reason', async () => {
    health = 500;
    await checklist('before', '--tick', 'told');
    expect((await checklist('before', '--override', 'up')).stderr).toContain('this needs a reason');
    const overridden = await checklist('before', '--override', 'up', '--note', 'known outage of the check');
    expect(overridden.stdout).toContain('[!] up');
    expect(overridden.code).toBe(0);
  });

  test.each([
    [['before', '--tick', 'up'], 'up is decided by a check'],
    [['before', '--tick', 'nothing'], 'no item "nothing" in checklist before. Choose one of up, told.'],
    [['nothing'], 'no checklist "nothing" in shop/here. Choose one of before, daily, data.'],
    [['--tick', 'told'], 'name the checklist'],
    [['before', '--tick', 'told', '--end'], 'use only one of --tick, --withdraw'],
    [['before', '--note', 'text'], '--note needs --tick'],
    [['before', '--json', '--markdown'], 'cannot combine --json with --markdown. Remove one of them'],
    [
      ['before', '--history', '--tick', 'told'],
      'a past occurrence cannot be changed. Remove --period to change the current one. Remove one of them',
    ],
    [['before', '--history', '0'], 'whole number from 1'],
    [['before', '--period', '#7'], 'checklist before has no ended occurrence "#7"'],
    [['--period', '#1'], 'name the checklist'],
  ] as const)('%j is a usage error: 4', async (args, message) => {
    const { code, stderr } = await checklist(...args);
    expect(stderr).toContain(message);
    expect(code).toBe(4);
    expect(posts()).toEqual([]);
  });

  test('exports Markdown: notes are text, not markup', async () => {
    await checklist('before', '--tick', 'told', '--note', '<b>*now*</b>');
    const { stdout } = await checklist('before', '--markdown');
    expect(stdout).toContain('## Before a deployment\n');
    expect(stdout).toMatch(/- \[x\] The service is up \(by a check, .+\)/);
    expect(stdout).toMatch(/- \[x\] The team knows \(.*\\<b\\>\\\*now\\\*\\<\/b\\>.*\)/);
  });
});

describe('the history', () => {
  const days = async (): Promise<void> => {
    await checklist('daily', '--tick', 'review');
    await workspace.wait(2 * 86_400_000);
    await checklist('before', '--tick', 'told');
    await checklist('before', '--end');
  };

  test('lists completed and missed periods', async () => {
    await days();
    const { stdout, code } = await checklist('daily', '--history');
    expect(stdout).toMatch(
      /^daily {2}Daily checks\n {2}2026-03-05 {2}MISSED {6}0 of 2\n {2}2026-03-04 {2}COMPLETED {3}2 of 2 {2}by \S+ 2026-03-04T/,
    );
    expect(code).toBe(0);
    const all = await checklist('--history', '5', '--json');
    const results = JSON.parse(all.stdout).map(
      (entry: { readonly id: string; readonly history: readonly { readonly result: string }[] }) => [
        entry.id,
        entry.history.map(({ result }) => result),
      ],
    );
    expect(results).toEqual([
      ['before', ['completed']],
      ['daily', ['missed', 'completed']],
      ['data', []],
    ]);
  });

  test('is exported as Markdown, as a whole and one period', async () => {
    await days();
    const history = await checklist('daily', '--history', '--markdown');
    expect(history.stdout).toContain('## Daily checks: history\n');
    expect(history.stdout).toContain('| 2026-03-05 | missed | 0 of 2 | 2026-03-05T10:00:00.000Z |  |\n');
    const day = await checklist('daily', '--period', '2026-03-04', '--markdown');
    expect(day.stdout).toMatch(/^## Daily checks: 2026-03-04\n\nshop\/here · completed, 2 of 2/);
    expect(day.stdout).toMatch(/- \[x\] Alerts are reviewed \(\S+@\S+\)/);
  });
});

describe('a list that gates a runbook', () => {
  const openWhy = /^checklist before has open items \(\d of 2\): /;

  longTest('refuses it with the open items and the command that ticks them', async () => {
    const refused = await deploy();
    expect(lastOf(refused)).toMatchObject({ ending: 'forbidden' });
    expect(lastOf(refused).why).toBe(
      'checklist before has open items (1 of 2): The team knows. Complete the list in Checklists or with opsdeck checklist before, or override with a reason (--override "reason")',
    );
    expect(refused.code).toBe(3);
    expect(posts()).toEqual([]);
  });

  longTest('lets it start once complete, and only once', async () => {
    await checklist('before', '--tick', 'told');
    expect((await deploy()).code).toBe(0);
    expect(posts()).toHaveLength(2);
    const history = await checklist('before', '--history');
    expect(history.stdout).toMatch(/#1 {10}COMPLETED {3}2 of 2 {2}with run \S+ /);
    expect(lastOf(await deploy()).why).toMatch(openWhy);
    expect(posts()).toHaveLength(2);
  });

  longTest.each([
    ['fails', 500],
    ['has no answer', undefined],
  ] as const)('refuses it while a check %s', async (_name, status) => {
    await checklist('before', '--tick', 'told');
    health = status;
    expect(lastOf(await deploy()).why).toMatch(openWhy);
    expect(posts()).toEqual([]);
  });

  test('is overridden with a reason and the name of the target', async () => {
    const unnamed = await deploy('--override', 'orders are lost');
    expect(lastOf(unnamed).why).toMatch(/^type the exact name of the target: "api"/);
    expect((await deploy('--override', 'orders are lost', '--confirm', 'api')).code).toBe(0);
    expect(posts()).toHaveLength(2);
    const ledger = await readFile(`${workspace.stateDir}/audit.jsonl`, 'utf8');
    expect(ledger).toContain('Overridden: orders are lost');
  });

  test('is read again before each step: one that opens during the run stops it', async () => {
    await checklist('before', '--tick', 'told');
    onPost = () => {
      health = 500;
    };
    const stopped = await deploy();
    expect(lastOf(stopped)).toMatchObject({ ending: 'failed' });
    expect(lastOf(stopped).why).toMatch(/^checklist before has open items \(1 of 2\): The service is up/);
    expect(posts()).toEqual(['POST /restart/a1']);
  });

  test('is read again after the cancel window: one that opens meanwhile refuses the first step', async () => {
    const disruptive = sections.replaceAll('danger: safe', 'danger: disruptive');
    await workspace.put(
      'profiles/here.yaml',
      shopProfile(wire.url, `${disruptive}guard: { cancelWindow: 30s }\n`, 'here', 'production'),
    );
    await checklist('before', '--tick', 'told');
    const args = ['run', 'deploy', '--env', 'shop/here', '--json', '--arm', 'a release', '--confirm', 'api'];
    const waiting = workspace.start(args);
    await waiting.printed(/"event":"window"/);
    health = 500;
    const ended = await waiting.ended();
    expect(lastOf(ended)).toMatchObject({ ending: 'forbidden' });
    expect(lastOf(ended).why).toMatch(openWhy);
    expect(posts()).toEqual([]);
  });
});
