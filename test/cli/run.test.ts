import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Ended } from '../simulation/simulation.ts';
import { openWorkspace, type Workspace } from '../simulation/workspace.ts';
import { longDescribe, longTest } from '../support/layer.ts';
import { type LocalServer, localServer } from '../support/local-server.ts';
import { shopProfile } from '../support/shop-profile.ts';

let workspace: Workspace;
let wire: LocalServer;
let restarted = false;
/** Status code of the response to the restart. */
let restartStatus = 200;
/** Whether a restart helps. */
let heals = true;

beforeEach(async () => {
  restarted = false;
  restartStatus = 200;
  heals = true;
  workspace = openWorkspace();
  wire = await localServer((request, response) => {
    if (request.method === 'POST') {
      restarted = true;
      response.writeHead(restartStatus).end('{}');
    } else response.writeHead(restarted && heals && request.url !== '/broken' ? 200 : 503).end('{}');
  });
});
afterEach(async () => {
  await workspace[Symbol.asyncDispose]();
  await wire[Symbol.asyncDispose]();
});

const runbooks = `runbooks:
  - id: restart
    title: Restart the service
    when: any(health | status = down)
    params:
      service: { type: choice, from: health.service }
    act:
      - { id: a1, title: Restart it, use: api.request, danger: disruptive, with: { method: POST, path: "/restart/\${param.service}" } }
    verify:
      - { id: v1, title: It is up, that: all(health | status = up), within: 2s }
  - id: by-hand
    title: Restart it by hand
    act:
      - { id: h1, title: Go to the machine, manual: true }
      - { id: a1, title: Restart it, use: api.request, danger: safe, with: { method: POST, path: /restart } }
    verify: none
  - id: unproven
    title: Restart it and hope
    act:
      - { id: a1, title: Restart it, use: api.request, danger: safe, with: { method: POST, path: /restart } }
`;

const posts = (): readonly string[] => wire.asked.filter((line) => line.startsWith('POST'));
const events = ({ stdout }: Ended): readonly { event: string; ending?: string }[] =>
  stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
const profile = (tier: string): Promise<void> =>
  workspace.put('profiles/here.yaml', shopProfile(wire.url, runbooks, 'here', tier));
const restart = ['run', 'restart', '--env', 'shop/here', '--json', '--param', 'service=api'];
const armed = [...restart, '--arm', 'INC-7', '--confirm', 'api'];

