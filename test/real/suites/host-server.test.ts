import { afterEach, describe, expect, test } from 'vitest';
import { asRoot, breakApi, repairHost } from '../host/root.ts';
import { until } from '../machine/until.ts';
import { underTest } from '../setting.ts';
import { onHost } from '../ssh/client.ts';

const server = underTest();
const unit = 'eventmesh-api';

const propertiesOf = async (name: string): Promise<Readonly<Record<string, string>>> => {
  const requested = [
    'LoadState',
    'ActiveState',
    'SubState',
    'Result',
    'ExecMainStatus',
    'NRestarts',
    'MainPID',
  ];
  const { output } = await onHost(
    server,
    `systemctl show ${name} ${requested.map((text) => `-p ${text}`).join(' ')}`,
  );
  return Object.fromEntries(
    output
      .trim()
      .split('\n')
      .map((line) => line.split('=')),
  );
};

const stateOf = async (): Promise<string | undefined> => (await propertiesOf(unit)).ActiveState;

describe('behavior of systemd and OpenSSH themselves', () => {
  afterEach(() => repairHost(server));

  test('the host has booted, and both services run', async () => {
    expect(await onHost(server, 'systemctl is-system-running')).toEqual({ status: 0, output: 'running\n' });
    expect(await propertiesOf(unit)).toMatchObject({
      LoadState: 'loaded',
      ActiveState: 'active',
      SubState: 'running',
      Result: 'success',
      NRestarts: '0',
    });
  });

  test('ssh returns the exit status of the command line', async () => {
    expect(await onHost(server, 'echo hi; exit 42')).toEqual({ status: 42, output: 'hi\n' });
  });

  test('is-active exits with 3 for an inactive or missing unit; status exits with 4 for a missing one', async () => {
    expect((await onHost(server, `sudo -n systemctl stop ${unit}`)).status).toBe(0);
    expect(await onHost(server, `systemctl is-active ${unit}`)).toEqual({ status: 3, output: 'inactive\n' });
    expect(await onHost(server, 'systemctl is-active absent')).toEqual({ status: 3, output: 'inactive\n' });
    expect((await onHost(server, 'systemctl status absent')).status).toBe(4);
    expect(await propertiesOf('absent')).toMatchObject({ LoadState: 'not-found', ActiveState: 'inactive' });
  });

  test('restart: 5 for a missing unit, 4 without permission, and a new process with it', async () => {
    const before = (await propertiesOf(unit)).MainPID;
    expect((await onHost(server, 'sudo -n systemctl restart absent')).status).toBe(5);
    const denied = await onHost(server, `systemctl restart ${unit}`);
    expect(denied).toMatchObject({ status: 4, output: expect.stringContaining('Access denied') });
    expect((await propertiesOf(unit)).MainPID).toBe(before);
    expect((await onHost(server, `sudo -n systemctl restart ${unit}`)).status).toBe(0);
    expect((await propertiesOf(unit)).MainPID).not.toBe(before);
  });

  test('sudo that requires a password exits with 1', async () => {
    const { status, output } = await onHost(server, 'sudo -n ls');
    expect([status, output.trim()]).toEqual([1, 'sudo: a password is required']);
  });

  test('a killed service has failed with a signal', async () => {
    await onHost(server, `sudo -n systemctl kill -s KILL ${unit}`);
    await until('the unit has failed', async () => (await stateOf()) === 'failed');
    expect(await propertiesOf(unit)).toMatchObject({
      SubState: 'failed',
      Result: 'signal',
      ExecMainStatus: '9',
    });
    const { output } = await onHost(
      server,
      'systemctl list-units --type=service --state=failed --output=json',
    );
    expect(JSON.parse(output)).toMatchObject([{ unit: `${unit}.service`, active: 'failed', sub: 'failed' }]);
  });

  test('a successful restart does not mean a running service: a broken one fails shortly afterwards', async () => {
    await breakApi(server);
    expect((await onHost(server, `sudo -n systemctl restart ${unit}`)).status).toBe(0);
    await until('the unit has failed', async () => (await stateOf()) === 'failed');
    expect(await propertiesOf(unit)).toMatchObject({ Result: 'exit-code', ExecMainStatus: '1' });
    const { output } = await onHost(server, `journalctl -u ${unit} -n 20 -o cat --no-pager`);
    expect(output).toContain('ERROR cannot read /etc/eventmesh/broken: giving up');
  });

  test('a service with automatic restarts counts them', async () => {
    await onHost(server, 'sudo -n systemctl kill -s KILL eventmesh-worker');
    await until(
      'the unit has restarted',
      async () => (await propertiesOf('eventmesh-worker')).NRestarts === '1',
    );
    expect(await propertiesOf('eventmesh-worker')).toMatchObject({
      ActiveState: 'active',
      SubState: 'running',
    });
  });

  test('any login user can read the end of a log file', async () => {
    await asRoot(server, "echo '2026-01-01T00:00:01Z ERROR no route' >> /var/log/eventmesh/api.log");
    const { output } = await onHost(server, 'tail -n 1 /var/log/eventmesh/api.log');
    expect(output).toBe('2026-01-01T00:00:01Z ERROR no route\n');
  });

  test('the journal is JSON, one entry per line, with priority and unit', async () => {
    const { output } = await onHost(server, 'journalctl -u eventmesh-worker -n 1 -o json --no-pager');
    expect(JSON.parse(output)).toMatchObject({
      MESSAGE: expect.stringMatching(/^(INFO|WARN) /),
      PRIORITY: '6',
      _SYSTEMD_UNIT: 'eventmesh-worker.service',
      __REALTIME_TIMESTAMP: expect.stringMatching(/^\d{16}$/),
    });
  });
});
