import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'vitest';
import type { SourceExpectation, Stage } from '../../../src/testing/source-rig.ts';
import { hostFailureModes } from '../../contract/rigs/host.ts';
import { type HostFailureMode, openSshdWire, type Sshd } from '../../contract/rigs/host-wire.ts';
import { manualClock } from '../../support/manual-clock.ts';
import { asRoot } from '../host/root.ts';
import type { Address } from '../servers/server.ts';
import { detailOf } from '../setting.ts';

const source = 'host';

/** Returns the value of an option in an ssh configuration. */
const optionOf = (config: string, keyword: string): string => {
  const value = new RegExp(`^\\s*${keyword} (.+)$`, 'm').exec(config)?.[1];
  if (value === undefined) throw new Error(`the ssh config has no ${keyword}`);
  return value;
};

const sshdOf = async (server: Address): Promise<Sshd> => {
  const config = await readFile(detailOf(server, 'ssh'), 'utf8');
  const [, ...hostKey] = (await readFile(optionOf(config, 'UserKnownHostsFile'), 'utf8')).trim().split(' ');
  return {
    port: server.port,
    alias: detailOf(server, 'alias'),
    user: optionOf(config, 'User'),
    key: await readFile(optionOf(config, 'IdentityFile'), 'utf8'),
    hostKey: hostKey.join(' '),
  };
};

/** Directory of a service copy and its backup. */
const installed = '/opt/eventmesh-contract';

/** Creates the files that backup, restore and swap need; returns their cleanup. */
export const installForContract = async (server: Address): Promise<() => Promise<void>> => {
  await asRoot(
    server,
    `mkdir -p ${installed}/local ${installed}/local.before ${installed}/backups && echo 1 > ${installed}/local/version &&` +
      ` tar -czf ${installed}/backups/eventmesh-backup-20260304000000.tar.gz -C ${installed} local`,
  );
  return async () => void (await asRoot(server, `rm -rf ${installed}`));
};

const percent = expect.toSatisfy((value: unknown) => typeof value === 'number' && value > 0 && value <= 100);

/** A process that leads its group, and its start time as the source prints it. */
export interface HostVictim {
  readonly pid: number;
  readonly start: string;
}

/** Rows and signals of a systemd host. `victim`: the main process of its worker. */
const rigOf = (name: string, victim: HostVictim): SourceExpectation => {
  const stamp = { source, namespace: '', owner: '', node: name };
  const sample = (signal: string, value: unknown) => ({ source, signal, labels: {}, value });
  // Its memory is known only if the machine's cgroups account for it.
  const unit = expect.objectContaining({
    ...stamp,
    kind: 'unit',
    name: 'eventmesh-api',
    status: 'active (running)',
    ready: 1,
    wanted: 1,
    restarts: 0,
    startedAt: expect.any(Number),
    detail: expect.stringMatching(/^pid \d+$/),
  });
  const port = { ...stamp, kind: 'process', name: 'port 8080', status: 'bound', ready: 1, wanted: 1 };
  return {
    type: 'host',
    // Usage varies from one reading to the next.
    moving: /"(?:value|memoryBytes|ready|wanted)":[\d.]+|"detail":"[^"]*"|"startedAt":\d+,?/g,
    config: (dir) => ({
      ssh: [name],
      config: join(dir, 'config'),
      units: ['eventmesh-api'],
      ports: [8080],
      processes: ['sshd', 'no-such-program'],
    }),
    signals: [
      { id: 'memory', read: { memory: true } },
      { id: 'disk', read: { disk: '/' } },
      { id: 'load', read: { load: 1 } },
      { id: 'absent', read: { connections: 1 } },
      { id: 'worker', read: { unit: 'absent', value: 'active' } },
    ],
    healthy: {
      [`host/health@${name}`]: {
        items: [
          { source, env: 'test', service: 'host', instance: name, status: 'up', detail: '', components: [] },
        ],
        samples: [
          sample('memory', percent),
          sample('load', expect.any(Number)),
          { ...sample('disk', percent), origin: expect.anything() },
        ],
      },
      [`host/workloads@${name}`]: {
        items: [
          unit,
          expect.objectContaining({ ...stamp, kind: 'process', name: 'sshd', status: 'running' }),
          { ...stamp, kind: 'process', name: 'no-such-program', status: 'not running', ready: 0, wanted: 1 },
          { ...port, detail: expect.stringContaining('visible only to root') },
        ],
        samples: [
          { source, signal: 'worker', labels: {}, why: 'unit absent not found: check the name of the unit' },
          sample('absent', 0),
        ],
      },
    },
    unknowns: {
      [`host/workloads@${name}`]: ({ samples = [] }) =>
        samples.filter(({ signal }) => signal === 'worker').map(({ value }) => value),
    },
    operations: {
      systemctl: { unit: 'eventmesh-api', verb: 'restart' },
      kill: { pid: victim.pid, mainPid: true },
      exec: { argv: ['true'] },
      start: { name: 'api', argv: ['sleep', '600'] },
      stop: { name: 'api', pid: String(victim.pid), start: victim.start },
      ports: {},
      journal: { unit: 'eventmesh-api', lines: 10 },
      tail: { file: '/var/log/eventmesh/api.log', lines: 10 },
      processes: { match: 'sshd' },
      top: { count: 3 },
      environment: { unit: 'eventmesh-api' },
      setEnv: { unit: 'eventmesh-api', env: { RUST_LOG: 'debug' }, for: '5m' },
      backup: { dir: `${installed}/local`, into: `${installed}/backups` },
      restore: {
        archive: `${installed}/backups/eventmesh-backup-20260304000000.tar.gz`,
        dir: `${installed}/local`,
      },
      swap: { dir: `${installed}/local`, from: `${installed}/local.before` },
    },
  };
};

/** A real sshd behind the access control, and the real OpenSSH client. */
export const hostStageOf = (server: Address, victim: HostVictim): Stage<HostFailureMode> => ({
  failureModes: hostFailureModes,
  call: new RegExp(`^${detailOf(server, 'alias')}: ssh ${detailOf(server, 'alias')}(?: \\S+)*: \\S`),
  isAnonymous: true,
  // Both sides share one clock, so unit times need no correction.
  clock: () => manualClock(Date.now()),
  open: async () => openSshdWire(await sshdOf(server), async () => {}),
  rig: rigOf(detailOf(server, 'alias'), victim),
});
