import { expect, test } from 'vitest';
import type { SignalSpec } from '../../../src/domain/profile/profile.ts';
import { actuator } from '../../../src/sources/actuator/index.ts';
import { http } from '../../../src/sources/http/index.ts';
import type { SourceModule } from '../../../src/sources/kit/contract/source.ts';
import { promtext } from '../../../src/sources/promtext/index.ts';
import { longTest } from '../../support/layer.ts';
import { localServer } from '../../support/local-server.ts';
import { manualClock } from '../../support/manual-clock.ts';
import { toy } from '../toys.ts';
import { entry, openEnvironment, through } from './environment.ts';
import { healthy, tunnelTo } from './servers.ts';
import { end } from './tunnel.ts';

const bus = entry(
  actuator as SourceModule,
  'bus',
  { service: 'bus', breakers: false, pools: false },
  through,
);
/** Out of phase with the endpoint lookup. */
const quiet = { ...bus, config: { ...Object(bus.config), every: 7000 } };
const shop = entry(http as SourceModule, 'shop', { checks: [{ service: 'shop', path: '/health' }] }, through);

test('the row of a deleted pod disappears instead of going down, and its successor gets a new row', async () => {
  await using server = await healthy();
  const tunnel = tunnelTo({ 'bus-0': server, 'bus-1': server });
  await using environment = await openEnvironment(tunnel, [quiet]);
  environment.engine.start();
  await environment.pass(0);
  expect(environment.health()).toEqual(['bus bus-0 up', 'bus bus-1 up']);

  tunnel.ends = [end('bus-1'), end('bus-2')];
  tunnel.leads.set('bus-2', server.port);
  await environment.pass(10_000);
  expect(environment.health()).toEqual(['bus bus-1 up', 'bus bus-2 up']);
  expect(environment.faults()).toEqual([]);
  const ids = environment.engine.feeds.filter(({ name }) => name === 'health').map(({ id }) => id);
  expect(ids).toEqual(['bus/health@bus-1', 'bus/health@bus-2']);
  expect(Object.keys(environment.engine.facts.getState().since)).toHaveLength(2);
  expect(tunnel.openWires()).toBe(2);
});

test('a failed connection reveals a deleted pod before the next lookup', async () => {
  await using server = await localServer((_, response) => {
    response.setHeader('connection', 'close');
    response.end('{"status":"UP"}');
  });
  const tunnel = tunnelTo({ 'shop-0': server });
  await using environment = await openEnvironment(tunnel, [shop]);
  environment.engine.start();
  await environment.pass(0);
  const seen = new Set<string>();
  environment.engine.facts.subscribe(() => {
    for (const row of environment.health()) seen.add(row);
  });
  tunnel.ends = [end('shop-1')];
  tunnel.leads.set('shop-1', server.port);
  tunnel.leads.set('shop-0', 1);
  await environment.pass(5000);
  expect(environment.health()).toEqual(['shop shop-1 up']);
  expect([...seen]).not.toContain('shop shop-0 down');
});

test('a broken connection triggers a lookup of the pods', async () => {
  await using server = await healthy();
  const tunnel = tunnelTo({ 'shop-0': server });
  await using environment = await openEnvironment(tunnel, [shop]);
  environment.engine.start();
  await environment.pass(1000);
  tunnel.ends = [end('shop-1')];
  tunnel.leads.set('shop-1', server.port);
  tunnel.cut();
  tunnel.restore();
  await environment.pass(0);
  expect(environment.health()).toEqual(['shop shop-1 up']);
});

test('a feed with change notifications is listened to while its pods exist', async () => {
  const tunnel = tunnelTo({ 'pushed-0': { port: 1 } });
  const clock = manualClock();
  const pushed = toy(clock, 'pushed/rows', { pushes: true });
  const module: SourceModule = {
    ...tunnel.module,
    type: 'pushed',
    open: async ({ id }) => ({ id, feeds: [pushed.feed], operations: [], close: async () => {} }),
  };
  await using environment = await openEnvironment(tunnel, [entry(module, 'pushed', {}, through)], {
    modules: [tunnel.module, module],
  });
  environment.engine.start();
  await environment.pass(0);
  expect(pushed.listeners()).toBe(1);
  tunnel.ends = [];
  await environment.pass(10_000);
  expect(pushed.listeners()).toBe(0);
  tunnel.ends = [end('pushed-1')];
  await environment.pass(4000);
  expect(pushed.listeners()).toBe(1);
});

