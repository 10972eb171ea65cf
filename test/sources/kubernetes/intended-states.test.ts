import { expect, test } from 'vitest';
import { levelOf } from '../../../src/kinds/registry/registry.ts';
import type { Workload } from '../../../src/kinds/workloads/fact.ts';
import { openFixture } from './fixture.ts';
import { deployment, listOf, meta, pod, podOf, type Raw, running } from './objects.ts';

const rowsOf = async (feed: string, objects: readonly Raw[]): Promise<readonly Workload[]> => {
  await using fixture = await openFixture(({ pathname }) => ({
    body: listOf(pathname.endsWith(`/${feed}`) && !pathname.includes('metrics') ? objects : []),
  }));
  const { items } = await fixture.read(feed);
  return (items as readonly Workload[]).filter(({ kind }) => kind !== 'container');
};

/** The level of each row of a namespace with these objects, at 10:15:07. */
const levelsOf = async (feed: string, objects: readonly Raw[]) =>
  Object.fromEntries((await rowsOf(feed, objects)).map((row) => [row.name, levelOf('workloads', row, {})]));

const unready = { ready: false, started: false };
const failed = (phase: Raw = {}): Raw => ({
  phase: 'Failed',
  conditions: [],
  containerStatuses: [
    running('app', { ...unready, state: { terminated: { exitCode: 1, reason: 'Error' } } }),
  ],
  ...phase,
});
const ofJob = (name: string, job: string, status: Raw): Raw =>
  pod(name, {
    meta: { ownerReferences: [{ kind: 'Job', name: job, uid: job, controller: true }] },
    status,
  });

test('a failed pod is no problem once its controller has started another one', async () => {
  const evicted = failed({ reason: 'Evicted', startTime: '2026-03-04T08:00:00Z', containerStatuses: [] });
  const ended = {
    phase: 'Succeeded',
    startTime: '2026-03-04T09:00:00Z',
    containerStatuses: [
      running('app', { ...unready, state: { terminated: { exitCode: 0, reason: 'Completed' } } }),
    ],
  };
  expect(
    await levelsOf('pods', [
      podOf('api', 'old', { status: evicted }),
      podOf('api', 'new'),
      podOf('web', 'only', { status: evicted }),
      ofJob('retried-a', 'retried', failed({ startTime: '2026-03-04T08:59:00Z' })),
      ofJob('retried-b', 'retried', ended),
      ofJob('last-a', 'last', { ...ended, startTime: '2026-03-04T08:59:00Z' }),
      ofJob('last-b', 'last', failed()),
      pod('alone', { status: failed() }),
    ]),
  ).toEqual({
    'api-6b7f-old': 'ok',
    'api-6b7f-new': 'ok',
    'web-6b7f-only': 'crit',
    'retried-a': 'ok',
    'retried-b': 'ok',
    'last-a': 'ok',
    'last-b': 'crit',
    alone: 'crit',
  });
});

test('a pod that starts has the time of its probes, a minute without any', async () => {
  const starting = (name: string, seconds: number, probes: Raw = {}): Raw => {
    const startedAt = new Date(Date.parse('2026-03-04T10:15:07Z') - seconds * 1000).toISOString();
    return pod(name, {
      spec: { containers: [{ name: 'app', ...probes }] },
      status: {
        startTime: startedAt,
        conditions: [{ type: 'Ready', status: 'False', lastTransitionTime: startedAt }],
      },
      containers: [running('app', { ...unready, state: { running: { startedAt } } })],
    });
  };
  const startupProbe = { periodSeconds: 10, failureThreshold: 30 };
  expect(
    await levelsOf('pods', [
      starting('young', 20),
      starting('late', 90),
      starting('delayed', 90, { readinessProbe: { initialDelaySeconds: 120 } }),
      starting('probed', 200, { startupProbe }),
      starting('too-long', 900, { startupProbe }),
    ]),
  ).toEqual({ young: 'ok', late: 'crit', delayed: 'ok', probed: 'ok', 'too-long': 'crit' });
});

