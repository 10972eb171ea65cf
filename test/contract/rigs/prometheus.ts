import type { Breaker } from '../../../src/kinds/breakers/fact.ts';
import { startPrometheusServer } from '../../../src/simulator/servers/prometheus/server.ts';
import type { Facts, SourceRig, TimelessFact } from '../../../src/testing/source-rig.ts';
import { contractView } from './simulator.ts';

const source = 'prometheus';
const who = { source, service: 'bus', instance: 'bus-0:8080' };

const pool: TimelessFact = {
  ...who,
  name: 'HikariPool-1',
  kind: 'hikari',
  active: 1,
  idle: 9,
  max: 10,
  pending: 0,
};
const { idle: _, ...poolWithoutIdle } = pool;
const breaker = { ...who, state: 'closed', failedCalls: 0, slowCalls: 0, notPermittedCalls: 0 };
const target = { instance: 'bus-0:8080', job: 'bus', pod: 'bus-0' };
const alert = { source, since: Date.parse('2026-03-04T10:13:42Z') };

const rule = (name: string, forMs: number, severity: string) => ({
  name,
  expr: 'up == 1',
  forMs,
  labels: { severity },
  annotations: { summary: '{{ $labels.job }} answers' },
});

const isBreaker = (item: object): item is Breaker => 'state' in item && 'service' in item;
const spareRates = ({ items }: Facts): readonly unknown[] =>
  items
    .filter(isBreaker)
    .filter(({ name }) => name === 'spare')
    .flatMap(({ failureRate, slowCallRate }) => [failureRate, slowCallRate]);

export const prometheusRig: SourceRig = {
  type: 'prometheus',
  start: (clock) => {
    const alerts = [rule('Answers', 0, 'info'), rule('StillAnswers', 3_600_000, 'critical')];
    return startPrometheusServer(contractView(clock, alerts));
  },
  config: (url, secret) => ({
    url,
    facts: { breakers: 'resilience4j', pools: 'hikaricp' },
    rules: ['Answers'],
    // Timeouts advance our clock but not the server's: short ones keep the difference below the resolution.
    timeout: '500ms',
    auth: { basic: { user: 'opsdeck', password: secret } },
    identity: { path: '/api/v1/status/buildinfo', json: { 'data.version': '2.42.0' } },
  }),
  signals: [
    { id: 'up', read: { query: 'up' } },
    { id: 'targets', read: { query: 'up == 1', fold: 'count' } },
    { id: 'ratio', read: { query: 'up * 0 / 0' } },
  ],
  healthy: {
    'prometheus/query:up': {
      items: [{ source, signal: 'up', labels: { __name__: 'up', ...target }, value: 1 }],
    },
    'prometheus/query:targets': {
      items: [
        {
          source,
          signal: 'targets',
          labels: {},
          value: 1,
          fold: 'count',
          parts: {
            [JSON.stringify({ __name__: 'up', instance: 'bus-0:8080', job: 'bus', pod: 'bus-0' })]: 1,
          },
        },
      ],
    },
    'prometheus/query:ratio': {
      items: [
        {
          source,
          signal: 'ratio',
          labels: target,
          why: 'the result is NaN, not a number: check the query for a division by 0',
        },
      ],
    },
    'prometheus/alerts': {
      items: [
        {
          ...alert,
          name: 'Answers',
          severity: 'info',
          state: 'firing',
          labels: { ...target, severity: 'info' },
          summary: 'bus answers',
        },
        {
          ...alert,
          name: 'StillAnswers',
          severity: 'critical',
          state: 'pending',
          labels: { ...target, severity: 'critical' },
          summary: 'bus answers',
        },
      ],
    },
    'prometheus/breakers': {
      items: [
        { ...breaker, name: 'broker', bufferedCalls: 20, failureRate: 0, slowCallRate: 0 },
        { ...breaker, name: 'spare', bufferedCalls: 0 },
      ],
    },
    'prometheus/pools': { items: [pool] },
    'prometheus/targets': {
      items: [
        {
          source,
          title: 'bus bus-0:8080',
          text: 'up in 4 ms · http://bus-0:8080/actuator/prometheus',
        },
      ],
    },
    'prometheus/rules': {
      items: [
        { source, title: 'Answers', text: 'firing · up == 1 · severity info' },
        { source, title: 'StillAnswers', text: 'pending · up == 1 · for 1h · severity critical' },
      ],
    },
  },
  unknowns: {
    'prometheus/breakers': spareRates,
    'prometheus/query:ratio': ({ items }) => items.map((item) => ('value' in item ? item.value : undefined)),
  },
  histories: ['prometheus/query:up', 'prometheus/query:targets', 'prometheus/query:ratio'],
  partial: {
    denied: /hikaricp_connections_idle/,
    feed: 'prometheus/pools',
    items: [poolWithoutIdle],
  },
  operations: {},
};
