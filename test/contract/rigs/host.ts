import { join } from 'node:path';
import { expect } from 'vitest';
import type { Stage } from '../../../src/testing/source-rig.ts';
import { manualClock } from '../../support/manual-clock.ts';
import { hasOpenSsh } from '../../support/ssh-client.ts';
import { type HostFailureMode, openHostWire } from './host-wire.ts';

const source = 'host';

/** The connection is cut after this many bytes of the server's handshake. */
const untilCut = 900;

/** The failure modes of the path to a host. */
export const hostFailureModes: readonly HostFailureMode[] = [
  { name: 'down', fault: 'unreachable', row: 'down', socket: 'refuse' },
  { name: 'denied', fault: 'denied', row: 'unknown', keys: 'wrong' },
  { name: 'changed host key', fault: 'wrong-system', row: 'unknown', keys: 'changed' },
  { name: 'unknown host key', fault: 'denied', row: 'unknown', keys: 'unknown' },
  {
    name: 'garbage',
    fault: 'malformed',
    row: 'down',
    socket: (socket) => {
      socket.resume();
      socket.write('\x16\x03\x01\0\x1b[2J\x1b]0;owned HTTP/1.1 400\r\n\r\n');
    },
  },
  {
    name: 'connection cut during the handshake',
    fault: 'unreachable',
    row: 'down',
    socket: (socket, pass) => {
      pass();
      let received = 0;
      const write = socket.write.bind(socket);
      socket.write = (chunk: Uint8Array | string, ...rest: never[]): boolean => {
        received += chunk.length;
        if (received < untilCut) return write(chunk, ...rest);
        socket.destroy();
        return false;
      };
    },
  },
  { name: 'hanging', fault: 'timeout', row: 'down', hangs: true, socket: (socket) => void socket.resume() },
];

const stamp = { source, namespace: '', owner: '', node: 'vm-1' };

/** An sshd of the simulator, reached by the OpenSSH client if it is installed. */
export const hostStage: Stage<HostFailureMode> = {
  failureModes: hostFailureModes,
  call: /^vm-1: ssh vm-1(?: \S+)*: \S/,
  isAnonymous: true,
  clock: () => manualClock(),
  open: openHostWire,
  rig: {
    type: 'host',
    config: (dir) => ({
      ssh: ['vm-1'],
      config: join(dir, 'config'),
      ...(hasOpenSsh ? {} : { client: [join(dir, 'ssh.mjs')] }),
      units: ['eventmesh-api'],
      processes: ['cron', 'nginx'],
      ports: [8080],
      files: ['/var/log/eventmesh/*.log'],
    }),
    signals: [
      { id: 'cpu', read: { cpu: true } },
      { id: 'memory', read: { memory: true } },
      { id: 'load', read: { load: 5 } },
      { id: 'disk', read: { disk: '/' } },
      { id: 'restarts', read: { unit: 'eventmesh-api', value: 'restarts' } },
      { id: 'worker', read: { unit: 'worker', value: 'active' } },
      { id: 'port', read: { port: 8080 } },
      { id: 'connections', read: { connections: 8080 } },
    ],
    healthy: {
      'host/health@vm-1': {
        items: [
          {
            source,
            env: 'test',
            service: 'host',
            instance: 'vm-1',
            status: 'up',
            detail: '',
            components: [],
          },
        ],
        samples: [
          { source, signal: 'cpu', labels: {}, why: 'there is no value yet: the rate needs two readings' },
          { source, signal: 'memory', labels: {}, value: expect.closeTo(34.7, 1) },
          { source, signal: 'load', labels: {}, value: 0.28 },
          {
            source,
            signal: 'disk',
            labels: {},
            value: expect.closeTo(41.9, 1),
            origin: { objects: { 'the file system of /': '/dev/vda1 /' } },
          },
        ],
      },
      'host/workloads@vm-1': {
        items: [
          {
            ...stamp,
            kind: 'unit',
            name: 'eventmesh-api',
            status: 'active (running)',
            ready: 1,
            wanted: 1,
            restarts: 0,
            startedAt: expect.any(Number),
            memoryBytes: expect.any(Number),
            detail: expect.stringMatching(/^pid \d+$/),
          },
          {
            ...stamp,
            kind: 'process',
            name: 'cron',
            status: 'running',
            ready: 1,
            wanted: 1,
            startedAt: expect.any(Number),
            memoryBytes: 8 * 1024 * 1024,
            detail: 'pid 431, /usr/sbin/cron -f, of root',
          },
          { ...stamp, kind: 'process', name: 'nginx', status: 'not running', ready: 0, wanted: 1 },
          {
            ...stamp,
            kind: 'process',
            name: 'port 8080',
            status: 'held by eventmesh-api',
            ready: 1,
            wanted: 1,
            detail: expect.stringMatching(/^pid \d+, \/opt\/eventmesh\/local\/bin\/riptide-api /),
          },
        ],
        samples: [
          { source, signal: 'restarts', labels: {}, value: 0, isCounter: true },
          { source, signal: 'worker', labels: {}, why: 'unit worker not found: check the name of the unit' },
          { source, signal: 'port', labels: {}, value: 1 },
          { source, signal: 'connections', labels: {}, value: 6 },
        ],
      },
    },
    unknowns: {
      'host/health@vm-1': ({ samples = [] }) =>
        samples.filter(({ signal }) => signal === 'cpu').map(({ value }) => value),
      'host/workloads@vm-1': ({ samples = [] }) =>
        samples.filter(({ signal }) => signal === 'worker').map(({ value }) => value),
    },
    operations: {
      systemctl: { unit: 'eventmesh-api', verb: 'restart' },
      kill: { pid: 431, signal: 'TERM' },
      exec: { argv: ['true'] },
      start: { name: 'api', argv: ['sleep', '600'], port: 8081 },
      // A process of the simulated machine that has run since its boot.
      stop: { name: 'api', pid: '431', start: '5f0c1a2b+0' },
      ports: { port: 8080 },
      journal: { unit: 'eventmesh-api', lines: 10 },
      tail: { file: '/var/log/eventmesh/api.log', lines: 10 },
      processes: { match: 'cron' },
      top: { count: 3 },
      environment: { unit: 'eventmesh-api' },
      setEnv: { unit: 'eventmesh-api', env: { RUST_LOG: 'debug' }, for: '5m' },
      backup: { dir: '/opt/eventmesh/local', into: '/opt/eventmesh/backups' },
      restore: {
        archive: '/opt/eventmesh/backups/eventmesh-backup-20260304000000.tar.gz',
        dir: '/opt/eventmesh/local',
      },
      swap: { dir: '/opt/eventmesh/local', from: '/opt/eventmesh/local.before' },
    },
  },
};