test('a pod starts although its conditions have no time, no kubelet has reported a container, or a gate holds it', async () => {
  const at = (seconds: number): string =>
    new Date(Date.parse('2026-03-04T10:15:07Z') - seconds * 1000).toISOString();
  const unreadySince = (name: string, seconds: number): Raw =>
    pod(name, {
      status: { startTime: at(seconds), conditions: [{ type: 'Ready', status: 'False' }] },
      containers: [running('app', { ...unready, state: { running: { startedAt: at(seconds) } } })],
    });
  const unscheduled = (name: string, seconds: number, reason: string): Raw =>
    pod(name, {
      meta: { creationTimestamp: at(seconds) },
      spec: { nodeName: undefined },
      status: {
        phase: 'Pending',
        startTime: undefined,
        containerStatuses: [],
        conditions: [{ type: 'PodScheduled', status: 'False', reason, message: reason }],
      },
    });
  const pods = [
    unreadySince('young', 20),
    unreadySince('late', 90),
    unscheduled('unschedulable', 600, 'Unschedulable'),
    unscheduled('gated', 20, 'SchedulingGated'),
    unscheduled('long-gated', 86_400, 'SchedulingGated'),
  ];
  expect(await levelsOf('pods', pods)).toEqual({
    ...{ young: 'ok', late: 'crit' },
    ...{ unschedulable: 'crit', gated: 'ok', 'long-gated': 'warn' },
  });
  await using fixture = await openFixture(({ pathname }) => ({
    body: listOf(pathname.endsWith('/pods') && !pathname.includes('metrics') ? pods : []),
  }));
  const { items } = await fixture.read('pods');
  const containers = (items as readonly Workload[]).filter(({ kind }) => kind === 'container');
  expect(containers.map((row) => [row.owner, row.status, levelOf('workloads', row, {})]).slice(2)).toEqual([
    ['unschedulable', 'Pending', 'crit'],
    ['gated', 'Pending', 'ok'],
    ['long-gated', 'Pending', 'warn'],
  ]);
});

test('a pod of a node that reports nothing any more is not ready', async () => {
  const lost = pod('lost', {
    status: { reason: 'NodeLost', conditions: [{ type: 'Ready', status: 'Unknown' }] },
  });
  expect(await levelsOf('pods', [lost])).toEqual({ lost: 'warn' });
});

test('a pod that ends within its grace period has not failed; one that was unready proves nothing by ending', async () => {
  const ending = (name: string, deletionTimestamp: string, phase = 'Running'): Raw =>
    pod(name, {
      meta: { deletionTimestamp, finalizers: ['x/y'] },
      status: { phase },
      containers: [running('app', { ...unready, state: { terminated: { exitCode: 143, reason: 'Error' } } })],
    });
  expect(
    await levelsOf('pods', [
      ending('in-time', '2026-03-04T10:15:30Z'),
      ending('stuck', '2026-03-03T10:15:30Z'),
      ending('stuck-after-its-end', '2026-03-03T10:15:30Z', 'Succeeded'),
    ]),
  ).toEqual({ 'in-time': 'ok', stuck: 'crit', 'stuck-after-its-end': 'crit' });
});

test('a pod with ready containers that is not ready itself gets no traffic', async () => {
  const gated = pod('gated', {
    spec: { readinessGates: [{ conditionType: 'target-health' }] },
    status: {
      conditions: [
        { type: 'ContainersReady', status: 'True' },
        {
          type: 'Ready',
          status: 'False',
          reason: 'ReadinessGatesNotReady',
          lastTransitionTime: '2026-03-04T09:15:09Z',
        },
      ],
    },
  });
  expect(await levelsOf('pods', [gated])).toEqual({ gated: 'warn' });
});

test('a rollout that was just created, is held back or is paused has not failed; one without progress is overdue', async () => {
  const progressing = (lastUpdateTime: string) => [
    { type: 'Progressing', status: 'True', reason: 'ReplicaSetUpdated', lastUpdateTime },
  ];
  const none = { readyReplicas: 0, availableReplicas: 0 };
  const young = { ...deployment('young', {}, { ...none, conditions: progressing('2026-03-04T10:15:00Z') }) };
  expect(
    await levelsOf('deployments', [
      { ...young, metadata: meta('young', { creationTimestamp: '2026-03-04T10:14:57Z' }) },
      { ...young, metadata: meta('old') },
      deployment('endless', {}, { updatedReplicas: 1, conditions: progressing('2026-03-03T10:15:00Z') }),
    ]),
  ).toEqual({ young: 'ok', old: 'crit', endless: 'warn' });
});

