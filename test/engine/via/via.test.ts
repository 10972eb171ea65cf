import { expect, test } from 'vitest';
import { WireError } from '../../../src/platform/runtime/wire-error.ts';
import { actuator } from '../../../src/sources/actuator/index.ts';
import { http } from '../../../src/sources/http/index.ts';
import type { SourceModule } from '../../../src/sources/kit/contract/source.ts';
import { longTest } from '../../support/layer.ts';
import { localServer } from '../../support/local-server.ts';
import { entry, openEnvironment, through } from './environment.ts';
import { healthy, tunnelTo } from './servers.ts';
import { createTunnel, end } from './tunnel.ts';

const web = http as SourceModule;
const spring = actuator as SourceModule;

const shop = entry(web, 'shop', { checks: [{ service: 'shop', path: '/health' }] }, through);
const bus = entry(spring, 'bus', { service: 'bus', breakers: false, pools: false }, through);
const lost = 'shop: GET http://shop-0:8081/health: tunnel cut: k8s deployment/shop: lost connection to pod';

test('an HTTP check is read through another source, which is not contacted before the start', async () => {
  await using server = await healthy();
  const tunnel = tunnelTo({ 'shop-0': server });
  await using environment = await openEnvironment(tunnel, [shop]);
  await environment.pass(0);
  expect(tunnel.lookups).toEqual([]);
  environment.engine.start();
  await environment.pass(0);
  expect(environment.health()).toEqual(['shop shop-0 up']);
  expect(server.asked).toEqual(['GET /health']);
  expect(tunnel.lookups).toEqual(['deployment/shop']);
  expect(tunnel.dialled).toEqual([{ host: 'shop-0', port: 8081 }]);
  expect(environment.faults()).toEqual([]);
});

longTest('every live pod is an instance, and its connection is reused', async () => {
  await using onlyLocalServer = await healthy();
  await using two = await healthy();
  const tunnel = tunnelTo({ 'bus-1': onlyLocalServer, 'bus-0': two });
  await using environment = await openEnvironment(tunnel, [bus]);
  environment.engine.start();
  await environment.pass(20_000);
  expect(environment.health()).toEqual(['bus bus-0 up', 'bus bus-1 up']);
  expect(onlyLocalServer.asked.slice(0, 2)).toEqual(['GET /actuator/health', 'GET /actuator/health']);
  expect(tunnel.dialled).toHaveLength(2);
});

test('several checks of a service are separate rows per pod', async () => {
  await using onlyLocalServer = await healthy();
  await using two = await healthy();
  const tunnel = tunnelTo({ a: onlyLocalServer, b: two });
  const checks = [
    { service: 'shop', path: '/health' },
    { id: 'ready', service: 'shop', path: '/ready' },
    { id: 'port', service: 'other', tcp: 'localhost:9000' },
  ];
  await using environment = await openEnvironment(tunnel, [entry(web, 'shop', { checks }, through)]);
  environment.engine.start();
  await environment.pass(0);
  expect(environment.health()).toEqual([
    'shop a/shop up',
    'shop a/ready up',
    'other a up',
    'shop b/shop up',
    'shop b/ready up',
    'other b up',
  ]);
  expect(tunnel.dialled).toContainEqual({ host: 'b', port: 9000 });
  expect(new Set(environment.engine.feeds.map(({ id }) => id)).size).toBe(6);
});

test('connection refused behind a working tunnel is down; a cut tunnel is unknown until it recovers', async () => {
  await using server = await healthy();
  const tunnel = tunnelTo({ 'shop-0': { port: 1 } });
  await using environment = await openEnvironment(tunnel, [shop]);
  environment.engine.start();
  await environment.pass(0);
  expect(environment.health()).toEqual(['shop shop-0 down']);
  expect(environment.faults()).toEqual(['shop: GET http://shop-0:8081/health: connection refused']);

  tunnel.leads.set('shop-0', server.port);
  await environment.pass(5000);
  expect(environment.health()).toEqual(['shop shop-0 up']);

  tunnel.cut();
  await environment.pass(5000);
  expect(environment.health()).toEqual(['shop shop-0 unknown']);
  expect(environment.faults()).toEqual([lost]);

  tunnel.restore();
  await environment.pass(5000);
  expect(environment.health()).toEqual(['shop shop-0 up']);
  expect(environment.faults()).toEqual([]);
});

