import { join, relative, resolve } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type Ended, openSandbox, type Sandbox } from '../../e2e/support/sandbox.ts';
import { inspect } from '../docker/containers.ts';
import { asRoot, repairHost } from '../host/root.ts';
import { type Forward, forwardInto } from '../machine/forward.ts';
import { until } from '../machine/until.ts';
import { beside, detailOf, underTest } from '../setting.ts';
import { onHost } from '../ssh/client.ts';

const server = underTest();
const host = detailOf(server, 'alias');
const unit = 'eventmesh-api';

let sandbox: Sandbox;
let stack: AsyncDisposableStack;
let address: Forward;

/**
 * The shipped profile of hosts, with the addresses of this host, shorter hold times, and the deployment that each environment adds.
 * The host shares the processors and the memory of this machine, whose load is no incident of it: their limits are out of reach here.
 */
const profile = (dir: string): string => {
  const shipped = relative(join(dir, 'profiles'), resolve('profiles/eventmesh'));
  return `opsdeck: 1
system: eventmesh
env: real
tier: production
extends: ${shipped}/hosts.yaml
runbooks: [{ id: deploy, title: Deploy, act: [{ id: a1, title: Deploy by hand, manual: true }], verify: none }]
signals:
  - { id: cpu, warn: ">100", crit: ">100" }
  - { id: mem, warn: ">100", crit: ">100" }
limits: { health: { warn: off } }
vars:
  target: production
  api: http://127.0.0.1:${address.port}
  ssh-config: ${detailOf(server, 'ssh')}
  host-1: ${host}
  sustained: 2s
  patience: 10s
`;
};

const opsdeck = (...args: readonly string[]): Promise<Ended> =>
  sandbox.run([...args, '--env', 'eventmesh/real']);

/** Runs a runbook for this host with the built program; `names` are the confirmed targets. */
const run = async (runbook: string, names: readonly string[], ...more: readonly string[]) => {
  const confirmed = names.flatMap((name) => ['--confirm', name]);
  const given = ['--param', `host=${host}`, '--arm', 'drill', ...confirmed, ...more, '--json'];
  const { code, stdout } = await opsdeck('run', runbook, ...given);
  const events = stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  return { code, ended: events.at(-1) };
};

const stateOf = async (property: string): Promise<string> =>
  (await onHost(server, `systemctl show -p ${property} --value ${unit}`)).output.trim();

/** The runbooks of this incident that match now. Others depend on the load of the machine. */
const matching = async (): Promise<readonly string[]> => {
  const runbooks: readonly { id: string; fits: string }[] = JSON.parse(
    (await opsdeck('runbooks', '--json')).stdout,
  );
  const ofIncident = ['port-conflict', 'restart', 'rollback'];
  return runbooks.filter(({ id, fits }) => fits === 'yes' && ofIncident.includes(id)).map(({ id }) => id);
};

/** Starts another process on the port, so that the service fails at its next start; returns the process. */
const occupyPort = async (): Promise<string> => {
  await onHost(server, `sudo -n systemctl stop ${unit}`);
  const started = 'setsid nohup busybox httpd -f -p 8080 >/dev/null 2>&1 </dev/null & echo $!';
  const pid = (await onHost(server, started)).output.trim();
  stack.defer(async () => void (await onHost(server, `kill ${pid}`)));
  await until(
    'the process listens',
    async () => (await onHost(server, 'ss -Htln sport = :8080')).output !== '',
  );
  await onHost(server, `sudo -n systemctl start ${unit}`);
  await until('the service has failed', async () => (await stateOf('ActiveState')) === 'failed');
  return pid;
};

beforeAll(async () => {
  const { IPAddress } = (await inspect(detailOf(server, 'socket'), detailOf(server, 'container')))
    .NetworkSettings;
  address = await forwardInto(Number(detailOf(beside('dockerd'), 'pid')), IPAddress, 8080);
  const healthy = '{"status":"healthy","version":"0.1.0"}';
  const pages = {
    healthz: healthy,
    'api/v1/status': healthy,
    metrics: 'http_requests_total{status="200"} 1000',
  };
  await asRoot(
    server,
    ['cd /srv/eventmesh && mkdir -p api/v1']
      .concat(Object.entries(pages).map(([path, body]) => `echo '${body}' > ${path}`))
      .join(' && '),
  );
});
afterAll(async () => {
  await asRoot(server, 'rm -rf /srv/eventmesh/healthz /srv/eventmesh/api /srv/eventmesh/metrics');
  await address.close();
});
beforeEach(async () => {
  stack = new AsyncDisposableStack();
  sandbox = stack.use(await openSandbox());
  await sandbox.put('profiles/real.yaml', profile(sandbox.dir));
  stack.defer(() => repairHost(server));
});
afterEach(() => stack.disposeAsync());

const ending = { event: 'ended' };

// Each run waits until the incident around it has been clear for its hold time, which takes half a minute after the verification.
describe('S4-I4: the health check fails', { timeout: 180_000 }, () => {
  test('another process holds the port: a restart fails again; killing the process and a start recover', async () => {
    const pid = await occupyPort();
    expect((await opsdeck('check')).code).toBe(2);
    expect(await matching()).toEqual(['port-conflict']);

    const early = await run('restart', [unit], '--done', 'a2-read');
    expect([early.code, early.ended]).toMatchObject([1, { ...ending, ending: 'executed-not-recovered' }]);
    expect(early.ended.why).toContain(`workloads ${host} · port 8080 ready is 0`);

    const wrong = await run('port-conflict', ['1', unit]);
    expect(wrong.code).not.toBe(0);
    expect((await onHost(server, `kill -0 ${pid}`)).status, 'the process still runs').toBe(0);

    const right = await run('port-conflict', [pid, unit]);
    expect([right.code, right.ended], JSON.stringify(right.ended.incident)).toMatchObject([
      0,
      { ...ending, ending: 'recovered' },
    ]);
    expect((await onHost(server, `kill -0 ${pid}`)).status, 'the process has exited').not.toBe(0);
    expect([await stateOf('ActiveState'), await stateOf('NRestarts')]).toEqual(['active', '0']);
    expect(await matching()).toEqual([]);
  });

  test('the service has crashed: a restart recovers it with a new process', async () => {
    const before = await stateOf('MainPID');
    await onHost(server, `sudo -n systemctl kill -s KILL ${unit}`);
    await until('the service has failed', async () => (await stateOf('ActiveState')) === 'failed');
    expect(await matching()).toEqual(['restart']);
    const { code, ended } = await run('restart', [unit], '--done', 'a2-read');
    expect([code, ended], JSON.stringify(ended.incident)).toMatchObject([
      0,
      { ...ending, ending: 'recovered' },
    ]);
    const after = await stateOf('MainPID');
    expect([after === before, Number(after) > 1]).toEqual([false, true]);
  });
});
