import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { daemonAddress, dockerConfig, routeDockerConfig } from '../../../src/sources/docker/daemon/config.ts';
import { longTest } from '../../support/layer.ts';
import { localServer } from '../../support/local-server.ts';
import { manualClock } from '../../support/manual-clock.ts';
import { never, openDocker } from './fixture.ts';

describe('the address of the daemon', () => {
  test.each<[string, Parameters<typeof daemonAddress>[0], Record<string, string>, object]>([
    [
      'default',
      {},
      {},
      { name: 'unix:///var/run/docker.sock', socketPath: '/var/run/docker.sock', isHere: true },
    ],
    [
      'a socket',
      { socket: '/run/d.sock' },
      { DOCKER_HOST: 'tcp://far:2375' },
      { name: 'unix:///run/d.sock', host: '127.0.0.1' },
    ],
    ['a socket as a host', { host: 'unix:///run/d.sock' }, {}, { socketPath: '/run/d.sock' }],
    [
      'TCP',
      { host: 'tcp://10.0.0.5:2375' },
      {},
      { base: 'http://10.0.0.5:2375', host: '10.0.0.5', isHere: false },
    ],
    ['TCP over TLS', { host: 'tcp://far:2376', tls: {} }, {}, { base: 'https://far:2376' }],
    ['HTTPS', { host: 'https://far:2376' }, {}, { base: 'https://far:2376', name: 'https://far:2376' }],
    ['localhost', { host: 'http://localhost:2375' }, {}, { isHere: true }],
    ['IPv6', { host: 'tcp://[::1]:2375' }, {}, { base: 'http://[::1]:2375', host: '::1', isHere: true }],
    ['behind a tunnel', { host: 'http://127.0.0.1:2375', isReached: true }, {}, { isHere: false }],
    ['DOCKER_HOST', {}, { DOCKER_HOST: 'tcp://far:2375' }, { base: 'http://far:2375' }],
    ['DOCKER_HOST, a socket', {}, { DOCKER_HOST: 'unix:///run/e.sock' }, { socketPath: '/run/e.sock' }],
    ['an empty DOCKER_HOST', {}, { DOCKER_HOST: '' }, { socketPath: '/var/run/docker.sock' }],
  ])('%s', (_, config, environment, expected) => {
    expect(daemonAddress(config, environment)).toMatchObject(expected);
  });

  test.each([
    ['ssh', { DOCKER_HOST: 'ssh://ana@far' }, 'DOCKER_HOST is ssh://ana@far, an SSH host'],
    [
      'TLS',
      { DOCKER_HOST: 'tcp://far:2376', DOCKER_TLS_VERIFY: '1' },
      'DOCKER_HOST is tcp://far:2376, with DOCKER_TLS_VERIFY',
    ],
    ['garbage', { DOCKER_HOST: 'far\x1b[2J:2376' }, 'DOCKER_HOST is far:2376'],
  ])('an unsupported DOCKER_HOST is reported with a remedy: %s', (_, environment, message) => {
    expect(() => daemonAddress({}, environment)).toThrow(
      expect.objectContaining({
        kind: 'unconfigured',
        message,
        remedy: expect.stringMatching(/^(set|write)/),
      }),
    );
  });

  test.each(['unix:///run/docker.sock', 'tcp://10.0.0.5:2375', 'https://far:2376/'])(
    '%s is accepted',
    (host) => {
      expect(dockerConfig.safeParse({ host }).success).toBe(true);
    },
  );

  test.each(['unix://', 'tcp://', 'tcp://far/path', 'https://ana:pw@far:2376', 'far:2375', 'tcp://[x'])(
    '%s is refused',
    (host) => {
      expect(dockerConfig.safeParse({ host }).error?.issues[0]?.message).toBe(
        'this is not the address of a Docker daemon: use unix:///var/run/docker.sock, tcp://HOST:2375 or https://HOST:2376',
      );
    },
  );

  test('of a daemon behind SSH is refused, with the key to write', () => {
    expect(dockerConfig.safeParse({ host: 'ssh://far' }).error?.issues[0]?.message).toBe(
      'opsdeck reaches a daemon behind SSH through via. Write via: { ssh: USER@HOST } instead of host:',
    );
  });

  test('a socket and a host both set the address', () => {
    const both = dockerConfig.safeParse({ socket: '/run/d.sock', host: 'tcp://far:2375' });
    expect(both.error?.issues[0]?.message).toContain(
      'socket and host are both an address of the daemon: set only one of them',
    );
  });

  test.each([
    [{ host: 'tcp://db:2375' }, 'http://vm-1:2375/'],
    [{ host: 'tcp://db:2376', tls: { ca: 'PEM' } }, 'https://vm-1:2375/'],
    [{ socket: '/run/d.sock' }, 'http://vm-1:2375/'],
  ])('through another source it is behind the tunnel: %j', (entry, host) => {
    const config = routeDockerConfig(dockerConfig.parse(entry), [{ name: 'vm-1', uid: '1' }], 2375);
    expect(config).toMatchObject({ host, isReached: true });
    expect(config).not.toHaveProperty('socket');
    if ('tls' in entry) expect(config.tls).toEqual({ ca: 'PEM', serverName: 'db' });
    expect(daemonAddress(config, {}).base).toBe(host.slice(0, -1));
  });
});

