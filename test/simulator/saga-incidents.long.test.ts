import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { failedSagas } from '../../src/simulator/model/failed-sagas.ts';
import { summarizeRequests } from '../../src/simulator/model/instances/traffic.ts';
import { SystemModel } from '../../src/simulator/model/system-model.ts';
import { answerStatement } from '../../src/simulator/servers/postgres/statements.ts';
import { serviceHandler } from '../../src/simulator/servers/spring/service.ts';
import { systemSpec } from '../../src/simulator/systems.ts';
import { manualClock } from '../support/manual-clock.ts';
import { valueAt } from './ask.ts';
import { closeSimulators, kubeStage, patchTypes } from './kube-stage.ts';

afterEach(closeSimulators);

const restart = {
  spec: { template: { metadata: { annotations: { 'kubectl.kubernetes.io/restartedAt': 'now' } } } },
};

/** The saga platform: its model, and the requests used by these tests. */
const platform = (incident: string) => {
  const clock = manualClock();
  const model = new SystemModel(systemSpec('saga'), { startedAt: clock.now() });
  model.injectEarlier(incident, 'production');
  const env = () => model.environmentAt('production', clock.now());
  const recent = () =>
    summarizeRequests(
      env()
        .instancesOf('saga-orchestrator')
        .flatMap(({ traffic }) => traffic.recent(env().now)),
    );
  const database = () => env().parts.database ?? expect.fail('no database');
  const sql = (text: string) =>
    answerStatement(
      {
        db: database(),
        database: 'microservices',
        tables: database().tables,
        isInTransaction: false,
        text: `/* opsdeck:sql */ ${text}`,
        values: [],
        pid: 1,
        user: 'postgres',
        toClock: (time) => model.toClock(time),
        note: () => {},
      },
      true,
    ).rows;
  return {
    clock,
    model,
    env,
    recent,
    database,
    sql,
    pass: (seconds: number) => clock.advance(seconds * 1000),
  };
};

describe.each([
  { incident: 'saga-failures', isFixed: true },
  { incident: 'saga-failures-data', isFixed: false },
])('$incident', ({ incident, isFixed }) => {
  test(`restarting the failing service fixes it: ${isFixed}; restarting another one never does`, async () => {
    const it = await kubeStage('saga', { incident });
    const replace = (name: string) =>
      it.send('PATCH', `${it.deployments}/${name}`, restart, patchTypes.strategic);
    await it.wait(5);
    await replace('payment-service');
    await it.wait(20);
    await it.get(it.pods);
    expect(it.simulator.incident).toBe(incident);
    await replace('inventory-service');
    await it.wait(20);
    await it.get(it.pods);
    expect(it.simulator.incident).toBe(isFixed ? undefined : incident);
  });
});

test("failed sagas have their step and reason, in the orchestrator's API and in SQL", async () => {
  const it = platform('saga-failures');
  await it.pass(5);
  const [first, ...others] = failedSagas(it.env());
  expect(first).toMatchObject({ step: 'inventory-service', error: expect.stringContaining('reserve stock') });
  expect(others.length).toBeGreaterThan(2);
  const query = new URLSearchParams({ status: 'FAILED', limit: '2' });
  const ask = {
    method: 'GET',
    path: ['api', 'v1', 'sagas'],
    query,
    body: '',
    rawPath: '',
    contentType: '',
    host: '',
  };
  const view = { model: it.model, clock: it.clock, env: 'production' };
  expect(serviceHandler(view, 'saga-orchestrator-0')(ask)).toMatchObject({
    status: 200,
    json: [{ id: first?.id, step: 'inventory-service', status: 'FAILED' }, {}],
  });
  expect(serviceHandler(view, 'saga-orchestrator-0')({ ...ask, query: new URLSearchParams() })).toMatchObject(
    {
      status: 400,
    },
  );
  // Only the orchestrator has sagas.
  expect(
    serviceHandler(view, 'payment-service-0')({ ...ask, path: ['api', 'v1', 'payments'] }),
  ).toMatchObject({
    status: 404,
  });
  const rows = it.sql(
    "SELECT id, saga_type, current_step, error, updated_at FROM saga_instances WHERE status = 'FAILED' ORDER BY updated_at DESC LIMIT 2",
  );
  expect(rows).toMatchObject([
    [first?.id, expect.any(String), 'inventory-service', first?.error, expect.any(String)],
    {},
  ]);
});

test('too many sagas: five orchestrators are enough, four are not', async () => {
  const it = platform('high-latency');
  const p95 = async (replicas: number) => {
    it.env().scale('saga-orchestrator', replicas);
    await it.pass(30);
    it.env().parts.cluster?.rescale();
    return it.recent().p95Ms ?? 0;
  };
  expect(it.recent().p95Ms).toBeGreaterThan(500);
  expect(await p95(4)).toBeGreaterThan(300);
  expect(it.env().incident).toBe('high-latency');
  expect(await p95(5)).toBeLessThan(300);
  expect(it.env().incident).toBeUndefined();
});

test('a dropped index: the plan is a sequential scan, more pods wait as well, and an index with any name fixes it', async () => {
  const it = platform('slow-statements');
  const plan = (how: string) =>
    it.sql(`EXPLAIN${how} SELECT * FROM saga_instances WHERE status = 'IN_PROGRESS'`).flat().join('\n');
  it.env().scale('saga-orchestrator', 6);
  await it.pass(20);
  expect(it.recent().p95Ms).toBeGreaterThan(500);
  expect(plan('')).toMatch(/^Seq Scan on saga_instances .*rows=\d+/);
  expect(plan('')).not.toContain('actual');
  expect(plan(' (ANALYZE, BUFFERS)')).toMatch(/actual time=[\s\S]*Execution Time: 620/);
  it.database().tables.createIndex('other', 'saga_instances', ['id', 'status'], false);
  expect(it.env().incident).toBe('slow-statements');
  it.database().tables.createIndex('any', 'saga_instances', ['status'], false);
  await it.pass(20);
  expect(plan('')).toMatch(/^Index Scan using any on saga_instances/);
  expect(it.recent().p95Ms).toBeLessThan(300);
  expect(it.env().incident).toBeUndefined();
});

test('an applied autoscaler scales its deployment to the minimum, and is removed with the scenario', async () => {
  const it = await kubeStage('saga', { incident: 'high-latency' });
  const manifests = it.simulator.vars('production')['world.manifests'] ?? '';
  expect(existsSync(join(manifests, 'hpa.yaml'))).toBe(true);
  const file = readFileSync(join(manifests, 'hpa.yaml'), 'utf8');
  const path = `/apis/autoscaling/v2/namespaces/${it.namespace}/horizontalpodautoscalers/saga-orchestrator`;
  const applied = await it.send('PATCH', `${path}?fieldManager=test&force=false`, file, patchTypes.apply);
  expect(applied.status).toBeLessThan(300);
  await it.wait(20);
  const replicas = async () =>
    valueAt((await it.get(`${it.deployments}/saga-orchestrator`)).body, 'spec', 'replicas');
  expect(await replicas()).toBe(5);
  expect(valueAt((await it.get(path)).body, 'status')).toMatchObject({
    desiredReplicas: 5,
    conditions: [{ type: 'AbleToScale' }, { type: 'ScalingActive', status: 'True' }],
  });
  expect(it.simulator.incident).toBeUndefined();
  it.simulator.rehearse(undefined);
  expect((await it.get(path)).status).toBe(404);
  expect(await replicas()).toBe(2);
});
