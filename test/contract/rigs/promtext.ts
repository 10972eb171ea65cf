import { expect } from 'vitest';
import { startPromtextServer } from '../../../src/simulator/servers/spring/promtext.ts';
import type { SourceRig, TimelessFact } from '../../../src/testing/source-rig.ts';
import { contractView } from './simulator.ts';

const source = 'promtext';
const sample = (signal: string, more: object): TimelessFact => ({ source, signal, labels: {}, ...more });

/** Every metric family of the page, in order: name, type, number of samples. */
const families: readonly (readonly [string, string, number])[] = [
  ['application_ready_time_seconds', 'gauge', 1],
  ['application_started_time_seconds', 'gauge', 1],
  ['hikaricp_connections', 'gauge', 1],
  ['hikaricp_connections_active', 'gauge', 1],
  ['hikaricp_connections_idle', 'gauge', 1],
  ['hikaricp_connections_max', 'gauge', 1],
  ['hikaricp_connections_min', 'gauge', 1],
  ['hikaricp_connections_pending', 'gauge', 1],
  ['hikaricp_connections_timeout_total', 'counter', 1],
  ['http_server_requests_seconds', 'histogram', 36],
  ['http_server_requests_seconds_max', 'gauge', 2],
  ['jvm_gc_overhead', 'gauge', 1],
  ['jvm_memory_committed_bytes', 'gauge', 2],
  ['jvm_memory_max_bytes', 'gauge', 2],
  ['jvm_memory_used_bytes', 'gauge', 2],
  ['jvm_threads_live_threads', 'gauge', 1],
  ['process_cpu_time_ns_total', 'counter', 1],
  ['process_cpu_usage', 'gauge', 1],
  ['process_start_time_seconds', 'gauge', 1],
  ['process_uptime_seconds', 'gauge', 1],
  ['resilience4j_circuitbreaker_buffered_calls', 'gauge', 4],
  ['resilience4j_circuitbreaker_failure_rate', 'gauge', 2],
  ['resilience4j_circuitbreaker_not_permitted_calls_total', 'counter', 2],
  ['resilience4j_circuitbreaker_slow_call_rate', 'gauge', 2],
  ['resilience4j_circuitbreaker_slow_calls', 'gauge', 4],
  ['resilience4j_circuitbreaker_state', 'gauge', 12],
  ['system_cpu_count', 'gauge', 1],
  ['system_cpu_usage', 'gauge', 1],
];

const maxMemory = {
  help: 'The maximum amount of memory in bytes that can be used for memory management',
};

export const promtextRig: SourceRig = {
  type: 'promtext',
  start: (clock) => startPromtextServer(contractView(clock), 'bus-0'),
  config: (url, secret) => ({
    url,
    service: 'bus',
    auth: { basic: { user: 'opsdeck', password: secret } },
    identity: { path: '', text: 'main_application_class="app.Main"' },
  }),
  signals: [
    { id: 'heap', read: { metric: 'jvm_memory_used_bytes', labels: { area: 'heap' }, fold: 'sum' } },
    { id: 'memory', read: { metric: 'jvm_memory_max_bytes' } },
    { id: 'idle', read: { metric: ['no_such_pool', 'hikaricp_connections_idle'] } },
    {
      id: 'waiting',
      read: { metric: 'hikaricp_connections_active', ratioTo: { metric: 'hikaricp_connections_pending' } },
    },
    { id: 'p95', read: { metric: 'http_server_requests_seconds', quantile: 0.95, fold: 'sum' } },
    { id: 'calls', read: { metric: 'http_server_requests_seconds_count', labels: { method: '~P.*' } } },
  ],
  healthy: {
    'promtext/metrics': {
      items: [
        sample('heap', { value: 208_260_450, metric: { help: 'The amount of used memory' } }),
        sample('memory', {
          labels: { area: 'heap', id: 'ZHeap' },
          value: 512 * 1024 * 1024,
          metric: maxMemory,
        }),
        sample('memory', { labels: { area: 'nonheap', id: 'Metaspace' }, value: -1, metric: maxMemory }),
        sample('idle', {
          labels: { pool: 'HikariPool-1', metric: 'hikaricp_connections_idle' },
          value: 10,
          metric: { help: 'Idle connections' },
        }),
        sample('waiting', {
          labels: { pool: 'HikariPool-1' },
          why: '0 divided by 0',
          metric: { help: 'Active connections' },
        }),
        sample('p95', { value: expect.closeTo(0.00475, 8) }),
        sample('calls', {
          labels: {
            error: 'none',
            exception: 'none',
            method: 'POST',
            outcome: 'SUCCESS',
            status: '200',
            uri: '/api/v1/events',
          },
          value: 39_365,
        }),
      ],
    },
    'promtext/families': {
      items: families.map(([name, type, count]) => ({
        source,
        title: name,
        text: expect.stringMatching(new RegExp(`^${type}, ${count} samples?(: .+)?$`)),
      })),
    },
  },
  unknowns: {
    'promtext/metrics': ({ items }) =>
      items.flatMap((item) => ('signal' in item && item.signal === 'waiting' ? [item.value] : [])),
  },
  operations: {},
};
