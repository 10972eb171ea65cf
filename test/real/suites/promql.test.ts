import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { SystemModel } from '../../../src/simulator/model/system-model.ts';
import { monitorFor } from '../../../src/simulator/monitoring/monitor.ts';
import type { RunningServer } from '../../../src/simulator/servers/http/http-server.ts';
import { startPrometheusServer } from '../../../src/simulator/servers/prometheus/server.ts';
import { systemSpec } from '../../../src/simulator/systems.ts';
import { valueAt } from '../../simulator/ask.ts';
import { freePort } from '../../support/free-port.ts';
import { manualClock } from '../../support/manual-clock.ts';
import { type Launched, launch } from '../machine/launch.ts';

/** Both evaluate the same queries on the same samples: the simulator's evaluator, and a Prometheus with its history. */
const queries: readonly string[] = [
  'up',
  'sum(up)',
  'time()',
  'vector(1) + 2 * 3 ^ 2 ^ 0.5 - -1',
  'sum by (job) (rate(http_server_requests_seconds_count[1m]))',
  'sum(rate(http_server_requests_seconds_count[5m]))',
  'increase(events_processed_total[2m])',
  'irate(events_processed_total[1m])',
  '100 * (sum(rate(http_server_requests_seconds_count{job="bus",status=~"5.."}[5m])) or vector(0)) / sum(rate(http_server_requests_seconds_count{job="bus"}[5m]))',
  '100 * sum by (job) (rate(http_server_requests_seconds_count{status=~"5.."}[1m])) / sum by (job) (rate(http_server_requests_seconds_count[1m])) > 1',
  'histogram_quantile(0.95, sum by (le) (rate(http_server_requests_seconds_bucket[5m])))',
  '1000 * histogram_quantile(0.99, sum by (le, job) (rate(http_server_requests_seconds_bucket[1m])))',
  'topk(3, 1000 * histogram_quantile(0.95, sum by (uri,le) (rate(http_server_requests_seconds_bucket[5m]))))',
  'topk(20, sum by (uri,status) (rate(http_server_requests_seconds_count{status=~"5.."}[5m])))',
  'bottomk(2, system_cpu_usage)',
  '100 * sum by (pod) (jvm_memory_used_bytes{area="heap"}) / sum by (pod) (jvm_memory_max_bytes{area="heap"} > 0)',
  'max by (name,state) (resilience4j_circuitbreaker_state{state=~"open|forced_open|half_open"}) == 1',
  'max by (name) (resilience4j_circuitbreaker_failure_rate)',
  'sum by (name,kind) (resilience4j_circuitbreaker_buffered_calls)',
  'hikaricp_connections_active / hikaricp_connections_max >= bool 0.1',
  'min(sla_compliance_rate) < 95',
  'avg without (pod, instance) (sla_compliance_rate)',
  'count by (job) (up == 1)',
  'absent(up{job="absent",pod!="x"})',
  'absent(up)',
  'up unless on(job) up{job="bus"}',
  'up{job="bus"} and on(pod) resilience4j_circuitbreaker_state{state="open"} == 1',
  'jvm_threads_live_threads offset 1m',
  'rate(http_server_requests_seconds_sum[1m] offset 30s) / rate(http_server_requests_seconds_count[1m] offset 30s)',
  'avg_over_time(system_cpu_usage[1m])',
  'max_over_time(jvm_threads_live_threads[2m]) - min_over_time(jvm_threads_live_threads[2m])',
  'up{job!="bus",pod!~"orders.*"}',
  'scalar(sum(up)) % 4',
  '-sum(up)',
  'sum(up) > bool 3',
  'count(http_server_requests_seconds_count) by (status)',
];

/** Both are part of the Debian package prometheus. */
const programs = { tool: 'promtool', server: 'prometheus' };

const startedAt = Date.parse('2026-03-04T10:15:07Z');
/** The samples before the start that the queries reach, in ms. */
const pastMs = 2 * 3_600_000;
const times = [95, 131, 217].map((seconds) => startedAt / 1000 + seconds);
let dir: string;
let simulator: RunningServer;
let real: string;
let launched: Launched | undefined;

