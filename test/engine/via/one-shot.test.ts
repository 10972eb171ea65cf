import { expect, test } from 'vitest';
import { WireError } from '../../../src/platform/runtime/wire-error.ts';
import { http } from '../../../src/sources/http/index.ts';
import type { SourceModule } from '../../../src/sources/kit/contract/source.ts';
import { entry, openEnvironment, through } from './environment.ts';
import { healthy, tunnelTo } from './servers.ts';
import { createTunnel, end } from './tunnel.ts';

const shop = entry(http as SourceModule, 'shop', { checks: [{ service: 'shop', path: '/health' }] }, through);
const oneShot = { memory: false };

test('a single reading looks up the pods first', async () => {
  await using server = await healthy();
  const tunnel = tunnelTo({ 'shop-0': server, 'shop-1': server });
  await using environment = await openEnvironment(tunnel, [shop], oneShot);
  await environment.engine.readOnce(10_000);
  expect(environment.health()).toEqual(['shop shop-0 up', 'shop shop-1 up']);
  expect(environment.faults()).toEqual([]);
  expect(environment.engine.snapshot().level).toBe('ok');
});

test('a single reading that cannot look up the pods gives the reason', async () => {
  const tunnel = createTunnel([]);
  tunnel.blind = new WireError('unreachable', 'connection refused');
  await using environment = await openEnvironment(tunnel, [shop], oneShot);
  await environment.engine.readOnce(10_000);
  expect(environment.health()).toEqual(['shop unknown']);
  expect(environment.faults()).toEqual(['shop: tunnel cut: k8s deployment/shop: connection refused']);
  expect(environment.engine.snapshot().level).toBe('unknown');
});

test('a slow endpoint lookup ends with the reading, and delays no other source', async () => {
  await using server = await healthy();
  const tunnel = createTunnel([end('shop-0')]);
  const slow = tunnel.module;
  const module: SourceModule = {
    ...slow,
    open: async (opening, io) => {
      const source = await slow.open(opening, io);
      return { ...source, resolveEndpoints: () => new Promise(() => {}) };
    },
  };
  const straight = entry(http as SourceModule, 'other', { url: server.url, checks: [{ service: 'other' }] });
  await using environment = await openEnvironment({ ...tunnel, module }, [shop, straight], oneShot);
  const reading = environment.engine.readOnce(2000);
  await environment.pass(0);
  expect(environment.health()).toContain('other up');
  await environment.pass(2000);
  await reading;
  expect(environment.health()).toEqual(['other up', 'shop unknown']);
  expect(environment.faults()).toEqual([
    'shop: tunnel cut: k8s deployment/shop: the lookup of the endpoint timed out',
  ]);
});

test('the identity cannot be confirmed while the tunnel is down', async () => {
  const tunnel = createTunnel([]);
  await using environment = await openEnvironment(tunnel, [shop], oneShot);
  const { engine } = environment;
  const { signal } = new AbortController();
  expect(await engine.confirmIdentity('shop', signal)).toMatchObject({
    message:
      'tunnel cut: k8s deployment/shop: no pod or container of the target is running: start one, or correct the target',
  });
  expect(await engine.sources.get('shop')?.doctor?.(signal)).toEqual([
    {
      source: 'shop',
      ok: false,
      what: 'tunnel cut: k8s deployment/shop: no pod or container of the target is running: start one, or correct the target',
    },
  ]);
});

test('doctor names the pods behind the tunnel', async () => {
  await using server = await healthy();
  const tunnel = tunnelTo({ 'shop-0': server, 'shop-1': server });
  await using environment = await openEnvironment(tunnel, [shop], oneShot);
  const found = await environment.engine.sources.get('shop')?.doctor?.(new AbortController().signal);
  expect(found?.map(({ ok, what }) => `${ok} ${what}`)).toEqual([
    'true through k8s deployment/shop: shop-0, shop-1',
    'true GET http://shop-0:8081/health: up',
    'true GET http://shop-1:8081/health: up',
  ]);
});

test('a source that does not support tunnels is reported as such', async () => {
  const tunnel = createTunnel([end('shop-0')]);
  const {
    resolveEndpoints: _,
    dial: __,
    ...bare
  } = await tunnel.module.open({ id: 'k8s', env: 'test', config: {}, signals: [] }, {} as never);
  const module: SourceModule = { ...tunnel.module, open: async () => bare };
  await using environment = await openEnvironment({ ...tunnel, module }, [shop], oneShot);
  await environment.engine.readOnce(1000);
  expect(environment.faults()).toEqual([
    'shop: tunnel cut: k8s deployment/shop: source k8s cannot be used as a tunnel',
  ]);
});