test('a job is complete by its policy, and a failed run is outlived by a later one of its schedule', async () => {
  const job = (name: string, type: string, startTime: string, spec: Raw = {}, status: Raw = {}): Raw => ({
    metadata: meta(name, {
      ownerReferences: [{ kind: 'CronJob', name: name.split('-')[0], uid: 'c', controller: true }],
    }),
    spec: { completions: 1, ...spec },
    status: { startTime, conditions: [{ type, status: 'True' }], ...status },
  });
  expect(
    await levelsOf('jobs', [
      job('nightly-1', 'Failed', '2026-03-03T01:00:00Z'),
      job('nightly-2', 'Complete', '2026-03-04T01:00:00Z', {}, { succeeded: 1 }),
      job('weekly-1', 'Complete', '2026-03-03T01:00:00Z', {}, { succeeded: 1 }),
      job('weekly-2', 'Failed', '2026-03-04T01:00:00Z'),
      job('policy-1', 'Complete', '2026-03-04T01:00:00Z', { completions: 5 }, { succeeded: 1 }),
    ]),
  ).toEqual({ 'nightly-1': 'ok', 'nightly-2': 'ok', 'weekly-1': 'ok', 'weekly-2': 'crit', 'policy-1': 'ok' });
});

test('a row tells whether a readiness probe watches the first container of the pod or of the template', async () => {
  const containers = (...probes: readonly Raw[]) => ({
    containers: probes.map((probe, index) => ({ name: `c${index}`, ...probe })),
  });
  const probed = { readinessProbe: { httpGet: { path: '/ready', port: 8080 } } };
  const specs = {
    probed: containers(probed, {}),
    'sidecar-probed': containers({}, probed),
    alive: containers({ livenessProbe: probed.readinessProbe }),
  };
  const checks = (rows: readonly Workload[]) =>
    Object.fromEntries(rows.map(({ name, isHealthChecked }) => [name, isHealthChecked]));
  const expected = { probed: true, 'sidecar-probed': false, alive: false };
  const pods = Object.entries(specs).map(([name, spec]) => pod(name, { spec }));
  expect(checks(await rowsOf('pods', pods))).toEqual(expected);
  const deployments = Object.entries(specs).map(([name, spec]) => deployment(name, { template: { spec } }));
  expect(checks(await rowsOf('deployments', deployments))).toEqual(expected);
});

test('a workload that waits for its finalizers, and a job without any pod, are overdue after 10 minutes', async () => {
  const deleted = (name: string, deletionTimestamp: string): Raw => ({
    ...deployment(name),
    metadata: meta(name, { deletionTimestamp, finalizers: ['example.com/guard'] }),
  });
  const job = (name: string, startTime: string, status: Raw = {}, spec: Raw = {}): Raw => ({
    ...{ metadata: meta(name), spec: { completions: 1, ...spec }, status: { startTime, ...status } },
  });
  const early = '2026-03-04T10:00:07Z';
  const late = '2026-03-04T10:10:07Z';
  const [stuck, going] = await rowsOf('deployments', [deleted('stuck', early), deleted('going', late)]);
  expect(stuck).toMatchObject({
    overdue: true,
    detail: 'has been terminating for 15m, waits for example.com/guard',
  });
  expect(going).not.toHaveProperty('overdue');
  const jobs = await rowsOf('jobs', [
    job('refused', early),
    job('young', late),
    job('active', early, { active: 1 }),
    job('suspended', early, { conditions: [{ type: 'Suspended', status: 'True' }] }, { suspend: true }),
  ]);
  expect(
    Object.fromEntries(jobs.map((row) => [row.name, row.overdue === true ? row.detail : 'in time'])),
  ).toEqual({
    ...{
      refused: 'has no pod after 15m; 0 of 1 runs succeeded',
      young: 'in time',
      active: 'in time',
      suspended: 'in time',
    },
  });
});
