import { afterEach, describe, expect, test } from 'vitest';
import type { RunningSimulator } from '../../src/simulator/simulator.ts';
import { startSimulator } from '../../src/simulator/start.ts';
import { manualClock, withoutDelays } from '../support/manual-clock.ts';
import { ask, valueAt } from './ask.ts';

const open: RunningSimulator[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((simulator) => simulator.close()));
});

const service = 'trademaster-trading-service';
const errors = (job: string): string =>
  `100 * (sum(rate(http_server_requests_seconds_count{job="${job}",status=~"5.."}[1m])) or vector(0)) / sum(rate(http_server_requests_seconds_count{job="${job}"}[1m]))`;
const p95 = (job: string): string =>
  `1000 * histogram_quantile(0.95, sum by (le) (rate(http_server_requests_seconds_bucket{job="${job}"}[1m])))`;

const stage = async (system: string, incident: string, env = 'production') => {
  const clock = manualClock();
  const simulator = await startSimulator(system, { clock: withoutDelays(clock), incident, incidentEnv: env });
  open.push(simulator);
  const at = (name: string): string => simulator.vars(env)[`world.${name}`] ?? '';
  return {
    simulator,
    at,
    wait: (seconds: number) => clock.advance(seconds * 1000),
    value: async (query: string): Promise<number> => {
      const { body } = await ask(`${at('prometheus')}/api/v1/query?${new URLSearchParams({ query })}`);
      return Number(valueAt(body, 'data', 'result', '0', 'value', '1'));
    },
    firing: async (): Promise<readonly string[]> => {
      const { body } = await ask(`${at('alertmanager')}/api/v2/alerts`);
      return [...new Set([body].flat().map((alert) => String(valueAt(alert, 'labels', 'alertname'))))].sort();
    },
    post: async (address: string, body?: unknown) => (await ask(address, 'POST', body)).status,
  };
};

describe('sla in the event bus', () => {
  const mode = '/api/v1/event-bus/performance/mode';
  const stats = '/api/v1/event-bus/performance/stats';
  const sla = 'min(sla_compliance_rate{job="event-bus-service"})';
  const strike = () => stage('event-bus', 'sla');

  test('has developed: too few requests are fast enough, visible in every source', async () => {
    const it = await strike();
    expect(await it.value(sla)).toBeLessThan(95);
    expect(await it.value(p95('event-bus-service'))).toBeGreaterThan(500);
    expect(await it.value(errors('event-bus-service'))).toBeLessThan(1);
    const { body } = await ask(`${it.at('event-bus-service-app')}${stats}`);
    expect(Number(valueAt(body, 'slaComplianceRate'))).toBeLessThan(95);
    expect(await it.firing()).toEqual(['HighAPILatencyP95', 'SLAComplianceIssue']);
  });

  test('is fixed by turning off the batch, through any instance', async () => {
    const it = await strike();
    expect((await ask(`${it.at('event-bus-service-1-app')}${mode}`)).body).toEqual({ batch: 'on' });
    expect(await it.post(`${it.at('event-bus-service-app')}${mode}`, { batch: 'off' })).toBe(200);
    await it.wait(15);
    expect(await it.value(sla)).toBeGreaterThan(95);
    expect(it.simulator.incident).toBeUndefined();
    await it.wait(60);
    expect(await it.value(p95('event-bus-service'))).toBeLessThan(200);
    expect(await it.firing()).toEqual([]);
  });

  test('is fixed by enough instances', async () => {
    const it = await strike();
    const scale = `${it.at('deploy')}/services/event-bus-service/scale`;
    await it.post(scale, { replicas: 4 });
    await it.wait(15);
    expect(await it.value(sla), 'one more is not enough').toBeLessThan(95);
    await it.post(scale, { replicas: 6 });
    await it.wait(15);
    expect(await it.value(sla)).toBeGreaterThan(95);
    expect(await it.value('count(up == 1)')).toBe(6);
    expect(it.simulator.incident).toBeUndefined();
  });

  test('is not fixed by restarting the database, or by an invalid command', async () => {
    const it = await strike();
    expect(await it.post(`${it.at('database')}/admin/restart`)).toBe(200);
    expect(await it.post(`${it.at('event-bus-service-app')}${mode}`, { cache: 'off' })).toBe(400);
    await it.wait(30);
    expect(await it.value(sla)).toBeLessThan(95);
    expect(it.simulator.incident).toBe('sla');
  });
});

