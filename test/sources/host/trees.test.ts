import { expect, test } from 'vitest';
import { answerOf, type Hosts, linesOf, never, openHosts } from './hosts.ts';

const dir = '/opt/eventmesh/production';
const backups = '/opt/eventmesh/backups';
const unit = 'eventmesh-api';
const holds = ['bin/riptide-api'];

const archivesOf = (hosts: Hosts): readonly string[] =>
  hosts.machine('vm-1').site.disk.paths.filter((path) => path.endsWith('.tar.gz'));
const deployBackup = (hosts: Hosts): string =>
  archivesOf(hosts).find((path) => path.includes('eventmesh-backup')) ?? '';
const answers = async (hosts: Hosts, use: string, params: Readonly<Record<string, unknown>>) => {
  const plan = await hosts.plan(use, params);
  expect(await hosts.operation(use).recheck(plan, never)).toBeUndefined();
  const events = await hosts.act(plan);
  return { plan, events, ok: events.filter((event) => event.is === 'answered').map(({ ok }) => ok) };
};

test('a backup is a new archive with the time in its name, verified before it is renamed; its undo deletes it', async () => {
  await using hosts = await openHosts();
  const before = archivesOf(hosts);
  const { plan, events, ok } = await answers(hosts, 'backup', { dir, into: backups, host: 'vm-1' });
  expect(ok).toEqual([true, true, true]);
  const [made] = archivesOf(hosts).filter((path) => !before.includes(path));
  expect(made).toMatch(/^\/opt\/eventmesh\/backups\/manual-backup-\d{8}T\d{6}Z\.tar\.gz$/);
  expect(plan).toMatchObject({
    danger: 'safe',
    objects: [`the new file ${made} on vm-1`, expect.stringMatching(/is 24 MiB, .* has 23 GiB free$/)],
  });
  expect(linesOf(events)).toEqual([`${made}: 6 entries, 24 MiB unpacked`]);
  const undo = hosts.operation('backup').undo?.(plan);
  expect(undo).toMatchObject({ use: 'hosts.exec', with: { argv: ['rm', '-f', '--', made], host: 'vm-1' } });
  await hosts.act(await hosts.plan('exec', undo?.with ?? {}));
  expect(archivesOf(hosts)).toEqual(before);
});

test('a restore is unpacked aside, compared, and moved into place. The previous directory is kept, and its undo restores it', async () => {
  await using hosts = await openHosts({ incident: 'bad-release' });
  const { site } = hosts.machine('vm-1');
  const archive = archivesOf(hosts).at(-1) ?? '';
  const { plan, events, ok } = await answers(hosts, 'restore', { archive, dir, holds, host: 'vm-1' });
  expect(ok).toEqual([true, true, true, true, true, true]);
  expect(site.deployed).toEqual({});
  expect(linesOf(events)).toEqual([expect.stringMatching(/^[\da-f]{64} {2}.*\.new-\w+\/bin\/riptide-api$/)]);
  const back = hosts.operation('restore').undo?.(plan);
  expect(back).toMatchObject({
    use: 'hosts.swap',
    with: { dir, from: expect.stringContaining('.before-'), host: 'vm-1' },
  });
  const swapped = await answers(hosts, 'swap', back?.with ?? {});
  expect(swapped.ok).toEqual([true, true, true]);
  expect(site.deployed).toMatchObject({ version: '0.2.0' });
  await answers(hosts, 'swap', hosts.operation('swap').undo?.(swapped.plan)?.with ?? {});
  expect(site.deployed).toEqual({});
});