describe('an unavailable daemon', () => {
  const faultOf = async (entry: Readonly<Record<string, unknown>>) => {
    await using opened = await openDocker(entry, manualClock());
    const [fault] = (await opened.source.feeds[0]?.read(never))?.faults ?? [];
    return fault;
  };
  const answering = (status: number, body: string) =>
    localServer(
      (_, response) => void response.writeHead(status, { 'content-type': 'application/json' }).end(body),
    );

  longTest('a missing socket, and a socket without a listener', async () => {
    const dir = await mkdtemp(join(tmpdir(), 'opsdeck-docker-'));
    const socket = join(dir, 'd.sock');
    expect(await faultOf({ socket })).toMatchObject({
      kind: 'unreachable',
      message: `GET unix://${socket}/containers/json?all=1: there is no socket at this path`,
      remedy: 'start the Docker daemon, or set socket: to the correct path',
    });
    await rm(dir, { recursive: true });
  });

  /** Root is denied nothing, so the request is made as another user. */
  test('a socket without permission is denied, with a remedy', async () => {
    const dir = await mkdtemp(join(tmpdir(), 'opsdeck-docker-'));
    const socket = join(dir, 'd.sock');
    const server = createServer((_, response) => void response.end('[]'));
    await new Promise<void>((resolve) => server.listen(socket, resolve));
    const isRoot = process.geteuid?.() === 0;
    await using opened = await openDocker({ socket }, manualClock());
    const [feed] = opened.source.feeds;
    // Modules loaded by the first request must be read as root.
    expect((await feed?.read(never))?.faults).toEqual([]);
    await opened.source.close();
    await using again = await openDocker({ socket }, manualClock());
    await chmod(socket, 0o600);
    if (isRoot) await chmod(dir, 0o755);
    else await chmod(socket, 0o000);
    if (isRoot) process.seteuid?.(65_534);
    const read = await again.source.feeds[0]?.read(never).finally(() => isRoot && process.seteuid?.(0));
    server.close();
    server.closeAllConnections();
    await rm(dir, { recursive: true });
    expect(read?.faults).toEqual([
      expect.objectContaining({
        kind: 'denied',
        message: `GET unix://${socket}/containers/json?all=1: permission denied`,
        remedy: expect.stringContaining('add this user to the group that owns the socket (docker)'),
      }),
    ]);
  });

  test('a rejection by an authorization plugin has its message', async () => {
    await using server = await answering(
      403,
      '{"message":"authorization denied by plugin opa: ana may not list"}',
    );
    expect(await faultOf({ host: server.url })).toMatchObject({
      kind: 'denied',
      message: expect.stringContaining(
        'answered 403 Forbidden: authorization denied by plugin opa: ana may not list',
      ),
      remedy: expect.stringContaining('ask the owner of this daemon'),
    });
  });

  test('a daemon that requires TLS is reported as such', async () => {
    await using server = await answering(400, 'Client sent an HTTP request to an HTTPS server.\n');
    expect(await faultOf({ host: server.url })).toMatchObject({
      kind: 'malformed',
      remedy: 'set TLS, which the daemon requires: host: https://… and tls: { ca, cert, key }',
    });
  });

  test('a server that answers with another JSON object does not count as an empty list of containers', async () => {
    await using server = await answering(200, '{"status":"ok"}');
    expect(await faultOf({ host: server.url })).toMatchObject({
      kind: 'malformed',
      message: expect.stringContaining(
        'the response is not a list of containers: check that the address is a Docker daemon',
      ),
    });
  });
});
