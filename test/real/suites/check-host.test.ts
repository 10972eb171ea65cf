import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { type Checking, openChecking } from '../checked.ts';
import { breakApi, repairHost } from '../host/root.ts';
import { until } from '../machine/until.ts';
import { detailOf, underTest } from '../setting.ts';
import { onHost } from '../ssh/client.ts';
import { createKey } from '../ssh/keys.ts';

const server = underTest();
const alias = detailOf(server, 'alias');
let checking: Checking;

/** Without a limit on latency: a first login may take more than a second. */
const entry = (more = '', config = detailOf(server, 'ssh')): string => `sources:
  hosts: { type: host, ssh: [${alias}], config: "${config}"${more} }
limits: { health: { warn: off } }
signals:
  - { id: disk, title: Disk, source: hosts, read: { disk: / }, unit: "%" }
  - { id: memory, title: Memory, source: hosts, read: { memory: true }, unit: "%" }
`;

beforeAll(async () => {
  checking = await openChecking();
}, 60_000);
afterAll(() => checking[Symbol.asyncDispose]());

/** Both commands report unknown data with a reason and a remedy. */
const expectUnknown = async (profile: string, kind: string, why: RegExp, remedy: string): Promise<void> => {
  const result = await checking.check(profile);
  expect([result.code, result.level]).toEqual([3, 'unknown']);
  expect(result.signals).toMatchObject([{ value: null }, { value: null }]);
  const expected = { message: expect.stringMatching(why), remedy: expect.stringContaining(remedy) };
  expect(result.faults).toMatchObject([{ source: 'hosts', kind, ...expected }]);
  expect(result.health).toMatchObject([{ status: 'unknown', level: 'unknown' }]);
  const { code, findings } = await checking.doctor(profile);
  expect([code, findings]).toMatchObject([
    3,
    [{ ok: false, what: expected.message, remedy: expected.remedy }],
  ]);
};

describe('opsdeck on a real host, the built program', () => {
  test('the host is up with numeric readings, and validate reports no errors', async () => {
    const result = await checking.check(entry());
    expect([result.code, result.level, result.faults]).toEqual([0, 'ok', []]);
    expect(result.signals).toMatchObject([{ value: expect.any(Number) }, { value: expect.any(Number) }]);
    expect(result.health).toMatchObject([{ instance: alias, status: 'up', level: 'ok' }]);
    const { findings } = await checking.doctor(entry());
    expect(findings[0]).toMatchObject({ ok: true, what: expect.stringMatching(/: reachable as /) });
    expect(await checking.validate(entry())).toBe('');
  });

  test('rejects a changed host key, with the command that removes the old one', async () => {
    const signal = AbortSignal.timeout(10_000);
    const { file } = await createKey(checking.sandbox.dir, 'other', signal);
    const [type = '', key = ''] = (await readFile(`${file}.pub`, 'utf8')).split(' ');
    const knownHosts = join(checking.sandbox.dir, 'known_hosts');
    await writeFile(knownHosts, `[127.0.0.1]:${server.port} ${type} ${key}\n`);
    const config = join(checking.sandbox.dir, 'ssh_config');
    const original = await readFile(detailOf(server, 'ssh'), 'utf8');
    await writeFile(config, original.replace(/UserKnownHostsFile .*/, `UserKnownHostsFile ${knownHosts}`));
    const remedy = `ssh-keygen -f ${knownHosts} -R '[127.0.0.1]:${server.port}'`;
    await expectUnknown(entry('', config), 'wrong-system', /the host key has changed/, remedy);
  });

  test('rejects an unknown host key, with the command that adds it', async () => {
    const unknown = entry(', client: [ssh, -o, UserKnownHostsFile=/dev/null]');
    await expectUnknown(
      unknown,
      'denied',
      /the host key is unknown, so SSH refused the connection/,
      'compare the fingerprint',
    );
  });

  test('never prompts for a password', async () => {
    const keyless = entry(', client: [ssh, -o, PubkeyAuthentication=no]');
    // One of the two accepts passwords too.
    const remedy = server.kind === 'sshd' ? 'ssh-copy-id' : 'load the key into the agent';
    await expectUnknown(keyless, 'denied', /the host accepts none of your keys/, remedy);
  });
});

const systemd = (): void => {
  const units = ', units: [eventmesh-api, eventmesh-worker], ports: [{ port: 8080, unit: eventmesh-api }]';
  afterEach(() => repairHost(server));

  test('healthy units and ports, and doctor reports no problems', async () => {
    const result = await checking.check(entry(units));
    expect([result.code, result.level]).toEqual([0, 'ok']);
    expect(result.workloads).toMatchObject([
      { kind: 'unit', name: 'eventmesh-api', status: 'active (running)', level: 'ok' },
      { kind: 'unit', name: 'eventmesh-worker', status: 'active (running)', level: 'ok' },
      { kind: 'process', name: 'port 8080', status: 'bound', level: 'ok' },
    ]);
    const { code, findings } = await checking.doctor(entry(units));
    expect([code, findings.filter(({ ok }) => !ok)]).toEqual([0, []]);
  });

  test('a failed unit and its port are crit; a missing unit is reported with a remedy', async () => {
    await breakApi(server);
    await onHost(server, 'sudo -n systemctl restart eventmesh-api');
    await until('check shows the failure', async () => {
      const { workloads } = await checking.check(entry(units));
      return workloads[0]?.status === 'failed';
    });
    const result = await checking.check(entry(units));
    expect([result.code, result.level]).toEqual([2, 'crit']);
    expect(result.workloads).toMatchObject([
      { name: 'eventmesh-api', status: 'failed', level: 'crit' },
      { name: 'eventmesh-worker', level: 'ok' },
      { name: 'port 8080', status: 'not bound', level: 'crit' },
    ]);
    const { code, findings } = await checking.doctor(entry(', units: [absent]'));
    expect([code, findings.filter(({ ok }) => !ok)]).toMatchObject([
      1,
      [{ what: `${alias}: unit absent not found`, remedy: expect.stringContaining('list-units') }],
    ]);
  });
};
if (server.kind === 'host') describe('units', systemd);
