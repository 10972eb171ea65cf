import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openCockpitIn } from '../simulation/cockpit.ts';
import { openWorkspace, type Workspace } from '../simulation/workspace.ts';
import { longTest } from '../support/layer.ts';
import { localServer } from '../support/local-server.ts';
import { shopProfile } from '../support/shop-profile.ts';

let workspace: Workspace;
beforeEach(() => {
  workspace = openWorkspace();
});
afterEach(() => workspace[Symbol.asyncDispose]());

describe('validate', () => {
  test('prints every error with file, line and column, and exits 4', async () => {
    await workspace.put('profiles/good.yaml', shopProfile('http://127.0.0.1:1'));
    await workspace.put('profiles/bad.yaml', shopProfile('http://127.0.0.1:1', 'signls: []\n', 'bad'));
    const ended = await workspace.run(['validate', '--profiles', 'profiles']);
    expect(ended.code).toBe(4);
    expect(ended.stdout).toMatch(/^profiles\/bad\.yaml:12:1: .*signls.*\n$/);
    expect(ended.stderr).toContain('1 error, 0 warnings');
    expect((await workspace.run(['validate', 'profiles/good.yaml'])).code).toBe(0);
    expect((await workspace.run(['validate', 'profiles/none.yaml'])).code).toBe(4);
  });

  test('reports a reference without a value as a warning, and as an error with --strict', async () => {
    await workspace.put('profiles/dev.yaml', shopProfile('${env:NOT_SET}'));
    const ended = await workspace.run(['validate', 'profiles']);
    expect({ code: ended.code, stdout: ended.stdout }).toEqual({
      code: 0,
      stdout: expect.stringMatching(/^profiles\/dev\.yaml:8:\d+: warning: .*NOT_SET/),
    });
    expect((await workspace.run(['validate', '--strict', 'profiles'])).code).toBe(4);
  });
});

test('a number that repeats a limit is a note, which --strict lets pass', async () => {
  const more = [
    'signals: [{ id: slow, title: Slow, source: api, read: { latency: api }, unit: ms, warn: ">=500" }]',
    'runbooks: [{ id: wait, title: Wait, when: slow >= 500, act: [{ title: Wait, manual: true }], verify: none }]',
    '',
  ].join('\n');
  await workspace.put('profiles/dev.yaml', shopProfile('http://127.0.0.1:1', more));
  const ended = await workspace.run(['validate', '--strict', 'profiles']);
  expect(ended.stdout).toContain(': note: when: 500 repeats the limit warn of slow. Write limit(slow)');
  expect(ended.stderr).toContain('0 errors, 0 warnings, 1 note');
  expect(ended.code).toBe(0);
});

describe('two profiles with the same name', () => {
  const commands = [
    ['validate', '--profiles', 'profiles'],
    ['check', '--env', 'shop/dev'],
    ['doctor', '--env', 'shop/dev'],
    ['run', 'restart', '--env', 'shop/dev'],
    ['runbooks', '--env', 'shop/dev'],
    ['logs', '--env', 'shop/dev'],
  ];

  test.each(commands)('%s names both files, contacts neither, and exits 4', async (...words) => {
    await using wire = await localServer((_request, response) => void response.end('{}'));
    await workspace.put('profiles/a.yaml', shopProfile(wire.url));
    await workspace.put('profiles/b.yaml', shopProfile(wire.url, '', 'dev', 'production'));
    const ended = await workspace.run(words);
    expect([ended.code, wire.asked]).toEqual([4, []]);
    expect(`${ended.stdout}${ended.stderr}`).toMatch(
      /profiles\/b\.yaml:1:1: shop\/dev is already declared in profiles\/a\.yaml. Use another env or system/,
    );
  });

  longTest('the cockpit shows the error instead of either environment', async () => {
    await workspace.put('profiles/a.yaml', shopProfile('http://127.0.0.1:1'));
    await workspace.put('profiles/b.yaml', shopProfile('http://127.0.0.1:1', '', 'dev', 'production'));
    await using cockpit = await openCockpitIn(workspace, ['--env', 'shop/dev']);
    await cockpit.sees(/b\.yaml:1:1: shop\/dev is already declared in profiles\/a\.yaml/);
  });

  test('a lower tier in a nearer directory does not override a higher one', async () => {
    await workspace.put('profiles/a.yaml', shopProfile('http://127.0.0.1:1'));
    await workspace.put(
      'config/opsdeck/profiles/a.yaml',
      shopProfile('http://127.0.0.1:1', '', 'dev', 'production'),
    );
    const ended = await workspace.run(['check', '--env', 'shop/dev']);
    expect([ended.code, ended.stderr]).toEqual([
      4,
      expect.stringContaining('shop/dev has tier dev here, but tier production in '),
    ]);
  });
});

