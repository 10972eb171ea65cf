import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdir, readdir, unlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Target } from '../../../src/domain/runbooks/operation.ts';
import { StateDatabaseError } from '../../../src/persistence/files/state-database-error.ts';
import { targetLocks } from '../../../src/platform/files/target-locks.ts';
import { targetKeys } from '../../../src/runs/checks/lock.ts';
import { tempDir } from '../../persistence/ledger/entries.ts';
import { longTest } from '../../support/layer.ts';
import { closeStep, events, openStage, type Stage } from '../stage.ts';

const locksOf = ({ stateDir }: Stage): string => join(stateDir, 'locks');
const held = async (stage: Stage): Promise<readonly string[]> =>
  readdir(locksOf(stage)).catch((): string[] => []);

/** The lock keys of the breaker `broker` of a stage. */
const brokerKeys = (stage: Stage): readonly string[] => [
  `uid ${stage.server.url}/breakers/broker name broker`,
  `where ${stage.server.url} name broker`,
];

/** Starts a second process that holds these locks; resolves when it does. */
const holder = async (dir: string, time: number, keys: readonly string[]): Promise<ChildProcess> => {
  const file = new URL('lock-holder.ts', import.meta.url).pathname;
  const child = spawn(process.execPath, [file, dir, String(time), ...keys], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const [said] = await once(child.stdout ?? child, 'data');
  expect(String(said)).toBe('taken\n');
  return child;
};

const gone = async (child: ChildProcess, how: 'ends' | 'killed'): Promise<void> => {
  const exit = once(child, 'exit');
  if (how === 'killed') child.kill('SIGKILL');
  else child.stdin?.end();
  await exit;
};

longTest(
  'locks a target at admission and releases it after the run, including its verification',
  async () => {
    await using stage = await openStage();
    const going = stage.go(await stage.propose());
    await going.until('acted');
    await stage.clock.advance(500);
    await going.until('verifying');
    expect(await held(stage)).toHaveLength(2);
    expect(await going.end()).toMatchObject({ ending: 'recovered' });
    expect(await held(stage)).toEqual([]);
  },
);

longTest('rejects a second run on a target that is locked, and names the holder', async () => {
  await using stage = await openStage();
  const other = await stage.propose();
  const going = stage.go(await stage.propose());
  await going.until('acted');
  const second = await stage.propose();
  expect(second.refusal).toMatchObject({
    ending: 'forbidden',
    why: 'broker is locked by ana@vm-1, run run-2, close-breaker, for 0s. Wait until that run has ended',
  });
  const refused = stage.go(other);
  await refused.until('ended');
  expect(refused.events.at(-1)).toMatchObject({ ending: 'forbidden', sent: [] });
  expect(stage.server.changes).toHaveLength(1);
  expect(await going.end()).toMatchObject({ ending: 'recovered' });
});

test('a lock of another user’s process: rejected, nothing sent; free once that process has ended', async () => {
  await using stage = await openStage();
  const proposal = await stage.propose();
  const child = await holder(locksOf(stage), stage.clock.now() - 12_000, brokerKeys(stage).slice(0, 1));
  const why = `broker is locked by ben@vm-2, run r-other, restart, for 12s`;
  expect((await stage.propose()).refusal?.why).toContain(why);
  const going = stage.go(proposal);
  expect((await going.end()).why).toContain(why);
  expect(going.events.find(({ event }) => event === 'gated')).toMatchObject({
    passed: false,
    checks: expect.arrayContaining([expect.objectContaining({ what: 'lock', ok: false })]),
  });
  expect(stage.server.changes).toEqual([]);
  await gone(child, 'ends');
  expect(await stage.go(await stage.propose()).end()).toMatchObject({ ending: 'recovered' });
});

longTest('the lock of a killed process is free', async () => {
  await using stage = await openStage();
  const child = await holder(locksOf(stage), stage.clock.now(), brokerKeys(stage));
  await gone(child, 'killed');
  expect(await stage.go(await stage.propose()).end()).toMatchObject({ ending: 'recovered' });
});

test('with the second of two targets locked, neither stays locked and nothing is sent', async () => {
  const second = { ...closeStep, id: 'a2', with: { name: 'ledger', to: 'closed' } };
  await using stage = await openStage({ act: [second, closeStep] });
  const proposal = await stage.propose();
  const child = await holder(locksOf(stage), stage.clock.now(), brokerKeys(stage));
  expect(await stage.go(proposal).end()).toMatchObject({ ending: 'forbidden', sent: [] });
  expect(await held(stage)).toHaveLength(2);
  expect(stage.server.changes).toEqual([]);
  await gone(child, 'ends');
});

test('runs nothing if locks cannot be written', async () => {
  await using stage = await openStage();
  await writeFile(locksOf(stage), 'no directory');
  const ended = await stage.go(await stage.propose()).end();
  expect(ended).toMatchObject({ ending: 'forbidden', sent: [] });
  expect(ended.why).toMatch(
    /^opsdeck cannot write the locks of the targets: .*Make the state directory writable/,
  );
  expect(stage.server.changes).toEqual([]);
});

test('locks of a state database that cannot be written have a remedy of their own', async () => {
  const away = new StateDatabaseError('the state database db:5432/opsdeck: connection refused', true);
  const locks = { holder: async () => undefined, take: () => Promise.reject(away) };
  await using stage = await openStage({ locks });
  const ended = await stage.go(await stage.propose()).end();
  expect(ended).toMatchObject({ ending: 'forbidden', sent: [] });
  expect(ended.why).toBe(
    `opsdeck cannot write the locks of the targets: ${away.message}. Wait until the database can be used. See opsdeck state status`,
  );
  expect(stage.server.changes).toEqual([]);
});

longTest('a lock lost in the cancel window prevents the request', async () => {
  await using stage = await openStage({ tier: 'production' });
  stage.arming.arm('psp outage');
  const going = stage.go(await stage.propose());
  await going.until('window');
  for (const name of await held(stage)) await unlink(join(locksOf(stage), name));
  expect(await going.end()).toMatchObject({
    ending: 'forbidden',
    why: 'the run has lost the lock of the target, because another run took the lock over. Nothing more is sent. Plan again',
  });
  expect(events(going.events)).not.toContain('acting');
  expect(stage.server.changes).toEqual([]);
});

longTest('a canceled and a failed run release their targets', async () => {
  await using stage = await openStage({ tier: 'production' });
  stage.arming.arm('psp outage');
  const going = stage.go(await stage.propose());
  await going.until('window');
  going.cancel();
  await going.until('ended');
  await stage.quiet();
  expect(await held(stage)).toEqual([]);
});

longTest('a run that only reads takes no locks', async () => {
  await using stage = await openStage({ danger: 'read' });
  const going = stage.go(await stage.propose());
  await going.until('acted');
  expect(await held(stage)).toEqual([]);
  await going.end();
});

test('an object keeps its lock key through another path to it, and after it was recreated', () => {
  const act = (uid: string, where: string) => ({
    plan: { targets: [{ name: 'bus', uid, saw: '', where }] },
  });
  const keys = (uid: string, where: string): readonly string[] => [...targetKeys([act(uid, where)]).keys()];
  const shared = (a: readonly string[], b: readonly string[]): number =>
    a.filter((key) => b.includes(key)).length;
  expect(shared(keys('u-1', 'context prod'), keys('u-1', 'context admin'))).toBe(1);
  expect(shared(keys('u-1', 'host web-1'), keys('u-2', 'host web-1'))).toBe(1);
  expect(shared(keys('u-1', 'host web-1'), keys('u-2', 'host web-2'))).toBe(0);
});

const keysOf = (target: Omit<Target, 'saw'>): readonly string[] => [
  ...targetKeys([{ plan: { targets: [{ ...target, saw: '' }] } }]).keys(),
];
const exclude = (a: Omit<Target, 'saw'>, b: Omit<Target, 'saw'>): boolean => {
  const keys = keysOf(b);
  return keysOf(a).some((key) => keys.includes(key));
};
const source = (name: string, url: string, line = 'POST /x') => ({
  name,
  uid: line.replace(' ', ` ${url}`),
  where: url,
  place: url,
});

test.each([
  ['another source id', source('api', 'http://10.0.0.7:8080'), source('backend', 'http://10.0.0.7:8080')],
  ['localhost', source('api', 'http://127.0.0.1:8080'), source('api', 'http://localhost:8080')],
  ['::1, upper case', source('api', 'http://LOCALHOST:8080'), source('b', 'http://[::1]:8080')],
  ['other spellings of it', source('api', 'http://127.1:8080'), source('b', 'http://[0:0:0:0:0:0:0:1]:8080')],
  ['the default port', source('api', 'https://Shop.example'), source('b', 'https://shop.example.:443/')],
  [
    'another base of the same request',
    source('a', 'http://h/b', 'POST /x'),
    source('c', 'http://h', 'POST /b/x'),
  ],
  [
    'a database under another host name',
    { name: 'app', uid: 'postgres://localhost:5432/shop role 7', where: 'postgres://localhost:5432/shop' },
    { name: 'app', uid: 'postgres://127.0.0.1/shop role 7', where: 'postgres://127.0.0.1/shop' },
  ],
  [
    'a member without a scheme',
    { name: 'db', uid: 'localhost:27017 parameter a', where: 'localhost:27017' },
    { name: 'db', uid: '127.0.0.1:27017 parameter a', where: '127.0.0.1:27017' },
  ],
])('the same object excludes itself through another profile: %s', (_, a, b) => {
  expect(exclude(a, b)).toBe(true);
});

test.each([
  ['another path', source('a', 'http://h/a'), source('b', 'http://h/b')],
  ['another port', source('a', 'http://h:81'), source('a', 'http://h:82')],
  ['another host', source('a', 'http://h'), source('a', 'http://i')],
  ['another scheme', source('a', 'http://h:8443'), source('a', 'https://h:8443')],
  ['another case of a path', source('a', 'http://h/A'), source('b', 'http://h/a')],
  [
    'another object of the same server',
    { name: 'pod-1', uid: 'u-1', where: 'http://h' },
    { name: 'pod-2', uid: 'u-2', where: 'http://h' },
  ],
  [
    'another program of the same directory',
    { name: 'a', uid: '/usr/bin/sh 1', where: 'vm:/etc' },
    { name: 'b', uid: '/usr/bin/sh 1', where: 'vm:/etc' },
  ],
])('different objects do not exclude each other: %s', (_, a, b) => {
  expect(exclude(a, b)).toBe(false);
});

test('keeps the keys of an older opsdeck, which runs beside this one', () => {
  expect(keysOf({ name: 'api', uid: 'POST http://LOCALHOST:80/x', where: 'http://LOCALHOST:80' })).toEqual(
    expect.arrayContaining(['uid POST http://LOCALHOST:80/x name api', 'where http://LOCALHOST:80 name api']),
  );
});

test('two runs that lock the same targets in different order do not deadlock', async () => {
  await using dir = await tempDir();
  const locks = targetLocks(dir.path);
  const note = { who: 'ana', host: 'vm-1', run: 'r', runbook: 'x', at: 1 };
  const [a, b] = await Promise.all([locks.take(['one', 'two'], note), locks.take(['two', 'one'], note)]);
  expect([a, b].filter((entry) => 'release' in entry).length).toBeLessThanOrEqual(1);
  for (const one of [a, b]) if ('release' in one) await one.release();
  expect(await readdir(dir.path)).toEqual([]);
});

test('reports an unreadable lock directory, and shows no lock as free', async () => {
  await using stage = await openStage();
  await mkdir(locksOf(stage));
  await chmod(locksOf(stage), 0o000);
  const { checks } = await stage.propose();
  const lock = checks?.find(({ what }) => what === 'lock');
  // Root can read every directory.
  expect(lock?.ok).toBe(process.getuid?.() === 0 ? true : 'unknown');
  await chmod(locksOf(stage), 0o700);
});
