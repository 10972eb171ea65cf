import { execFile } from 'node:child_process';
import { readdir, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { SystemModel } from '../../../src/simulator/model/system-model.ts';
import type { ProtocolEndpoint } from '../../../src/simulator/servers/http/simulator-context.ts';
import { startSshEndpoint } from '../../../src/simulator/servers/ssh/endpoint.ts';
import { systemSpec } from '../../../src/simulator/systems.ts';
import { type ManualClock, manualClock } from '../../support/manual-clock.ts';
import { hasOpenSsh } from '../../support/ssh-client.ts';

const run = promisify(execFile);
let clock: ManualClock;
let model: SystemModel;
let wire: ProtocolEndpoint;

beforeEach(async () => {
  clock = manualClock();
  model = new SystemModel(systemSpec('eventmesh'), { startedAt: clock.now() });
  wire = await startSshEndpoint({ model, clock, env: 'production' });
});
afterEach(() => wire.close());

interface Outcome {
  readonly status: number;
  readonly out: string;
  readonly err: string;
}

const options = ['-o', 'BatchMode=yes', '-o', 'StrictHostKeyChecking=yes', '-o', 'LogLevel=ERROR'];

const runClient = async (client: string, args: readonly string[]): Promise<Outcome> => {
  const all = [...options, '-F', wire.vars['ssh-config'] ?? '', ...args];
  try {
    const { stdout, stderr } = await run(client, all, { encoding: 'utf8' });
    return { status: 0, out: stdout, err: stderr };
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && 'stdout' in error && 'stderr' in error)) throw error;
    return { status: Number(error.code), out: String(error.stdout), err: String(error.stderr) };
  }
};

/** The clients under test: the embedded one, and OpenSSH if installed. */
const clients = hasOpenSsh ? ['the embedded client', 'OpenSSH'] : ['the embedded client'];

describe.each(clients)('with %s', (client) => {
  const ssh = (...args: readonly string[]): Promise<Outcome> =>
    runClient(client === 'OpenSSH' ? 'ssh' : (wire.vars['ssh-client'] ?? ''), args);

  test('a command runs on the named machine, with its stdout, stderr and exit status', async () => {
    expect(await ssh('--', 'vm-2', "'uname' '-n'")).toEqual({ status: 0, out: 'vm-2\n', err: '' });
    expect(await ssh('--', 'vm-1', "'systemctl' 'is-active' 'absent'")).toMatchObject({
      status: 3,
      out: 'inactive\n',
    });
    expect(await ssh('--', 'vm-1', "'sudo' '-n' 'systemctl' 'restart' 'absent'")).toMatchObject({
      status: 5,
      err: 'Failed to restart absent.service: Unit absent.service not found.\n',
    });
    expect(await ssh('--', 'vm-1', "'nmap'")).toMatchObject({ status: 127 });
  });

  test('an unprivileged user may not control units', async () => {
    const denied = await ssh('--', 'vm-1', "'systemctl' 'stop' 'eventmesh-api'");
    expect(denied).toMatchObject({ status: 4, err: expect.stringContaining('Access denied') });
    expect(model.environmentAt('production', clock.now()).instances.every(({ running }) => running)).toBe(
      true,
    );
  });

  test('rejects a command line that is not a quoted argv', async () => {
    expect(await ssh('--', 'vm-1', "'true'; 'kill' '-KILL' '1'")).toMatchObject({ status: 2 });
    expect(await ssh('--', 'vm-1', '$(true)')).toMatchObject({ status: 2 });
  });

  test('an unknown machine is not found, and the client exits 255', async () => {
    const { status, err } = await ssh('--', 'vm-9.invalid', "'true'");
    expect(status).toBe(255);
    expect(err).toMatch(/vm-9\.invalid/);
  });

  test('denies another account', async () => {
    expect(await ssh('--', 'root@vm-1', "'true'")).toMatchObject({
      status: 255,
      err: expect.stringContaining('Permission denied (publickey)'),
    });
  });

  test('curl on the machine: the port is held by the unit, by another process, by no process', async () => {
    const curl = "'curl' '-sS' '-m' '5' '-w' '%{http_code} %{time_total}' 'http://localhost:8080/healthz'";
    expect((await ssh('--', 'vm-1', curl)).out).toMatch(/^\{"status":"healthy".*\}\n200 0\.\d{6}$/);
    model.injectEarlier('port-conflict', 'production');
    expect((await ssh('--', 'vm-1', curl)).out).toMatch(/\n404 /);
    model.environmentAt('production', clock.now()).heal();
    model.injectEarlier('crashed', 'production');
    expect(await ssh('--', 'vm-1', curl)).toMatchObject({
      status: 7,
      out: '000 0.000000',
      err: expect.stringContaining('Failed to connect to localhost port 8080'),
    });
    const connections = "'ss' '-H' '-tn' 'state' 'established' 'sport' '=' ':8080'";
    expect((await ssh('--', 'vm-1', connections)).out).toBe('');
  });

  test('a restart starts another process of the same unit', async () => {
    const show = "'systemctl' 'show' '--property=MainPID,ActiveState' '--' 'eventmesh-api'";
    const before = await ssh('--', 'vm-1', show);
    expect((await ssh('--', 'vm-1', "'sudo' '-n' 'systemctl' 'restart' 'eventmesh-api'")).status).toBe(0);
    await clock.advance(1000);
    const after = await ssh('--', 'vm-1', show);
    expect(after.out).toMatch(/^MainPID=\d+\nActiveState=active\n$/);
    expect(after.out).not.toBe(before.out);
  });
});

test('keys and config are private to the user, and are removed with the simulator', async () => {
  const dir = dirname(wire.vars['ssh-config'] ?? '');
  const { mode } = await stat(`${dir}/id_ecdsa`);
  expect(mode & 0o777).toBe(0o600);
  await wire.close();
  await expect(readdir(dir)).rejects.toThrow('ENOENT');
});
