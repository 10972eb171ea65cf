import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { RunningSimulator } from '../../../src/simulator/simulator.ts';
import { startSimulator } from '../../../src/simulator/start.ts';
import { differences, shapeOf } from '../../simulator/support-shape.ts';
import { manualClock, withoutDelays } from '../../support/manual-clock.ts';
import { read } from '../ask.ts';
import { underTest } from '../setting.ts';
import { shopAt } from '../shop.ts';

const server = underTest();
const shop = shopAt(server);
let simulator: RunningSimulator;

interface Case {
  readonly path: string;
  /** Paths whose keys are object names, not fields. */
  readonly maps?: readonly string[];
  /** Parts that the real answer contains only at times: it is read until it does. */
  readonly contains?: RegExp;
}

const cases: readonly Case[] = [
  { path: '/circuitbreakers', maps: ['circuitBreakers'] },
  { path: '/circuitbreakerevents' },
  { path: '/health/readiness' },
  { path: '/metrics' },
  { path: '/metrics/hikaricp.connections' },
  { path: '/metrics/jvm.memory.used?tag=area:heap' },
  { path: '/metrics/http.server.requests' },
  { path: '/loggers/ROOT' },
  // A thread holds a monitor while it waits in its selector.
  { path: '/threaddump', contains: /"lockedMonitors":\[\{[^\]]*"moduleName"/ },
  { path: '/env/spring.application.name' },
  { path: '/nope' },
];

/** Metrics of the simulated system, which a plain Spring application does not have. */
const own = new Set(['orders_failed_total', 'orders_placed_total', 'sla_compliance_rate']);

/** '# TYPE name type' of all families, by name. */
const typesIn = (page: string): ReadonlyMap<string, string> =>
  new Map([...page.matchAll(/^# TYPE (\S+) (\S+)$/gm)].map(([, name = '', type = '']) => [name, type]));

describe('the simulated actuator has the shape of the real one', () => {
  beforeAll(async () => {
    simulator = await startSimulator('demo', {
      clock: withoutDelays(manualClock()),
      incident: 'dependency-down',
    });
    // Successful, failed and rejected calls: all kinds of events.
    await shop.call('broker');
    await shop.trip('broker');
    await shop.call('broker');
  });
  afterAll(async () => {
    await shop.reset('broker');
    await simulator.close();
  });
  const embedded = (): string => simulator.vars('production')['world.orders-0'] ?? '';

  test.each(cases)('$path', async ({ path, maps, contains = /./ }) => {
    const simulated: unknown = await (await fetch(`${embedded()}${path}`)).json();
    let text = await read(server, `/actuator${path}`);
    while (!contains.test(text)) text = await read(server, `/actuator${path}`);
    const real: unknown = JSON.parse(text);
    expect(differences(shapeOf(simulated, maps), shapeOf(real, maps))).toEqual([]);
  });

  test('/prometheus has the same families and types', async () => {
    const simulated = typesIn(await (await fetch(`${embedded()}/prometheus`)).text());
    const real = typesIn(await read(server, '/actuator/prometheus'));
    expect(simulated.size).toBeGreaterThan(20);
    expect([...simulated].filter(([name, type]) => !own.has(name) && real.get(name) !== type)).toEqual([]);
  });
});