test('a starting pod without a listener is not down', async () => {
  await using server = await healthy();
  const tunnel = tunnelTo({ 'shop-0': { port: 1 } });
  tunnel.ends = [{ ...end('shop-0'), isStarting: true }];
  await using environment = await openEnvironment(tunnel, [shop]);
  environment.engine.start();
  await environment.pass(0);
  expect(environment.health()).toEqual(['shop shop-0 unknown']);
  expect(environment.faults()).toEqual([
    'shop: GET http://shop-0:8081/health: tunnel cut: k8s deployment/shop: shop-0 is starting: connection refused',
  ]);

  tunnel.leads.set('shop-0', server.port);
  await environment.pass(5000);
  expect(environment.health()).toEqual(['shop shop-0 up']);

  tunnel.ends = [end('shop-0')];
  tunnel.leads.set('shop-0', 1);
  tunnel.cut();
  tunnel.restore();
  await environment.pass(5000);
  expect(environment.health()).toEqual(['shop shop-0 down']);
});

test('endpoint lookups count as requests of the tunneling source', async () => {
  const tunnel = createTunnel([end('shop-0')]);
  const outside = entry(web, 'box', { checks: [] }, { ssh: 'box', port: 80 });
  await using environment = await openEnvironment(tunnel, [shop, bus, outside]);
  const { engine } = environment;
  expect([engine.lookupsPerSecond('k8s'), engine.lookupsPerSecond('shop')]).toEqual([0.2, 0]);
});

test('a tunnel that is cut during a response makes the rows unknown', async () => {
  await using server = await localServer((_, response) => void response.write('{"status":'));
  const tunnel = tunnelTo({ 'shop-0': server });
  await using environment = await openEnvironment(tunnel, [shop]);
  environment.engine.start();
  await environment.clock.settle();
  await server.arrived(1);
  tunnel.cut();
  await environment.pass(0);
  expect(environment.health()).toEqual(['shop shop-0 unknown']);
  expect(environment.faults()).toEqual([lost.replace('k8s deployment/shop: ', '')]);
});

test('a tunnel that opens too late is not a timeout of the service', async () => {
  await using server = await healthy();
  const tunnel = tunnelTo({ 'shop-0': server });
  tunnel.hangs = true;
  await using environment = await openEnvironment(tunnel, [shop]);
  environment.engine.start();
  await environment.pass(3000);
  expect(environment.health()).toEqual(['shop shop-0 unknown']);
  expect(environment.faults()).toEqual([
    'shop: GET http://shop-0:8081/health: tunnel cut: no answer in 3000 ms',
  ]);
  tunnel.hangs = false;
  await environment.pass(2000);
  expect(environment.health()).toEqual(['shop shop-0 up']);
});

test('a service that hangs behind a working tunnel is down', async () => {
  await using server = await localServer(() => {});
  const tunnel = tunnelTo({ 'shop-0': server });
  await using environment = await openEnvironment(tunnel, [shop]);
  environment.engine.start();
  await environment.clock.settle();
  await server.arrived(1);
  await environment.pass(3000);
  expect(environment.health()).toEqual(['shop shop-0 down']);
});

test('when the pods cannot be looked up, the rows are unknown with the reason, and are read once they can', async () => {
  await using server = await healthy();
  const tunnel = tunnelTo({ 'shop-0': server });
  tunnel.blind = new WireError('denied', 'GET /api/v1/pods: answered 403 Forbidden');
  await using environment = await openEnvironment(tunnel, [shop, bus]);
  environment.engine.start();
  await environment.pass(0);
  expect(environment.health()).toEqual(['shop unknown', 'bus unknown']);
  expect(environment.faults()).toEqual([
    'shop: tunnel cut: k8s deployment/shop: GET /api/v1/pods: answered 403 Forbidden',
    'bus: tunnel cut: k8s deployment/shop: GET /api/v1/pods: answered 403 Forbidden',
  ]);
  expect(environment.engine.snapshot().level).toBe('unknown');
  expect(environment.engine.snapshot().kinds.breakers.faults).toHaveLength(1);
  tunnel.blind = undefined;
  await environment.pass(2000);
  expect(environment.health()).toEqual(['shop shop-0 up', 'bus shop-0 up']);
  expect(environment.faults()).toEqual([]);
});

