import { describe, expect, test } from 'vitest';
import { containerTargetProblem, reachableAddress } from '../../../src/sources/docker/tunnel.ts';
import { localServer } from '../../support/local-server.ts';
import { containerLike } from './container-like.ts';
import { never, openDocker, openFixture } from './fixture.ts';

describe('the address of a container port', () => {
  const own = ['127.0.0.1', '172.17.0.1'];
  const here = { host: '127.0.0.1', isHere: true, isReached: false, own };
  const far = { host: '10.0.0.5', isHere: false, isReached: false, own };
  const behindTunnel = { host: 'vm-1', isHere: false, isReached: true, own };
  const published = (host: string) => containerLike({ ports: { '8080/tcp': { host, port: 32_768 } } });
  const inNetwork = (gateway: string) => containerLike({ networks: [{ address: '172.17.0.2', gateway }] });
  const addressed = inNetwork('172.17.0.1');

  test.each([
    ['published on all addresses', published('0.0.0.0'), here, '127.0.0.1:32768'],
    ['published on all addresses, IPv6', published('::'), far, '10.0.0.5:32768'],
    ['published on one address', published('10.0.0.9'), far, '10.0.0.9:32768'],
    ['published on loopback, local daemon', published('127.0.0.1'), here, '127.0.0.1:32768'],
    ['published on loopback, behind a tunnel', published('127.0.0.1'), behindTunnel, 'vm-1:32768'],
    ['container address, local daemon', addressed, here, '172.17.0.2:8080'],
    ["on the host's network", containerLike({ isOnHostNetwork: true }), far, '10.0.0.5:8080'],
  ])('%s', (_, container, daemon, expected) => {
    const { host, port } = reachableAddress(container, 8080, daemon);
    expect(`${host}:${port}`).toBe(expected);
  });

  test.each([
    [
      'loopback of another machine',
      published('127.0.0.1'),
      far,
      'publishes port 8080 only on 127.0.0.1 of the Docker host',
    ],
    ['networks of another machine', addressed, far, 'publishes port 8080 nowhere'],
    ['behind a tunnel', addressed, behindTunnel, 'publishes port 8080 nowhere'],
    ['the network of a virtual machine', inNetwork('192.168.65.1'), here, 'publishes port 8080 nowhere'],
    ['an internal network', inNetwork(''), here, 'publishes port 8080 nowhere'],
    ['no network', containerLike(), here, 'publishes port 8080 nowhere'],
  ])('%s is not reachable locally', (_, container, daemon, expected) => {
    expect(() => reachableAddress(container, 8080, daemon)).toThrow(
      expect.objectContaining({
        message: expect.stringContaining(expected),
        remedy: expect.stringContaining('publish the port'),
      }),
    );
  });

  test('a target is a name', () => {
    expect(containerTargetProblem('shop-web-1')).toBeUndefined();
    expect(containerTargetProblem('pod/web')).toContain('"pod/web" is not a container');
  });
});

describe('endpoints', () => {
  test('are the running containers of a service, or the one of that name', async () => {
    await using fixture = await openFixture();
    const names = async (target: string) =>
      (await fixture.source.resolveEndpoints?.(target, never))?.map(({ name }) => name);
    fixture.view.model.environmentAt('test', fixture.clock.now()).scale('web', 2);
    expect(await names('web')).toEqual(['shop-web-1', 'shop-web-2']);
    expect(await names('shop-web-2')).toEqual(['shop-web-2']);
    await fixture.act('stop', await fixture.plan('stop', { container: 'shop-web-1' }));
    expect(await names('web')).toEqual(['shop-web-2']);
    expect(await names('absent')).toEqual([]);
  });

  test('healthy ones come first, and a service name in two projects has no endpoint', async () => {
    const listed = (name: string, project: string, Status: string) => ({
      Id: Buffer.from(name.padEnd(8)).toString('hex'),
      Names: [`/${name}`],
      State: 'running',
      Status,
      Labels: { 'com.docker.compose.project': project, 'com.docker.compose.service': 'web' },
    });
    const first = [
      listed('web1', 'shop', 'Up 1 second (unhealthy)'),
      listed('web2', 'shop', 'Up 2 days (healthy)'),
    ];
    const starting = [listed('web4', 'shop', 'Up 3 seconds (health: starting)')];
    const two = [...first, listed('web3', 'green', 'Up 1 hour')];
    let list = first;
    await using server = await localServer((_, response) => void response.end(JSON.stringify(list)));
    await using opened = await openDocker({ host: server.url });
    expect((await opened.source.resolveEndpoints?.('web', never))?.map(({ name }) => name)).toEqual([
      'web2',
      'web1',
    ]);
    list = starting;
    expect(await opened.source.resolveEndpoints?.('web', never)).toEqual([
      expect.objectContaining({ isStarting: true }),
    ]);
    list = two;
    await expect(opened.source.resolveEndpoints?.('web', never)).rejects.toThrow(
      'service web exists in the projects shop, green. Set project:',
    );
    expect((await opened.source.resolveEndpoints?.('web3', never))?.map(({ name }) => name)).toEqual([
      'web3',
    ]);
  });
});