test.each([
  [
    'a missing archive',
    { archive: `${backups}/none.tar.gz`, dir },
    `${backups}/none.tar.gz not found on vm-1: check the path`,
  ],
  [
    'a missing directory',
    { dir: '/opt/eventmesh/qa' },
    '/opt/eventmesh/qa not found on vm-1: check the path',
  ],
  [
    'a file missing from the archive',
    { dir, holds: ['bin/other'] },
    /does not contain bin\/other: choose another archive$/,
  ],
])('%s: not planned', async (_, params, message) => {
  await using hosts = await openHosts();
  const given = { archive: deployBackup(hosts), holds, host: 'vm-1', ...params };
  await expect(hosts.plan('restore', given)).rejects.toMatchObject({
    ending: 'not-applicable',
    message: typeof message === 'string' ? message : expect.stringMatching(message),
  });
});

test.each(['/', 'opt/x', '/opt/../etc', '/opt/x/', '/opt/./x'])(
  '%s is not an allowed directory',
  async (path) => {
    await using hosts = await openHosts();
    await expect(hosts.plan('backup', { dir: path, into: backups, host: 'vm-1' })).rejects.toThrow(
      /absolute path/,
    );
  },
);

test('another directory in its place, or another archive, is not touched', async () => {
  await using hosts = await openHosts();
  const { disk } = hosts.machine('vm-1').site;
  const archive = deployBackup(hosts);
  const plan = await hosts.plan('restore', { archive, dir, holds, host: 'vm-1' });
  disk.put(archive, { is: 'archive', holds: { version: '0.0.1' }, bytes: 7 }, hosts.env().now);
  expect(await hosts.operation('restore').recheck(plan, never)).toMatchObject({
    target: `${dir} on vm-1`,
    found: expect.stringContaining('7 B'),
  });
  disk.remove(archive);
  expect(await hosts.operation('restore').recheck(plan, never)).toMatchObject({
    found: `${archive} not found on vm-1: check the path`,
  });
});

test('environment overrides expire, and are removed by their undo', async () => {
  await using hosts = await openHosts();
  const shown = async () =>
    linesOf(await hosts.act(await hosts.plan('environment', { unit, match: 'RUST', host: 'vm-1' })));
  const given = { unit, env: { RUST_LOG: 'riptide_api=trace,info' }, for: '10m', host: 'vm-1' };
  expect(await shown()).toEqual(['RUST_LOG=info']);
  const { plan, ok } = await answers(hosts, 'setEnv', given);
  expect(ok).toEqual([true, true, true, true, true]);
  expect(await shown()).toEqual(['RUST_LOG=riptide_api=trace,info']);
  await expect(hosts.plan('setEnv', given)).rejects.toMatchObject({
    message: expect.stringContaining('Remove these variables first'),
  });
  const { ok: undone } = await answers(hosts, 'setEnv', hosts.operation('setEnv').undo?.(plan)?.with ?? {});
  expect(undone).toEqual([true, true, true, true]);
  expect(await shown()).toEqual(['RUST_LOG=info']);

  await answers(hosts, 'setEnv', given);
  const { mainPid } = hosts.machine('vm-1').unit;
  await hosts.clock.advance(601_000);
  expect(await shown()).toEqual(['RUST_LOG=info']);
  expect(hosts.machine('vm-1').unit.mainPid).not.toBe(mainPid);
});

test.each([{ RUST_LOG: 'a b' }, { RUST_LOG: '$HOME' }, { 'A B': 'x' }])(
  '%j is not an allowed override',
  async (env) => {
    await using hosts = await openHosts();
    await expect(hosts.plan('setEnv', { unit, env, for: '10m', host: 'vm-1' })).rejects.toThrow();
  },
);

test('addresses and secrets in the environment of a unit are hidden', async () => {
  await using hosts = await openHosts();
  const lines = linesOf(await hosts.act(await hosts.plan('environment', { unit, host: 'vm-1' })));
  expect(lines).toEqual(['RUST_LOG=info', 'REDIS_URL=…', 'DATABASE_URL=…', 'API_KEY=…']);
});