const ask = async (base: string, query: string, time: number): Promise<unknown> =>
  (await fetch(`${base}/api/v1/query?${new URLSearchParams({ query, time: String(time) })}`)).json();

beforeAll(async () => {
  const clock = manualClock(startedAt);
  const model = new SystemModel(systemSpec('demo'), { startedAt });
  const view = { model, clock, env: 'production' };
  const { history } = monitorFor(view);
  model.injectEarlier('dependency-down', 'production');
  simulator = await startPrometheusServer(view);
  await clock.advance(240_000);
  model.environmentAt('production', clock.now());
  dir = mkdtempSync(join(tmpdir(), 'promql-'));
  const byName = Map.groupBy(history.named(undefined), ({ metric }) => metric.__name__ ?? '');
  const lines = [...byName].flatMap(([name, series]) => [
    `# TYPE ${name} unknown`,
    ...series.flatMap((timeSeries) => {
      const labels = Object.entries(timeSeries.metric).filter(([label]) => label !== '__name__');
      const text = labels.map(([label, value]) => `${label}=${JSON.stringify(value)}`).join(',');
      const { at, values } = timeSeries.between(startedAt - pastMs, Number.POSITIVE_INFINITY);
      return at.map((time, index) => `${name}{${text}} ${values[index]} ${time / 1000}`);
    }),
  ]);
  writeFileSync(join(dir, 'history.txt'), `${lines.join('\n')}\n# EOF\n`);
  writeFileSync(join(dir, 'empty.yml'), 'global: {}\n');
  execFileSync(programs.tool, ['tsdb', 'create-blocks-from', 'openmetrics', 'history.txt', 'data'], {
    cwd: dir,
  });
  const port = await freePort();
  real = `http://127.0.0.1:${port}`;
  launched = await launch({
    program: programs.server,
    args: [
      '--config.file=empty.yml',
      '--storage.tsdb.path=data',
      '--storage.tsdb.retention.time=50y',
      `--web.listen-address=127.0.0.1:${port}`,
    ],
    dir,
    readyUrl: `${real}/-/ready`,
    withinMs: 20_000,
    signal: new AbortController().signal,
  });
}, 60_000);

afterAll(async () => {
  await launched?.end();
  await simulator?.close();
  if (dir !== undefined) rmSync(dir, { recursive: true, force: true });
});

interface Row {
  readonly metric: string;
  readonly value: number;
}

/** A response in comparable form: rows sorted by labels. */
const rowsOf = (answer: unknown): readonly Row[] | unknown => {
  const result = valueAt(answer, 'data', 'result');
  if (!Array.isArray(result)) return valueAt(answer, 'error');
  if (valueAt(answer, 'data', 'resultType') === 'scalar') return [{ metric: '', value: Number(result[1]) }];
  return result
    .map((row) => ({
      metric: JSON.stringify(valueAt(row, 'metric')),
      value: Number(valueAt(row, 'value', '1')),
    }))
    .sort((a, b) => (a.metric < b.metric ? -1 : 1));
};

const near = (value: unknown): unknown =>
  Array.isArray(value)
    ? value.map((row: Row) => ({
        ...row,
        value: Number.isFinite(row.value) && row.value !== 0 ? Number(row.value.toPrecision(9)) : row.value,
      }))
    : value;

describe('the simulator’s PromQL returns the same results', () => {
  test.each(queries)('%s', async (query) => {
    for (const time of times) {
      const simulated = rowsOf(await ask(simulator.url, query, time));
      const expected = rowsOf(await ask(real, query, time));
      expect(near(simulated), `at ${time}`).toEqual(near(expected));
    }
  });

  test('the queries return rows', async () => {
    const empty: string[] = [];
    for (const query of queries) {
      const results = await Promise.all(
        times.map(async (time) => rowsOf(await ask(simulator.url, query, time))),
      );
      if (results.every((rows) => Array.isArray(rows) && rows.length === 0)) empty.push(query);
    }
    expect(empty).toEqual(['absent(up)']);
  });
});