test('facts of an unchanged pod are kept while others come and go', async () => {
  await using server = await healthy();
  const tunnel = tunnelTo({ 'bus-0': server });
  await using environment = await openEnvironment(tunnel, [bus]);
  environment.engine.start();
  await environment.pass(0);
  const rows: (readonly string[])[] = [];
  environment.engine.facts.subscribe(() => rows.push(environment.health()));
  tunnel.ends = [end('bus-0'), end('bus-1')];
  tunnel.leads.set('bus-1', server.port);
  await environment.pass(10_000);
  expect(rows.every((seen) => seen.includes('bus bus-0 up'))).toBe(true);
  expect(environment.health()).toEqual(['bus bus-0 up', 'bus bus-1 up']);
});

test('the same pods in another order, or one with a new UID, do not interrupt the feeds', async () => {
  await using server = await healthy();
  const tunnel = tunnelTo({ 'bus-0': server, 'bus-1': server });
  await using environment = await openEnvironment(tunnel, [bus]);
  environment.engine.start();
  await environment.pass(0);
  const feeds = [...environment.engine.feeds];
  tunnel.ends = [end('bus-1', 'another'), end('bus-0')];
  await environment.pass(20_000);
  expect(environment.engine.feeds).toEqual(feeds);
  expect(tunnel.dialled).toHaveLength(2);
});

test('without live pods the rows disappear, expected services are unknown, and all return with the pods', async () => {
  await using server = await healthy();
  const tunnel = tunnelTo({ 'bus-0': server });
  await using environment = await openEnvironment(tunnel, [bus]);
  environment.engine.start();
  await environment.pass(0);
  tunnel.ends = [];
  await environment.pass(10_000);
  expect(environment.health()).toEqual(['bus unknown']);
  expect(environment.faults()).toEqual([
    'bus: tunnel cut: k8s deployment/shop: no pod or container of the target is running: start one, or correct the target',
  ]);
  expect(environment.engine.feeds).toEqual([]);
  tunnel.ends = [end('bus-0', 'new')];
  await environment.pass(4000);
  expect(environment.health()).toEqual(['bus bus-0 up']);
  expect(environment.faults()).toEqual([]);
});

const orders: SignalSpec = {
  id: 'orders',
  title: 'Orders',
  source: 'page',
  read: { metric: 'orders' },
  unit: '',
  threshold: {},
  covers: [],
  position: { file: 'toys.yaml', line: 1, col: 1 },
};

longTest('a signal has a row per pod while there are several, and none for a deleted pod', async () => {
  await using server = await localServer((_, response) => void response.end('orders 7\n'));
  const tunnel = tunnelTo({ 'shop-0': server });
  const page = entry(promtext as SourceModule, 'page', { url: 'http://shop/actuator/prometheus' }, through);
  await using environment = await openEnvironment(tunnel, [page], { signals: [orders] });
  const { engine } = environment;
  const shown = () => engine.snapshot().signals.map(({ key, value }) => `${key} ${value}`);
  engine.start();
  await environment.pass(0);
  expect(shown()).toEqual(['orders 7']);
  expect(server.asked[0]).toBe('GET /actuator/prometheus');

  tunnel.ends = [end('shop-0'), end('shop-1')];
  tunnel.leads.set('shop-1', server.port);
  await environment.pass(10_000);
  expect(shown()).toEqual(['orders{instance=shop-0} 7', 'orders{instance=shop-1} 7']);

  tunnel.ends = [end('shop-1')];
  await environment.pass(10_000);
  expect(shown()).toEqual(['orders 7']);
  const { verdicts, history } = engine.facts.getState();
  expect([Object.keys(verdicts), Object.keys(history)]).toEqual([['orders'], ['orders']]);
});