test('a program can receive the main PID of a unit, which is pinned', async () => {
  await using hosts = await openHosts({ incident: 'slow-host' });
  const argv = ['top', '-H', '-b', '-n', '1', '-p', '{pid}'];
  const pid = hosts.machine('vm-1').unit.mainPid;
  const plan = await hosts.plan('exec', { argv, mainPidOf: unit, host: 'vm-1' });
  expect(plan.objects).toEqual([`top -H -b -n 1 -p ${pid}, on vm-1`]);
  const events = await hosts.act(plan);
  expect(answerOf(events)).toMatchObject({ ok: true });
  expect(linesOf(events).join('\n')).toMatch(/99\.9 .* tokio-runtime-w/);
  const { machine } = { machine: hosts.machine('vm-1') };
  machine.stop(hosts.env().now);
  expect(await hosts.operation('exec').recheck(plan, never)).toMatchObject({
    found: `${unit} on vm-1 is not running, so there is no main PID. Start the unit first`,
  });
});

test('archives are rows with an age signal; missing unit variables and disk utilization are signals, too', async () => {
  const glob = `${backups}/*.tar.gz`;
  await using hosts = await openHosts({
    config: { archives: [glob] },
    signals: [
      { id: 'age', read: { newest: glob, read: 'ageHours' } },
      { id: 'count', read: { newest: glob, read: 'count' } },
      { id: 'lacks', read: { environment: unit, lacks: ['RUST_LOG', 'OTHER_NAME'] } },
      { id: 'busy', read: { diskBusy: true } },
    ],
  });
  const batch = await hosts.feed('hosts/upkeep@vm-1').read(never);
  expect(batch.items).toMatchObject([
    { kind: 'file', name: deployBackup(hosts), node: 'vm-1', ready: 1, detail: '9.6 MiB' },
    { kind: 'file', name: expect.stringContaining('manual-backup') },
  ]);
  const values = Object.fromEntries(
    (batch.samples ?? [])
      .filter(({ labels }) => labels.host === 'vm-1')
      .map(({ signal, value }) => [signal, value]),
  );
  expect(values).toMatchObject({ age: expect.closeTo(10.25, 1), count: 2, lacks: 1 });
  const busy = async () =>
    (await hosts.feed('hosts/health@vm-1').read(never)).samples?.find(({ signal }) => signal === 'busy');
  expect(await busy()).toMatchObject({ why: expect.stringContaining('two readings') });
  await hosts.clock.advance(10_000);
  expect(await busy()).toMatchObject({ value: expect.closeTo(4.2, 0) });
});

test('a unit stopped by an earlier step may still be running when its start is planned', async () => {
  await using hosts = await openHosts();
  const stop = await hosts.plan('systemctl', { unit, verb: 'stop', host: 'vm-1' });
  const start = await hosts.plan('systemctl', { unit, verb: 'start', stopped: true, host: 'vm-1' });
  expect(await hosts.operation('systemctl').recheck(start, never)).toBeUndefined();
  await hosts.act(stop);
  expect(await hosts.operation('systemctl').recheck(start, never)).toBeUndefined();
  await hosts.act(start);
  expect(await hosts.operation('systemctl').recheck(start, never)).toMatchObject({
    found: expect.stringContaining('active (running)'),
  });
  expect(hosts.operation('systemctl').undo?.(start)).toMatchObject({ with: { verb: 'stop' } });
});

test('a glob in a missing directory matches nothing, and hides no other row of the machine', async () => {
  const glob = '/opt/never-made/*.tar.gz';
  await using hosts = await openHosts({
    config: { archives: [glob] },
    signals: [
      { id: 'age', read: { newest: glob, read: 'ageHours' } },
      { id: 'count', read: { newest: glob, read: 'count' } },
    ],
  });
  const batch = await hosts.feed('hosts/upkeep@vm-1').read(never);
  expect(batch).toMatchObject({ items: [], faults: [] });
  expect(batch.samples).toMatchObject([
    { signal: 'age', why: `no file on the host matches ${glob}` },
    { signal: 'count', value: 0 },
  ]);
});