describe('doctor', () => {
  test('exits 0 if everything is available, and 3 with a remedy for a source without credentials', async () => {
    await using wire = await localServer((_request, response) => void response.end('{}'));
    await workspace.put('profiles/dev.yaml', shopProfile(wire.url));
    const well = await workspace.run(['doctor', '--env', 'shop/dev', '--json']);
    expect(well.code).toBe(0);
    expect(JSON.parse(well.stdout)).toMatchObject({
      system: 'shop',
      env: 'dev',
      level: 'ok',
      sources: [{ source: 'api', type: 'http', level: 'ok', requestsPerSecond: 1, findings: [{ ok: true }] }],
    });
    await workspace.put('profiles/dev.yaml', shopProfile('${env:NOT_SET}'));
    const blind = await workspace.run(['doctor', '--env', 'shop/dev']);
    expect(blind.code).toBe(3);
    expect(blind.stdout).toMatch(/\? UNKNOWN api \(http\)[\s\S]*MISSING .*NOT_SET/);
  });
});

describe('--rehearse', () => {
  test('runs a shipped profile against the simulator, with the incident', async () => {
    const well = await workspace.run(['--rehearse', 'check', '--env', 'demo/production', '--json']);
    const ill = await workspace.run([
      'check',
      '--env',
      'demo/production',
      '--rehearse',
      'dependency-down',
      '--json',
    ]);
    const states = (json: string): readonly string[] =>
      JSON.parse(json)
        .breakers.filter((breaker: { name: string }) => breaker.name === 'broker')
        .map((breaker: { state: string }) => breaker.state);
    expect(new Set(states(well.stdout))).toEqual(new Set(['closed']));
    expect(new Set(states(ill.stdout))).toEqual(new Set(['open']));
    expect(ill.code).toBe(2);
  });
});

describe('completion', () => {
  test.each(['bash', 'zsh', 'fish'])('%s completes every subcommand and option', async (shell) => {
    const { stdout, code } = await workspace.run(['completion', shell]);
    expect(code).toBe(0);
    for (const word of ['check', 'runbooks', 'world', 'dry-run', 'timeout', 'state-dir'])
      expect(stdout).toContain(word);
  });
});

longTest(
  'runbooks --json lists the requirements of the coverage file after those of the profile',
  async () => {
    const runbook =
      '{ id: restart, title: Restart, covers: [R1], act: [{ title: By hand, manual: true }], verify: none }';
    await workspace.put('profiles/a.yaml', shopProfile('http://127.0.0.1:1', `runbooks: [${runbook}]\n`));
    const covers = async (): Promise<unknown> => {
      const { stdout } = await workspace.run(['runbooks', '--env', 'shop/dev', '--json']);
      return JSON.parse(stdout).find(({ id }: { readonly id: string }) => id === 'restart').covers;
    };
    expect(await covers()).toEqual(['R1']);
    await workspace.put(
      'profiles/coverage.yaml',
      'runbooks.restart: [R2]\nenvironments: { dev: { runbooks.restart: [R3] }, live: { runbooks.restart: [R4] } }\n',
    );
    expect(await covers()).toEqual(['R1', 'R2', 'R3']);
    const { code, stdout } = await workspace.run(['validate', 'profiles']);
    expect([code, stdout]).toEqual([
      4,
      'profiles/coverage.yaml:2:50: no environment is called "live". Valid: dev\n',
    ]);
  },
);
