import { expect } from 'vitest';
import type { Breaker } from '../../../src/kinds/breakers/fact.ts';
import type { Facts, TimelessFact } from '../../../src/testing/source-rig.ts';
import { user } from '../servers/passwords.ts';
import type { RealRig } from '../stage.ts';
import { shopComponents } from './shop.ts';

const source = 'actuator';
const who = { source, service: 'shop', instance: 'shop-0' };
const health = { ...who, env: 'test', status: 'up', detail: '', httpStatus: 200 };
const breaker = {
  ...who,
  state: 'closed',
  failureRateThreshold: 50,
  slowCallRateThreshold: 100,
  bufferedCalls: 0,
  failedCalls: 0,
  slowCalls: 0,
  notPermittedCalls: 0,
};
const pool: TimelessFact = {
  ...who,
  name: 'shop-pool',
  kind: 'hikari',
  active: 0,
  idle: 5,
  pending: 0,
  max: 5,
};
const { idle: _, ...poolWithoutIdle } = pool;
const note = (title: string, text: unknown): TimelessFact => ({ source, title: `shop-0 ${title}`, text });
const isBreaker = (item: object): item is Breaker => 'failureRateThreshold' in item;

/** The Spring application, with unused breakers. */
export const actuatorRig: RealRig = {
  path: '/actuator',
  rig: {
    type: 'actuator',
    config: (url, password) => ({
      service: 'shop',
      instances: { 'shop-0': url },
      groups: ['readiness'],
      auth: { basic: { user, password } },
      identity: { path: '/info', json: { app: { name: 'shop' } } },
    }),
    signals: [
      { id: 'heap.max', read: { metric: ['no.such.meter', 'jvm.memory.max'], tag: { area: 'heap' } } },
      { id: 'errors', read: { metric: 'http.server.requests', tag: { status: 599 }, statistic: 'COUNT' } },
    ],
    healthy: {
      'actuator/health@shop-0': { items: [{ ...health, components: shopComponents }] },
      'actuator/health:readiness@shop-0': {
        items: [{ ...health, service: 'shop/readiness', components: [] }],
      },
      'actuator/breakers@shop-0': {
        items: [
          { ...breaker, name: 'broker' },
          { ...breaker, name: 'psp' },
        ],
      },
      'actuator/pools@shop-0': { items: [pool] },
      'actuator/metrics:heap.max@shop-0': {
        items: [
          {
            ...{ source, signal: 'heap.max', labels: {}, value: expect.any(Number) },
            metric: { help: expect.stringContaining('memory in bytes'), unit: 'bytes' },
          },
        ],
      },
      'actuator/metrics:errors@shop-0': {
        items: [{ source, signal: 'errors', labels: {}, why: expect.stringContaining('not registered yet') }],
      },
      'actuator/info@shop-0': {
        items: [
          note('app.name', 'shop'),
          note('app.version', '1.0.0'),
          note('app.motd', expect.stringMatching(/fresh bread$/)),
        ],
      },
      'actuator/loggers@shop-0': { items: expect.arrayContaining([note('ROOT', 'INFO')]) },
      // Another suite opens and closes its breakers; the order of the suites is undefined.
      'actuator/events@shop-0': { items: expect.any(Array) },
      'actuator/threads@shop-0': {
        items: expect.arrayContaining([note('threads', expect.stringMatching(/^\d+: .*WAITING/))]),
      },
      'actuator/environment@shop-0': {
        // Spring hides every value unless the service shows them.
        items: expect.arrayContaining([
          note('spring.application.name', expect.stringMatching(/^\*+ {2}\(application\.yml\)$/)),
        ]),
      },
      'actuator/meters@shop-0': { items: expect.arrayContaining([note('jvm.memory.used', '')]) },
    },
    // Threads come and go.
    moving: /"actuator\/threads@shop-0".*?(?=,"actuator\/environment@shop-0")/gs,
    unknowns: {
      'actuator/breakers@shop-0': ({ items }: Facts) =>
        items.filter(isBreaker).flatMap((item) => [item.failureRate, item.slowCallRate]),
      'actuator/metrics:errors@shop-0': ({ items }: Facts) =>
        items.map((item) => ('value' in item ? item.value : undefined)),
    },
    partial: { denied: /connections\.idle/, feed: 'actuator/pools@shop-0', items: [poolWithoutIdle] },
    operations: {
      breaker: { name: 'broker', to: 'force-open' },
      logger: { name: 'dev.opsdeck', level: 'DEBUG' },
      loggerLevel: { name: 'dev.opsdeck' },
      heapDump: { instance: 'shop-0' },
    },
  },
};
