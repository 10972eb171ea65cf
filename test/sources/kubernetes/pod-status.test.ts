import { expect, test } from 'vitest';
import { levelOf } from '../../../src/kinds/registry/registry.ts';
import type { Workload } from '../../../src/kinds/workloads/fact.ts';
import { createStringPool } from '../../../src/sources/kubernetes/api/string-pool.ts';
import { createPodRowRenderer } from '../../../src/sources/kubernetes/feeds/pods.ts';
import { parsePod } from '../../../src/sources/kubernetes/pod/parse-pod.ts';
import { pod, podOf, type Raw, running } from './objects.ts';

const now = Date.parse('2026-03-04T10:15:07Z');
const toClock = (time: unknown): number | undefined => {
  const moment = typeof time === 'string' ? Date.parse(time) : Number.NaN;
  return Number.isNaN(moment) ? undefined : moment;
};
const rowsOf = (raw: Raw): readonly Workload[] =>
  createPodRowRenderer('k8s')([parsePod(raw, createStringPool(), toClock)], () => undefined, now);
const rowOf = (raw: Raw): Workload => {
  const [row] = rowsOf(raw);
  if (row === undefined) throw new Error('no row');
  return row;
};

const waiting = (reason: string, message = '', more: Raw = {}): Raw =>
  running('app', { ready: false, started: false, state: { waiting: { reason, message } }, ...more });
const ended = (exitCode: number, reason: string, more: Raw = {}): Raw =>
  running('app', {
    ready: false,
    started: false,
    state: { terminated: { exitCode, reason, finishedAt: '2026-03-04T10:14:07Z', ...more } },
  });
const lastState = (exitCode: number, reason: string, finishedAt = '2026-03-04T10:12:07Z'): Raw => ({
  restartCount: 7,
  lastState: { terminated: { exitCode, reason, finishedAt } },
});
const notReady = { conditions: [{ type: 'Ready', status: 'False' }] };
const backOff = 'back-off 5m0s restarting failed container=app pod=bus_prod(uid)';
const withInit = (state: Raw, main: Raw = waiting('PodInitializing'), more: Raw = {}): Raw =>
  pod('bus', {
    spec: { initContainers: [{ name: 'one' }, { name: 'two' }], containers: [{ name: 'app' }] },
    status: { phase: 'Pending', ...notReady, initContainerStatuses: [state], ...more },
    containers: [main],
  });
const sidecar = (state: Raw): Raw =>
  pod('bus', {
    spec: { initContainers: [{ name: 'proxy', restartPolicy: 'Always' }], containers: [{ name: 'app' }] },
    status: { initContainerStatuses: [state] },
  });