longTest('a verified step in an incident that goes on exits 5, and every report calls it so', async () => {
  const text =
    "      - { id: v1, title: It is up, that: 'all(health[service = api] | status = up)', within: 2s }";
  const whole = shopProfile(wire.url, runbooks.replace(/ {6}- \{ id: v1.*/, text), 'here');
  const checks = 'checks: [{ service: api, path: /healthz }, { service: broken, path: /broken }]';
  await workspace.put('profiles/here.yaml', whole.replace(/checks: .*/, checks));
  const ended = await workspace.run(armed);
  expect(ended.code).toBe(5);
  expect(events(ended).at(-1)).toMatchObject({
    event: 'ended',
    ending: 'recovered',
    outcome: 'incident-goes-on',
    incident: { state: 'ongoing', began: 2, remaining: 1 },
  });
  const { stdout } = await workspace.run(['audit', 'export']);
  expect(stdout).toContain('**STEP VERIFIED, INCIDENT ONGOING**');
});

describe('in production', () => {
  beforeEach(() => profile('production'));

  test.each([
    { without: 'arming and the name', args: restart },
    { without: 'arming', args: [...restart, '--confirm', 'api'] },
    { without: 'the name', args: [...restart, '--arm', 'INC-7'] },
    { without: 'the exact name', args: [...restart, '--arm', 'INC-7', '--confirm', 'API'] },
  ])('without $without: exits 3, prints and records the refusal, and sends nothing', async ({ args }) => {
    const ended = await workspace.run(args);
    expect(ended.code).toBe(3);
    expect(events(ended).at(-1)).toMatchObject({ event: 'ended', ending: 'forbidden' });
    expect(posts()).toEqual([]);
    expect(await readFile(`${workspace.stateDir}/audit.jsonl`, 'utf8')).toContain('"forbidden"');
  });

  longTest('a dry run needs neither: exits 0, prints the exact request, and sends nothing', async () => {
    const ended = await workspace.run([...restart, '--dry-run']);
    expect(ended.code).toBe(0);
    expect(events(ended).map(({ event }) => event)).toEqual(['planned', 'ended']);
    expect(ended.stdout).toContain(`POST ${wire.url}/restart/api`);
    expect(posts()).toEqual([]);
  });

  longTest('with every answer: waits for the cancel window, acts, verifies, and exits 0', async () => {
    const ended = await workspace.run(armed);
    expect(ended.code).toBe(0);
    expect(events(ended).map(({ event }) => event)).toEqual(
      expect.arrayContaining(['planned', 'gated', 'confirmed', 'window', 'acting', 'acted', 'verifying']),
    );
    expect(events(ended).at(-1)).toMatchObject({ event: 'ended', ending: 'recovered' });
    expect(posts()).toEqual(['POST /restart/api']);
    // The cancel window of 5 s, and the 12 s for which the verification must hold.
    expect(ended.tookMs).toBeGreaterThanOrEqual(17_000);
    expect(ended.tookMs).toBeLessThan(17_100);
  });

  longTest('an interrupt in the cancel window: exits 130 and sends nothing', async () => {
    const running = workspace.start(armed);
    await running.printed(/"window"/);
    running.interrupt();
    const ended = await running.ended();
    expect(ended.code).toBe(130);
    expect(events(ended).at(-1)).toMatchObject({ event: 'ended', ending: 'cancelled', sent: [] });
    expect(posts()).toEqual([]);
  });
});

longTest('an interrupt during a call exits 130 and prints the sent call', async () => {
  await wire[Symbol.asyncDispose]();
  wire = await localServer((request, response) => {
    if (request.method === 'POST') workspace.leaveUnanswered(response);
    else response.writeHead(503).end('{}');
  });
  await profile('dev');
  const running = workspace.start(armed);
  await running.printed(/"acting"/);
  expect(posts()).toEqual(['POST /restart/api']);
  running.interrupt();
  const ended = await running.ended();
  expect(ended.code).toBe(130);
  expect(events(ended).at(-1)).toMatchObject({
    ending: 'cancelled',
    sent: [expect.stringContaining('/restart/api')],
  });
  await workspace.until(wire.drained());
});

describe('the ending follows the verification', () => {
  beforeEach(() => profile('dev'));
  const confirmed = [...restart, '--confirm', 'api'];

  longTest('exits 1 if the call succeeds and verification fails', async () => {
    heals = false;
    const ended = await workspace.run(confirmed);
    expect(ended.code).toBe(1);
    expect(events(ended).at(-1)).toMatchObject({ ending: 'executed-not-recovered' });
  });

  longTest('exits 2 if the call fails', async () => {
    restartStatus = 500;
    const ended = await workspace.run(confirmed);
    expect(ended.code).toBe(2);
    expect(events(ended).at(-1)).toMatchObject({ ending: 'failed' });
  });

  test('exits 1 without a verification', async () => {
    expect((await workspace.run(['run', 'unproven', '--env', 'shop/here'])).code).toBe(1);
    expect(posts()).toHaveLength(1);
  });

  test('a manual step requires --done: exits 3 without it, 0 with it, and 4 for a step that is not manual', async () => {
    const byHand = ['run', 'by-hand', '--env', 'shop/here'];
    const without = await workspace.run(byHand);
    expect(without.code).toBe(3);
    expect(without.stdout).toContain('--done');
    expect(posts()).toEqual([]);
    expect((await workspace.run([...byHand, '--done', 'a1'])).code).toBe(4);
    expect((await workspace.run([...byHand, '--done', 'h1'])).code).toBe(0);
  });
});

describe('parameters', () => {
  beforeEach(() => profile('dev'));

  test.each([
    { name: 'a missing parameter', params: [] },
    { name: 'a value that is not a choice', params: ['--param', 'service=nope'] },
    { name: 'an unknown parameter', params: ['--param', 'service=api', '--param', 'x=1'] },
  ])('$name: exits 4 and sends nothing', async ({ params }) => {
    const ended = await workspace.run([
      'run',
      'restart',
      '--env',
      'shop/here',
      '--confirm',
      'api',
      ...params,
    ]);
    expect({ code: ended.code, stdout: ended.stdout }).toEqual({ code: 4, stdout: '' });
    expect(ended.stderr).toContain('cannot run restart: the parameters are invalid. Nothing was executed.');
    expect(posts()).toEqual([]);
  });

  test('unreadable choices: exits 4 and sends nothing', async () => {
    await workspace.put(
      'profiles/here.yaml',
      shopProfile(
        'http://127.0.0.1:1',
        runbooks.replace('from: health.service', 'from: breakers.name'),
        'here',
      ),
    );
    const ended = await workspace.run([...restart, '--confirm', 'api']);
    expect(ended.code).toBe(4);
  });
});

longDescribe('a value in the path of a request is data', () => {
  const free = `runbooks:
  - id: restart
    title: Restart the service
    params:
      service: { type: string }
    diagnose:
      - { id: d1, title: Look at it, use: api.request, with: { method: GET, path: "/look/\${param.service}" } }
    act:
      - { id: a1, title: Restart it, use: api.request, danger: safe, with: { method: POST, path: "/restart/\${param.service}" } }
    verify: none
`;
  const asked = (service: string) =>
    workspace.run([
      'run',
      'restart',
      '--env',
      'shop/here',
      '--json',
      '--diagnose',
      '--param',
      `service=${service}`,
    ]);
  beforeEach(() => workspace.put('profiles/here.yaml', shopProfile(wire.url, free, 'here', 'dev')));

  longTest('is percent-encoded in diagnosis and in actions', async () => {
    const ended = await asked('../drop?all=1#');
    expect(events(ended).at(-1)).toMatchObject({ event: 'ended', ending: 'recovered' });
    expect(posts()).toEqual(['POST /restart/..%2Fdrop%3Fall%3D1%23']);
    expect(wire.asked).toContain('GET /look/..%2Fdrop%3Fall%3D1%23');
  });

  longTest('is rejected if it is a dot segment, and nothing is sent', async () => {
    const ended = await asked('..');
    expect(events(ended).at(-1)).toMatchObject({
      event: 'ended',
      why: expect.stringContaining('cannot be part of an address. Use a value without / and ..'),
    });
    expect(wire.asked.filter((line) => /look|POST/.test(line))).toEqual([]);
  });
});

test('runbooks lists the choices of a parameter with several values', async () => {
  const several = runbooks.replace('type: choice,', 'type: choices,');
  await workspace.put('profiles/here.yaml', shopProfile(wire.url, several, 'here', 'dev'));
  const { stdout } = await workspace.run(['runbooks', '--env', 'shop/here', '--json']);
  expect(JSON.parse(stdout)[0].params).toMatchObject([
    { name: 'service', type: 'choices', choices: ['api'], problem: null },
  ]);
});

test('runbooks lists matches and parameters', async () => {
  await profile('dev');
  const { stdout, code } = await workspace.run(['runbooks', '--env', 'shop/here', '--json']);
  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject([
    {
      id: 'restart',
      fits: 'yes',
      params: [{ name: 'service', type: 'choice', choices: ['api'] }],
      proves: 'recovered',
    },
    { id: 'by-hand', fits: 'never', params: [], proves: 'not needed' },
    { id: 'unproven', fits: 'never', proves: 'nothing' },
  ]);
  const text = await workspace.run(['runbooks', '--env', 'shop/here']);
  expect(text.stdout).toContain('MATCHES NOW');
});

describe('audit', () => {
  test('show and export print the runs; verify succeeds, and finds the first broken record', async () => {
    await profile('dev');
    await workspace.run([...restart, '--confirm', 'api']);
    const shown = await workspace.run(['audit', 'show']);
    expect(shown.stdout).toMatch(/shop\/here .*RECOVERED/);
    const exported = await workspace.run(['audit', 'export']);
    expect(exported.stdout).toMatch(/^# Timeline\n\n## .*`Restart the service`[\s\S]*RECOVERED/);
    const held = await workspace.run(['audit', 'verify', '--state-dir', workspace.stateDir]);
    expect({ code: held.code, said: held.stdout }).toEqual({
      code: 0,
      said: expect.stringMatching(/^\d+ records verified. Last hash /),
    });
    const ledger = await readFile(`${workspace.stateDir}/audit.jsonl`, 'utf8');
    await workspace.put('state/opsdeck/audit.jsonl', ledger.replace('"planned"', '"plamned"'));
    const broken = await workspace.run(['audit', 'verify', '--json']);
    expect(broken.code).toBe(2);
    expect(JSON.parse(broken.stdout)).toMatchObject({ ok: false, firstBroken: { line: 1 } });
  });

  test('show filters by run, ending, runbook, user and time', async () => {
    await profile('dev');
    await workspace.run([...restart, '--confirm', 'api']);
    await workspace.run([...restart, '--confirm', 'wrong']);
    await workspace.run(['run', 'unproven', '--env', 'shop/here']);
    const asked = async (...args: readonly string[]) => {
      const { stdout, code } = await workspace.run(['audit', 'show', '--json', ...args]);
      const entries = stdout.split('\n').flatMap((line) => (line === '' ? [] : [JSON.parse(line).entry]));
      const endings = entries.flatMap((entry) => (entry.event === 'ended' ? [entry.ending] : []));
      return { code, endings, count: entries.length };
    };
    expect((await asked()).endings).toEqual(['recovered', 'forbidden', 'executed-not-recovered']);
    expect(await asked('--ending', 'forbidden')).toEqual({ code: 0, endings: ['forbidden'], count: 3 });
    expect(await asked('--ending', 'none')).toEqual({ code: 0, endings: [], count: 0 });
    expect((await asked('--runbook', 'unproven')).endings).toEqual(['executed-not-recovered']);
    expect((await asked('--since', '1h')).endings).toHaveLength(3);
    expect((await asked('--until', '1h')).count).toBe(0);
    expect((await asked('--since', '2020-01-01', '--until', '2020-01-02T00:00:00Z')).count).toBe(0);
    expect((await asked('--who', 'unknown-user')).count).toBe(0);
    expect((await asked('--env', 'shop/elsewhere')).count).toBe(0);
    const wrong = await workspace.run(['audit', 'show', '--since', 'yesterday']);
    expect(wrong).toMatchObject({
      code: 4,
      stderr: expect.stringMatching(/cannot parse --since yesterday: not a time/),
    });
    const none = await workspace.run(['audit', 'show', '--ending', 'none']);
    expect(none.stdout).toBe(`no matching runs in ${workspace.stateDir}\n`);
    const exported = await workspace.run(['audit', 'export', '--ending', 'forbidden']);
    expect(exported.stdout.match(/^## /gm)).toHaveLength(1);
  });

  test('a failed copy does not fail the run; stderr and doctor report it', async () => {
    const audit = 'audit: { copy: { syslog: "tcp://127.0.0.1:1" } }\n';
    await workspace.put('profiles/here.yaml', shopProfile(wire.url, `${runbooks}${audit}`, 'here', 'dev'));
    const ended = await workspace.run([...restart, '--confirm', 'api']);
    expect(ended.code).toBe(0);
    expect(ended.stderr).toMatch(
      /opsdeck: \d+ records were not copied to tcp:\/\/127\.0\.0\.1:1: .*ECONNREFUSED/,
    );
    const doctor = await workspace.run(['doctor', '--env', 'shop/here']);
    expect(doctor.stdout).toMatch(/FAILED {2}cannot copy records to tcp:\/\/127\.0\.0\.1:1/);
  });

  longTest('verify names the truncated record', async () => {
    await profile('dev');
    await workspace.run([...restart, '--confirm', 'api']);
    const ledger = await readFile(`${workspace.stateDir}/audit.jsonl`, 'utf8');
    const count = ledger.trimEnd().split('\n').length;
    await workspace.put('state/opsdeck/audit.jsonl', ledger.slice(0, -20));
    const cut = await workspace.run(['audit', 'verify']);
    expect(cut.code).toBe(2);
    expect(cut.stdout).toMatch(
      new RegExp(`^BROKEN at line ${count}: record ${count} is truncated: \\d+ bytes remain`),
    );
  });

  test('control sequences reach neither the ledger nor, from a ledger, the terminal', async () => {
    await profile('production');
    await workspace.run([...restart, '--arm', 'INC-7\x1b[2J\u202e']);
    const ledger = await readFile(`${workspace.stateDir}/audit.jsonl`, 'utf8');
    expect(ledger).not.toMatch(/\\u001b|\u202e/);
    await workspace.put(
      'state/opsdeck/audit.jsonl',
      ledger.replaceAll('Restart', '\\u001b[31m\u202eRestart'),
    );
    for (const what of ['show', 'export']) {
      const { stdout } = await workspace.run(['audit', what]);
      expect(stdout).toContain('Restart');
      expect(stdout).not.toMatch(/[\x1b\u202e]/);
    }
  });

  test('executes nothing if the ledger cannot be written', async () => {
    await profile('dev');
    await workspace.put('state', 'a file where a directory should be');
    const ended = await workspace.run([...restart, '--confirm', 'api']);
    expect(ended.code).toBe(2);
    expect(posts()).toEqual([]);
  });
});

longTest('a dry run starts no program that only its runbook declares as reading', async () => {
  const marker = workspace.path('ran');
  const runbook = `  tools: { type: script }
runbooks:
  - id: restart
    title: Restart the service
    diagnose:
      - { id: d1, title: Look into it, use: tools.exec, danger: read, with: { argv: [touch, "${marker}"] } }
      - { id: d2, title: Look at it, use: api.request, with: { method: GET, path: /look } }
    act:
      - { id: a1, title: Restart it, use: api.request, danger: safe, with: { method: POST, path: /restart } }
    verify: none
`;
  await workspace.put('profiles/here.yaml', shopProfile(wire.url, runbook, 'here', 'dev'));
  const run = (...more: readonly string[]) =>
    workspace.run(['run', 'restart', '--env', 'shop/here', '--diagnose', ...more]);
  const planned = await run('--dry-run');
  expect(planned.stdout).toContain(
    'skipped in the dry run: exec counts as read-only only because the runbook says so (danger: read)',
  );
  expect(existsSync(marker)).toBe(false);
  expect(wire.asked.filter((line) => /look|POST/.test(line))).toEqual(['GET /look']);
  await run();
  expect(existsSync(marker)).toBe(true);
});
