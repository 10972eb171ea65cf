import { expect } from 'vitest';
import type { Breaker } from '../../../src/kinds/breakers/fact.ts';
import { startActuatorServer } from '../../../src/simulator/servers/spring/actuator.ts';
import type { Facts, SourceRig, TimelessFact } from '../../../src/testing/source-rig.ts';
import { contractView } from './simulator.ts';

const source = 'actuator';
const who = { source, service: 'bus', instance: 'bus-0' };
const health = { ...who, env: 'test', status: 'up', detail: '', httpStatus: 200 };
const up = (...names: readonly string[]) => names.map((name) => ({ name, status: 'UP' }));

const breaker = {
  ...who,
  state: 'closed',
  failureRateThreshold: 50,
  slowCallRateThreshold: 100,
  failedCalls: 0,
  slowCalls: 0,
  notPermittedCalls: 0,
};
const pool: TimelessFact = {
  ...who,
  name: 'HikariPool-1',
  kind: 'hikari',
  active: 0,
  idle: 10,
  pending: 0,
  max: 10,
};
const { idle: _, ...poolWithoutIdle } = pool;
const note = (title: string, text: string): TimelessFact => ({ source, title: `bus-0 ${title}`, text });

const isBreaker = (item: object): item is Breaker => 'state' in item;
const ratesOf = (name: string, facts: Facts): readonly unknown[] =>
  facts.items
    .filter(isBreaker)
    .filter((item) => item.name === name)
    .flatMap((item) => [item.failureRate, item.slowCallRate]);

export const actuatorRig: SourceRig = {
  type: 'actuator',
  start: (clock) => startActuatorServer(contractView(clock), 'bus-0'),
  config: (url, secret) => ({
    service: 'bus',
    instances: { 'bus-0': url },
    groups: ['readiness'],
    auth: { basic: { user: 'opsdeck', password: secret } },
    identity: { path: '/info', json: { build: { name: 'bus' } } },
  }),
  signals: [
    { id: 'heap.max', read: { metric: ['no.such.meter', 'jvm.memory.max'], tag: { area: 'heap' } } },
    { id: 'errors', read: { metric: 'http.server.requests', tag: { status: 500 }, statistic: 'COUNT' } },
  ],
  healthy: {
    'actuator/health@bus-0': {
      items: [
        {
          ...health,
          components: up(
            'broker',
            'circuitBreakers',
            'circuitBreakers/broker',
            'circuitBreakers/spare',
            'db',
            'diskSpace',
            'livenessState',
            'ping',
            'readinessState',
            'ssl',
          ),
        },
      ],
    },
    'actuator/health:readiness@bus-0': { items: [{ ...health, service: 'bus/readiness', components: [] }] },
    'actuator/breakers@bus-0': {
      items: [
        { ...breaker, name: 'broker', bufferedCalls: 20, failureRate: 0, slowCallRate: 0 },
        { ...breaker, name: 'spare', bufferedCalls: 0 },
      ],
    },
    'actuator/pools@bus-0': { items: [pool] },
    'actuator/metrics:heap.max@bus-0': {
      items: [
        {
          source,
          signal: 'heap.max',
          labels: {},
          value: 512 * 1024 * 1024,
          metric: {
            help: 'The maximum amount of memory in bytes that can be used for memory management',
            unit: 'bytes',
          },
        },
      ],
    },
    'actuator/metrics:errors@bus-0': {
      items: [{ source, signal: 'errors', labels: {}, why: expect.stringContaining('not registered yet') }],
    },
    'actuator/info@bus-0': {
      items: [
        note('git.branch', 'main'),
        note('git.commit.id', '7048ed7'),
        note('git.commit.time', '2026-02-17T09:30:00Z'),
        note('build.artifact', 'bus'),
        note('build.name', 'bus'),
        note('build.time', '2026-02-17T09:30:00Z'),
        note('build.version', '2.4.1'),
        note('build.group', 'test'),
      ],
    },
    'actuator/loggers@bus-0': { items: [note('ROOT', 'INFO')] },
    'actuator/threads@bus-0': {
      items: [
        note('threads', '13: 10 WAITING, 3 RUNNABLE'),
        note(
          '10 WAITING',
          'at org.apache.tomcat.util.threads.TaskQueue.take(TaskQueue.java:141): http-nio-8080-exec-1, http-nio-8080-exec-2, http-nio-8080-exec-3, http-nio-8080-exec-4 and 6 more',
        ),
        note('1 RUNNABLE', 'without a stack trace: DestroyJavaVM'),
        note(
          '1 RUNNABLE',
          'at org.apache.tomcat.util.net.NioEndpoint$Poller.run(NioEndpoint.java:739): http-nio-8080-Poller',
        ),
        note(
          '1 RUNNABLE',
          'at org.apache.tomcat.util.net.Acceptor.run(Acceptor.java:130): http-nio-8080-Acceptor',
        ),
      ],
    },
    'actuator/environment@bus-0': {
      items: [
        note('active profiles', 'none'),
        note('info.app.version', '2.4.1  (application.yml)'),
        note('spring.application.name', 'bus  (application.yml)'),
        note('spring.datasource.hikari.maximum-pool-size', '10  (application.yml)'),
        note('spring.datasource.password', '…  (application.yml)'),
        note('spring.threads.virtual.enabled', 'true  (application.yml)'),
      ],
    },
    'actuator/meters@bus-0': {
      items: [
        'hikaricp.connections',
        'hikaricp.connections.active',
        'hikaricp.connections.idle',
        'hikaricp.connections.max',
        'hikaricp.connections.min',
        'hikaricp.connections.pending',
        'hikaricp.connections.timeout',
        'hikaricp.connections.usage',
        'http.server.requests',
        'jvm.memory.committed',
        'jvm.memory.max',
        'jvm.memory.used',
        'jvm.threads.live',
        'jvm.threads.states',
        'process.cpu.usage',
        'process.start.time',
        'process.uptime',
        'resilience4j.circuitbreaker.buffered.calls',
        'resilience4j.circuitbreaker.failure.rate',
        'resilience4j.circuitbreaker.not.permitted.calls',
        'resilience4j.circuitbreaker.slow.call.rate',
        'resilience4j.circuitbreaker.state',
        'system.cpu.usage',
      ].map((name) => note(name, '')),
    },
    // None of its events is a transition, so the state is known only as "at least since".
    'actuator/events@bus-0': {
      items: [
        note(
          'broker has no recorded transition',
          'none in the last 100 events: the last transition was before 2026-03-04T10:14:47.200Z',
        ),
      ],
    },
  },
  unknowns: {
    'actuator/breakers@bus-0': (facts) => ratesOf('spare', facts),
    'actuator/metrics:errors@bus-0': ({ items }) =>
      items.map((item) => ('value' in item ? item.value : undefined)),
  },
  partial: {
    denied: /connections\.idle/,
    feed: 'actuator/pools@bus-0',
    items: [poolWithoutIdle],
  },
  operations: {
    breaker: { name: 'broker', to: 'close' },
    logger: { name: 'app.bus', level: 'DEBUG' },
    loggerLevel: { name: 'app.bus' },
    heapDump: {},
  },
};