test.each<[string, Raw, string, string, string?]>([
  ['is running', pod('bus'), 'Running 1/1', 'ok'],
  [
    'is running and not ready',
    pod('bus', { status: notReady, containers: [running('app', { ready: false })] }),
    'Running 0/1',
    'crit',
  ],
  [
    'was never scheduled',
    pod('bus', {
      spec: { nodeName: undefined },
      status: {
        phase: 'Pending',
        startTime: undefined,
        containerStatuses: [],
        conditions: [
          {
            type: 'PodScheduled',
            status: 'False',
            reason: 'Unschedulable',
            message: '0/3 nodes are available: 3 Insufficient memory.',
          },
        ],
      },
    }),
    'Pending 0/1',
    'crit',
    '0/3 nodes are available: 3 Insufficient memory.',
  ],
  [
    'waits for a scheduling gate',
    pod('bus', {
      status: {
        phase: 'Pending',
        containerStatuses: [],
        conditions: [{ type: 'PodScheduled', status: 'False', reason: 'SchedulingGated', message: 'gated' }],
      },
    }),
    'SchedulingGated 0/1',
    'warn',
    'gated',
  ],
  [
    'is being created',
    pod('bus', { status: { phase: 'Pending', ...notReady }, containers: [waiting('ContainerCreating')] }),
    'ContainerCreating 0/1',
    'crit',
  ],
  [
    'crashes in a loop',
    pod('bus', {
      status: notReady,
      containers: [waiting('CrashLoopBackOff', backOff, lastState(1, 'Error'))],
    }),
    'CrashLoopBackOff 0/1',
    'crit',
    'exit 1; back-off 5m0s restarting failed container',
  ],
  [
    'is OOM-killed in a loop',
    pod('bus', {
      status: notReady,
      containers: [waiting('CrashLoopBackOff', backOff, lastState(137, 'OOMKilled'))],
    }),
    'CrashLoopBackOff 0/1',
    'crit',
    'exit 137 (OOMKilled); back-off 5m0s restarting failed container',
  ],
  [
    'was OOM-killed just now',
    pod('bus', { status: notReady, containers: [ended(137, 'OOMKilled')] }),
    'OOMKilled 0/1',
    'crit',
    'exit 137 (OOMKilled)',
  ],
  [
    'has no image',
    pod('bus', {
      status: { phase: 'Pending', ...notReady },
      containers: [waiting('ImagePullBackOff', 'Back-off pulling image "app:2"')],
    }),
    'ImagePullBackOff 0/1',
    'crit',
    'Back-off pulling image "app:2"',
  ],
  [
    'cannot pull its image',
    pod('bus', {
      status: { phase: 'Pending', ...notReady },
      containers: [waiting('ErrImagePull', 'not found')],
    }),
    'ErrImagePull 0/1',
    'crit',
    'not found',
  ],
  [
    'lacks its configuration',
    pod('bus', {
      status: { phase: 'Pending', ...notReady },
      containers: [waiting('CreateContainerConfigError', 'secret "db" not found')],
    }),
    'CreateContainerConfigError 0/1',
    'crit',
    'secret "db" not found',
  ],
  [
    'failed',
    pod('bus', { status: { phase: 'Failed', ...notReady }, containers: [ended(3, 'Error')] }),
    'Error 0/1',
    'crit',
    'exit 3',
  ],
  [
    'ended by a signal without a reason',
    pod('bus', { status: { phase: 'Failed', ...notReady }, containers: [ended(0, '', { signal: 9 })] }),
    'Signal:9 0/1',
    'crit',
    'exit 0',
  ],
  [
    'ended without a reason',
    pod('bus', { status: { phase: 'Failed', ...notReady }, containers: [ended(4, '')] }),
    'ExitCode:4 0/1',
    'crit',
    'exit 4',
  ],
  [
    'has completed',
    pod('bus', { status: { phase: 'Succeeded', ...notReady }, containers: [ended(0, 'Completed')] }),
    'Completed 0/1',
    'ok',
  ],
  [
    'was evicted',
    pod('bus', {
      status: {
        phase: 'Failed',
        reason: 'Evicted',
        message: 'The node was low on resource: memory.',
        conditions: [],
        containerStatuses: [],
      },
    }),
    'Evicted 0/1',
    'crit',
    'The node was low on resource: memory.',
  ],
  [
    'is terminating',
    pod('bus', { meta: { deletionTimestamp: '2026-03-04T10:15:00Z' } }),
    'Terminating 1/1',
    'ok',
  ],
  [
    'is on a lost node',
    pod('bus', { meta: { deletionTimestamp: '2026-03-04T10:15:00Z' }, status: { reason: 'NodeLost' } }),
    'Unknown 1/1',
    'unknown',
  ],
  [
    'was terminated and has failed',
    pod('bus', {
      meta: { deletionTimestamp: '2026-03-04T10:15:00Z' },
      status: { phase: 'Failed', ...notReady },
      containers: [ended(1, 'Error')],
    }),
    'Error 0/1',
    'crit',
    'exit 1',
  ],
  ['is at its first init container', withInit(running('one')), 'Init:0/2 0/1', 'crit'],
  [
    'is at its second init container',
    withInit(
      { ...running('one'), state: { terminated: { exitCode: 0, reason: 'Completed' } } },
      waiting('PodInitializing'),
      {
        initContainerStatuses: [
          { ...running('one'), state: { terminated: { exitCode: 0, reason: 'Completed' } } },
          running('two'),
        ],
      },
    ),
    'Init:1/2 0/1',
    'crit',
  ],
  [
    'has an init container that crashes',
    withInit({ ...running('one'), state: { waiting: { reason: 'CrashLoopBackOff', message: backOff } } }),
    'Init:CrashLoopBackOff 0/1',
    'crit',
    'one: back-off 5m0s restarting failed container',
  ],
  [
    'has an init container that failed',
    withInit({ ...running('one'), state: { terminated: { exitCode: 2, reason: '' } } }),
    'Init:ExitCode:2 0/1',
    'crit',
    'one: exit 2',
  ],
  [
    'waits for its init containers to be created',
    withInit({ ...running('one'), state: { waiting: { reason: 'PodInitializing' } } }),
    'Init:0/2 0/1',
    'crit',
  ],
  ['has a running sidecar', sidecar(running('proxy')), 'Running 2/2', 'ok'],
  ['has a sidecar that is not ready', sidecar(running('proxy', { ready: false })), 'Running 1/2', 'warn'],
  [
    'has one completed container and a running one',
    pod('bus', {
      spec: { containers: [{ name: 'app' }, { name: 'once' }] },
      containers: [running('app'), { ...ended(0, 'Completed'), name: 'once' }],
    }),
    'Running 1/2',
    'warn',
  ],
  [
    'has one completed container and is not ready',
    pod('bus', {
      spec: { containers: [{ name: 'app' }, { name: 'once' }] },
      status: notReady,
      containers: [running('app'), { ...ended(0, 'Completed'), name: 'once' }],
    }),
    'NotReady 1/2',
    'warn',
  ],
  [
    'has no status',
    pod('bus', {
      status: { phase: undefined, conditions: undefined, containerStatuses: undefined, startTime: undefined },
    }),
    'Unknown 0/1',
    'crit',
  ],
])('a pod that %s', (_, raw, words, level, detail) => {
  const row = rowOf(raw);
  expect(`${row.status} ${row.ready}/${row.wanted}`).toBe(words);
  expect(row.detail).toBe(detail);
  expect(levelOf('workloads', row, {})).toBe(level);
});