longTest('a failing endpoint lookup is retried less and less often, but never given up', async () => {
  const tunnel = createTunnel([]);
  await using environment = await openEnvironment(tunnel, [shop]);
  environment.engine.start();
  await environment.pass(62_000);
  expect(tunnel.lookups).toHaveLength(6);
  await environment.pass(300_000);
  expect(tunnel.lookups).toHaveLength(16);
});

test('known pods remain while they answer, also when the endpoint lookup fails', async () => {
  await using server = await healthy();
  const tunnel = tunnelTo({ 'shop-0': server });
  await using environment = await openEnvironment(tunnel, [shop]);
  environment.engine.start();
  await environment.pass(0);
  tunnel.blind = new WireError('timeout', 'no answer in 5s');
  await environment.pass(30_000);
  expect(tunnel.lookups.length).toBeGreaterThan(1);
  expect(environment.health()).toEqual(['shop shop-0 up']);
  expect(environment.faults()).toEqual([]);
});

test('the reported reason is that the tunneling source is disabled', async () => {
  const tunnel = createTunnel([end('shop-0')]);
  const problem = {
    kind: 'unconfigured',
    source: 'k8s',
    message: '${env:KUBECONFIG} has no value',
    at: 0,
  } as const;
  const off = { ...entry(tunnel.module, 'off', {}), problem };
  const behind = { ...shop, via: { ...through, source: 'off' } };
  await using environment = await openEnvironment(tunnel, [off, behind]);
  environment.engine.start();
  await environment.pass(0);
  expect(environment.health()).toEqual(['shop unknown']);
  expect(environment.faults()).toContain(
    'shop: tunnel cut: off deployment/shop: off: ${env:KUBECONFIG} has no value',
  );
});

longTest('nothing is reached through a source with an identity mismatch', async () => {
  await using server = await healthy();
  const tunnel = tunnelTo({ 'shop-0': server });
  const message = 'another cluster answers here';
  tunnel.stranger = { kind: 'wrong-system', source: 'k8s', message, at: 0 };
  await using environment = await openEnvironment(tunnel, [shop]);
  environment.engine.start();
  await environment.pass(0);
  expect(environment.health()).toEqual(['shop unknown']);
  expect(environment.faults()).toEqual([`shop: tunnel cut: k8s deployment/shop: k8s: ${message}`]);
  expect(server.asked).toEqual([]);
  tunnel.stranger = undefined;
  await environment.pass(60_000);
  expect(environment.health()).toEqual(['shop shop-0 up']);
});

test('tunnels can be nested', async () => {
  await using server = await healthy();
  const tunnel = tunnelTo({ 'shop-0': server });
  const inner = { ...entry(tunnel.module, 'inner', {}, through), via: { ...through, target: 'pod/bastion' } };
  const behind = { ...shop, via: { ...through, source: 'inner' } };
  await using environment = await openEnvironment(tunnel, [behind, inner]);
  environment.engine.start();
  await environment.pass(0);
  expect(environment.health()).toEqual(['shop shop-0 up']);
  expect(tunnel.lookups).toEqual(['pod/bastion', 'deployment/shop']);
});

test('closing an environment closes all connections', async () => {
  await using server = await healthy();
  const tunnel = tunnelTo({ 'shop-0': server });
  const environment = await openEnvironment(tunnel, [shop]);
  environment.engine.start();
  await environment.pass(0);
  expect(tunnel.openWires()).toBe(1);
  await environment.engine.close();
  await server.drained();
  expect(tunnel.openWires()).toBe(0);
  expect(environment.clock.pending()).toBe(0);
});