describe('high-error-rate in trading', () => {
  const strike = () => stage('trading', 'high-error-rate');

  test('affects one request type of one release, and orders fail with one reason', async () => {
    const it = await strike();
    expect(await it.value(errors(service))).toBeGreaterThan(5);
    const worst =
      'topk(1, sum by (uri,method,status) (rate(http_server_requests_seconds_count{status=~"5.."}[1m])))';
    const { body } = await ask(
      `${it.at('prometheus')}/api/v1/query?${new URLSearchParams({ query: worst })}`,
    );
    expect(valueAt(body, 'data', 'result', '0', 'metric')).toEqual({
      method: 'POST',
      status: '500',
      uri: '/api/v1/orders',
    });
    expect(await it.value('sum(rate(orders_failed_total{reason="internal_error"}[1m]))')).toBeGreaterThan(1);
    expect(await it.firing()).toEqual(['HighErrorRate', 'OrderPlacementFailures']);
    expect((await ask(`${it.at(`${service}-app`)}/version`)).body).toMatchObject({ version: '2.4.0' });
  });

  test('is fixed by the previous version, and returns with the bad one', async () => {
    const it = await strike();
    const rollback = `${it.at('deploy')}/services/${service}/rollback`;
    expect((await ask(rollback, 'POST')).body).toMatchObject({ version: '2.3.1', previous: '2.4.0' });
    await it.wait(75);
    expect(await it.value(errors(service))).toBeLessThan(0.5);
    expect(await it.firing()).toEqual([]);
    expect(it.simulator.incident).toBeUndefined();
    await it.post(rollback);
    await it.wait(30);
    expect(await it.value(errors(service))).toBeGreaterThan(5);
  });

  test('is not fixed by more instances of the bad release', async () => {
    const it = await strike();
    expect(await it.post(`${it.at('deploy')}/services/${service}/scale`, { replicas: 4 })).toBe(200);
    await it.wait(75);
    expect(await it.value(errors(service))).toBeGreaterThan(5);
    expect(it.simulator.incident).toBe('high-error-rate');
  });
});

describe('high-latency in trading', () => {
  const strike = () => stage('trading', 'high-latency');

  test('exhausts the pool', async () => {
    const it = await strike();
    expect(await it.value(p95(service))).toBeGreaterThan(2000);
    expect(await it.value('min(hikaricp_connections_pending)')).toBeGreaterThan(0);
    expect(await it.value(errors(service))).toBeLessThan(1);
    expect(await it.firing()).toEqual([
      'CriticalAPILatencyP99',
      'DatabaseConnectionPoolExhaustion',
      'HighAPILatencyP95',
    ]);
  });

  test('is fixed by a third instance', async () => {
    const it = await strike();
    expect(await it.post(`${it.at('deploy')}/services/${service}/scale`, { replicas: 3 })).toBe(200);
    await it.wait(75);
    expect(await it.value(p95(service))).toBeLessThan(500);
    expect(await it.value('max(hikaricp_connections_pending)')).toBe(0);
    expect(await it.firing()).toEqual([]);
    expect(it.simulator.incident).toBeUndefined();
  });

  test('is not fixed by the previous version', async () => {
    const it = await strike();
    expect(await it.post(`${it.at('deploy')}/services/${service}/rollback`)).toBe(200);
    await it.wait(75);
    expect(await it.value(p95(service))).toBeGreaterThan(2000);
    expect(it.simulator.incident).toBe('high-latency');
  });
});

test.each([
  ['sla', 'orders', 'sla_compliance_rate{job="orders"} < 95'],
  ['high-error-rate', 'catalog', `${errors('catalog')} > 5`],
  ['high-latency', 'billing', `${p95('billing')} > 1000`],
])('the demo has %s too, in %s, and recovers from it', async (incident, _, sign) => {
  for (const env of ['staging', 'production']) {
    const it = await stage('demo', incident, env);
    expect(await it.value(`count(${sign})`)).toBeGreaterThan(0);
    it.simulator.rehearse(undefined);
    expect(it.simulator.incident).toBeUndefined();
    await it.wait(75);
    expect(await it.value(`count(${sign})`)).toBeNaN();
  }
});

describe('the deploy API', () => {
  test('shows the deployment of every service, and rejects invalid requests', async () => {
    const it = await stage('trading', 'high-latency');
    const deploy = it.at('deploy');
    const state = { service, replicas: 2, ready: 2, version: '2.3.1', previous: '2.3.0' };
    expect((await ask(`${deploy}/services`)).body).toEqual({ env: 'production', services: [state] });
    expect((await ask(`${deploy}/services/${service}`)).body).toEqual(state);
    const refused = await Promise.all([
      it.post(`${deploy}/services/${service}/scale`, { replicas: 13 }),
      it.post(`${deploy}/services/${service}/scale`, {}),
      it.post(`${deploy}/services/absent/scale`, { replicas: 1 }),
      it.post(`${deploy}/services/${service}/paint`),
      it.post(`${deploy}/services`),
      ask(`${deploy}/services/${service}/rollback`).then(({ status }) => status),
    ]);
    expect(refused).toEqual([400, 400, 404, 404, 405, 405]);
    expect((await ask(`${deploy}/services/${service}`)).body).toEqual(state);
  });

  test('an instance removed by scaling in triggers no alert', async () => {
    const it = await stage('trading', 'high-error-rate');
    await it.post(`${it.at('deploy')}/services/${service}/scale`, { replicas: 1 });
    await it.wait(30);
    await expect(ask(`${it.at(`${service}-1`)}/health`)).rejects.toThrow(/socket hang up|ECONNRESET/);
    expect(await it.value('count(up)')).toBe(1);
    expect(await it.firing()).not.toContain('ApplicationDown');
  });
});
