import { expect, test } from 'vitest';
import { openFixture, vector } from './fixture.ts';

const ns = { namespace: 'shop' };
const pod = (name: string) => ({ ...ns, pod: name });
const answers: Readonly<Record<string, unknown>> = {
  'kube_pod_status_phase == 1': vector(
    0,
    [{ ...pod('api-1'), phase: 'Running' }, 1],
    [{ ...pod('api-2'), phase: 'Pending' }, 1],
    [{ ...pod('job-1'), phase: 'Succeeded', exported_namespace: 'batch', exported_pod: 'job-x' }, 1],
  ),
  'kube_pod_container_status_waiting_reason == 1': vector(0, [
    { ...pod('api-2'), container: 'api', reason: 'CrashLoopBackOff' },
    1,
  ]),
  kube_pod_container_status_restarts_total: vector(
    0,
    [{ ...pod('api-1'), container: 'api' }, 4],
    [{ ...pod('api-1'), container: 'side' }, 2],
  ),
  'increase(kube_pod_container_status_restarts_total[5m]) > 0': vector(0, [
    { ...pod('api-1'), container: 'api' },
    1.02,
  ]),
  kube_pod_info: vector(0, [{ ...pod('api-1'), node: 'n1', created_by_name: 'api-7d' }, 1]),
};
const named = (name: string, labels: Record<string, string>, value: number | string) =>
  [{ __name__: name, ...ns, ...labels }, value] as const;
const controllers = vector(
  0,
  named('kube_deployment_spec_replicas', { deployment: 'api' }, 3),
  named('kube_deployment_status_replicas_available', { deployment: 'api' }, 2),
  named('kube_deployment_spec_replicas', { deployment: 'off' }, 0),
  named('kube_deployment_status_replicas_available', { deployment: 'off' }, 0),
  named('kube_statefulset_replicas', { statefulset: 'db' }, 1),
  named('kube_statefulset_status_replicas_ready', { statefulset: 'db' }, 1),
  named('kube_daemonset_status_desired_number_scheduled', { daemonset: 'agent' }, 2),
  named('kube_daemonset_status_number_ready', { daemonset: 'agent' }, 'NaN'),
);

test('pods and their controllers, with all known fields', async () => {
  await using fixture = await openFixture(
    (_, query) => ({ body: query.startsWith('{__name__=~') ? controllers : (answers[query] ?? vector(0)) }),
    { facts: { workloads: 'kube-state-metrics' } },
  );
  const { items, faults } = await fixture.read('workloads');
  expect(faults).toEqual([]);
  const stamp = { source: 'prom', at: fixture.clock.now(), namespace: 'shop', owner: '', node: '' };
  const quiet = { ...stamp, kind: 'pod', restartsRising: false };
  expect(items).toEqual([
    { ...stamp, kind: 'deployment', name: 'api', wanted: 3, ready: 2, status: 'not ready' },
    { ...stamp, kind: 'deployment', name: 'off', wanted: 0, ready: 0, status: 'scaled to 0' },
    { ...stamp, kind: 'statefulset', name: 'db', wanted: 1, ready: 1, status: 'ready' },
    { ...stamp, kind: 'daemonset', name: 'agent', wanted: 2, status: '' },
    {
      ...stamp,
      kind: 'pod',
      name: 'api-1',
      owner: 'api-7d',
      node: 'n1',
      status: 'Running',
      restarts: 6,
      restartsRising: true,
    },
    { ...quiet, name: 'api-2', status: 'CrashLoopBackOff' },
    { ...quiet, name: 'job-x', namespace: 'batch', status: 'Succeeded' },
  ]);
  expect(fixture.queries).toHaveLength(6);
  expect(fixture.queries.find((query) => query.startsWith('{'))).toMatch(
    /^\{__name__=~"kube_deployment_spec_replicas\|kube_deployment_status_replicas_available\|/,
  );
});

test('restarts that could not be queried are absent, not 0', async () => {
  await using fixture = await openFixture(
    (_, query) =>
      query.includes('restarts_total')
        ? { status: 503, body: 'Service Unavailable' }
        : { body: query.startsWith('kube_pod_status_phase') ? answers[query] : vector(0) },
    { facts: { workloads: 'kube-state-metrics' } },
  );
  const { items, faults } = await fixture.read('workloads');
  expect(items).toHaveLength(3);
  for (const item of items) {
    expect(item).not.toHaveProperty('restarts');
    expect(item).not.toHaveProperty('restartsRising');
  }
  expect(faults).toEqual([
    expect.objectContaining({
      kind: 'unreachable',
      message: expect.stringContaining('Prometheus is starting'),
    }),
  ]);
});