test.each<[string, number, string]>([
  ['ContainerCreating', 10, 'ok'],
  ['ContainerCreating', 59, 'ok'],
  ['ContainerCreating', 60, 'warn'],
  ['ContainerCreating', 299, 'warn'],
  ['ContainerCreating', 300, 'crit'],
  ['ErrImagePull', 10, 'crit'],
])('a pod that is %s for %d s is %s', (reason, seconds, level) => {
  const startTime = new Date(now - seconds * 1000).toISOString();
  const raw = pod('bus', {
    status: { phase: 'Pending', ...notReady, startTime },
    containers: [waiting(reason)],
  });
  expect(rowsOf(raw).map((row) => levelOf('workloads', row, {}))).toEqual([level, level]);
});

test('its age increases although nothing in it changes', () => {
  const raw = pod('bus', {
    status: { phase: 'Pending', ...notReady, startTime: new Date(now).toISOString() },
    containers: [waiting('ContainerCreating')],
  });
  const kept = parsePod(raw, createStringPool(), toClock);
  const rows = createPodRowRenderer('k8s');
  const levelAt = (seconds: number): string | undefined => {
    const [row] = rows([kept], () => undefined, now + seconds * 1000);
    return row && levelOf('workloads', row, {});
  };
  expect([0, 30, 60, 240, 300].map(levelAt)).toEqual(['ok', 'ok', 'warn', 'warn', 'crit']);
});

test('a restart in the last ten minutes is recent, an older one is not', () => {
  const restarted = (finishedAt: string): Workload =>
    rowOf(pod('bus', { containers: [running('app', lastState(137, 'OOMKilled', finishedAt))] }));
  expect(restarted('2026-03-04T10:12:07Z')).toMatchObject({
    status: 'Running',
    restarts: 7,
    restartsRising: true,
    detail: 'previously: exit 137 (OOMKilled)',
  });
  expect(levelOf('workloads', restarted('2026-03-04T10:12:07Z'), {})).toBe('warn');
  expect(restarted('2026-03-04T08:12:07Z')).toMatchObject({ restarts: 7, restartsRising: false });
});

test.each<[string, Raw, string]>([
  ['a deployment, through its ReplicaSet', podOf('billing', 'a'), 'deploy billing'],
  [
    'a standalone ReplicaSet',
    podOf('x', 'a', {
      meta: { labels: {}, ownerReferences: [{ kind: 'ReplicaSet', name: 'lone', controller: true }] },
    }),
    'rs lone',
  ],
  [
    'a stateful set',
    pod('p', { meta: { ownerReferences: [{ kind: 'StatefulSet', name: 'db', controller: true }] } }),
    'sts db',
  ],
  [
    'an invalid kind',
    pod('p', { meta: { ownerReferences: [{ kind: 'Rollout', name: 'canary', controller: true }] } }),
    'rollout canary',
  ],
  ['no controller', pod('p'), ''],
])('the owner of a pod of %s', (_, raw, owner) => {
  expect(rowOf(raw).owner).toBe(owner);
});

test('a failing pod, or one with several containers, shows them; limits are sums, absent if one has none', () => {
  const limits = (cpu: string, memory: string): Raw => ({ resources: { limits: { cpu, memory } } });
  const two = pod('bus', {
    spec: {
      containers: [
        { name: 'app', ...limits('1', '1Gi') },
        { name: 'log', ...limits('250m', '64Mi') },
      ],
    },
    containers: [running('app'), running('log')],
  });
  expect(rowsOf(pod('bus'))).toHaveLength(1);
  expect(rowsOf(two).map(({ kind, name, owner }) => [kind, name, owner])).toEqual([
    ['pod', 'bus', ''],
    ['container', 'app', 'bus'],
    ['container', 'log', 'bus'],
  ]);
  expect(rowOf(two)).toMatchObject({ cpuLimitCores: 1.25, memoryLimitBytes: 2 ** 30 + 2 ** 26 });
  const half = pod('bus', {
    spec: { containers: [{ name: 'app', ...limits('1', '1Gi') }, { name: 'log' }] },
  });
  expect(rowOf(half)).not.toHaveProperty('memoryLimitBytes');
});

test('an invalid pod is refused', () => {
  expect(() => rowsOf({ metadata: {} })).toThrow(
    'an object in the list has no name: check that the address is a Kubernetes API server',
  );
});

test('a debug container that has ended, or cannot be pulled, changes nothing in the rows of its pod', () => {
  const debugged = (state: Raw): Raw =>
    pod('bus', {
      spec: { containers: [{ name: 'app' }], ephemeralContainers: [{ name: 'debugger-x' }] },
      status: { ephemeralContainerStatuses: [{ name: 'debugger-x', ready: false, restartCount: 0, state }] },
    });
  for (const state of [
    { terminated: { exitCode: 137, reason: 'Error', finishedAt: '2026-03-04T10:14:07Z' } },
    { waiting: { reason: 'ImagePullBackOff', message: 'Back-off pulling image "busybox:x"' } },
    { running: { startedAt: '2026-03-04T10:14:07Z' } },
  ])
    expect(rowsOf(debugged(state))).toEqual(rowsOf(pod('bus')));
});
