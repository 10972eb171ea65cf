import { expect, test } from 'vitest';
import { levelOf } from '../../../src/kinds/registry/registry.ts';
import {
  apiResources,
  listPath,
  objectPath,
  parseObjectRef,
} from '../../../src/sources/kubernetes/api/api-resources.ts';
import {
  formatLabelSelector,
  matchesLabels,
  parseLabelSelector,
  parseSpecSelector,
} from '../../../src/sources/kubernetes/api/label-selector.ts';
import { parseQuantity } from '../../../src/sources/kubernetes/api/quantity.ts';
import { formatKubeEvent, parseKubeEvent } from '../../../src/sources/kubernetes/pod/event.ts';
import {
  daemonSetRollout,
  deploymentRollout,
  parseDeployment,
  parseJob,
  statefulSetRollout,
} from '../../../src/sources/kubernetes/workload/parse-workload.ts';
import { deployment, meta, type Raw } from './objects.ts';

test.each([
  ['250m', 0.25],
  ['175000000n', 0.175],
  ['3u', 0.000003],
  ['2', 2],
  ['1.5', 1.5],
  ['.5Gi', 2 ** 29],
  ['64Mi', 2 ** 26],
  ['1k', 1000],
  ['1e3', 1000],
  ['2E', 2e18],
  [4, 4],
  ['', undefined],
  ['Mi', undefined],
  ['12 Mi', undefined],
  ['12Xi', undefined],
  [null, undefined],
])('quantity %j', (text, amount) => {
  expect(parseQuantity(text)).toBe(amount);
});

const labels = { app: 'bus', tier: 'web', 'app.kubernetes.io/name': 'bus' };
test.each([
  ['app=bus', true],
  ['app==bus,tier=web', true],
  ['app=bus,tier!=web', false],
  ['env!=prod', true],
  ['tier in (db, web)', true],
  ['tier notin (db,web)', false],
  ['canary', false],
  ['!canary', true],
  ['app.kubernetes.io/name=bus', true],
  ['app in (x,y),tier', false],
])('the selector %s', (text, is) => {
  const selector = parseLabelSelector(text);
  expect(selector && matchesLabels(selector, labels)).toBe(is);
  const again = selector && parseLabelSelector(formatLabelSelector(selector));
  expect(again && matchesLabels(again, labels), selector && formatLabelSelector(selector)).toBe(is);
});

test.each(['', 'a b', 'app=bus,', 'app=(x)', 'deployment/x=1;rm', '=x'])('%j is not a selector', (text) => {
  expect(parseLabelSelector(text)).toBeUndefined();
});

test('a selector of an object', () => {
  const found = parseSpecSelector({
    matchLabels: { app: 'bus' },
    matchExpressions: [
      { key: 'tier', operator: 'NotIn', values: ['db'] },
      { key: 'x', operator: 'Exists' },
    ],
  });
  expect(found && formatLabelSelector(found)).toBe('app in (bus),tier notin (db),x');
  expect(parseSpecSelector({})).toBeUndefined();
});

test.each([
  ['deployment/bus', 'deployment', 'bus'],
  ['deploy/bus', 'deployment', 'bus'],
  ['Deployments/bus', 'deployment', 'bus'],
  ['sts/db-0.x', 'statefulset', 'db-0.x'],
])('the object %s', (text, word, name) => {
  expect(parseObjectRef(text)).toMatchObject({ kind: { singular: word }, name });
});
test.each(['bus', 'deployment/', 'deployment/../x', 'deployment/a/b', 'thing/x', 'deployment/Bus'])(
  '%s is not an object',
  (text) => {
    expect(parseObjectRef(text)).toBeUndefined();
  },
);
test('paths', () => {
  expect(listPath(apiResources.pod, '*')).toBe('/api/v1/pods');
  expect(objectPath(apiResources.deployment, 'prod', 'bus', 'scale')).toBe(
    '/apis/apps/v1/namespaces/prod/deployments/bus/scale',
  );
  expect(objectPath(apiResources.node, 'prod', 'n1')).toBe('/api/v1/nodes/n1');
});

const progressing = (reason: string): Raw => ({ type: 'Progressing', status: 'True', reason });
test.each<[string, Raw, string, boolean, string?]>([
  ['is available', deployment('x'), 'available', true],
  [
    'is scaled to 0',
    deployment(
      'x',
      { replicas: 0 },
      { replicas: 0, updatedReplicas: 0, readyReplicas: undefined, availableReplicas: undefined },
    ),
    'scaled to 0',
    true,
  ],
  [
    'was changed just now',
    deployment('x', {}, { observedGeneration: 1 }),
    'progressing',
    false,
    '2 of 2 updated',
  ],
  [
    'rolls out',
    deployment('x', {}, { updatedReplicas: 1, replicas: 3, conditions: [progressing('ReplicaSetUpdated')] }),
    'progressing',
    false,
    '1 of 2 updated',
  ],
  [
    'still has old pods',
    deployment('x', {}, { replicas: 3, conditions: [progressing('ReplicaSetUpdated')] }),
    'progressing',
    false,
    '2 of 2 updated',
  ],
  [
    'waits for its new pods',
    deployment(
      'x',
      {},
      { availableReplicas: 1, readyReplicas: 1, conditions: [progressing('ReplicaSetUpdated')] },
    ),
    'progressing',
    false,
  ],
  [
    'has lost a pod later',
    deployment('x', {}, { availableReplicas: 1, readyReplicas: 1 }),
    'not ready',
    false,
  ],
  ['is paused', deployment('x', { paused: true }), 'paused', true],
  [
    'is stuck',
    deployment(
      'x',
      {},
      {
        updatedReplicas: 1,
        replicas: 3,
        conditions: [{ type: 'Progressing', status: 'False', reason: 'ProgressDeadlineExceeded' }],
      },
    ),
    'stuck: ProgressDeadlineExceeded',
    false,
    '1 of 2 replicas updated, 2 available',
  ],
  [
    'is over its quota',
    deployment(
      'x',
      {},
      {
        updatedReplicas: 1,
        conditions: [progressing('x'), { type: 'ReplicaFailure', status: 'True', message: 'exceeded quota' }],
      },
    ),
    'progressing',
    false,
    'exceeded quota',
  ],
])('a deployment that %s', (_, raw, status, isDone, detail) => {
  const found = deploymentRollout(raw);
  expect(found).toMatchObject({ status, isDone });
  expect(found.detail).toBe(detail);
});

const set = (status: Raw): Raw => ({
  metadata: meta('db', { generation: 1 }),
  spec: { replicas: 3 },
  status: { observedGeneration: 1, ...status },
});
test.each<[Raw, string, boolean]>([
  [{ readyReplicas: 3, currentRevision: 'a', updateRevision: 'a' }, 'available', true],
  [{ readyReplicas: 2, currentRevision: 'a', updateRevision: 'a' }, 'not ready', false],
  [{ readyReplicas: 3, currentRevision: 'a', updateRevision: 'b', updatedReplicas: 1 }, 'progressing', false],
])('a stateful set with %j', (status, word, isDone) => {
  expect(statefulSetRollout(set(status))).toMatchObject({ status: word, isDone });
});

test.each<[string, Raw, Raw, string, boolean]>([
  [
    'a partition',
    { type: 'RollingUpdate', rollingUpdate: { partition: 2 } },
    { updatedReplicas: 1 },
    'available',
    true,
  ],
  [
    'a partition that is not reached',
    { type: 'RollingUpdate', rollingUpdate: { partition: 1 } },
    { updatedReplicas: 1 },
    'progressing',
    false,
  ],
  // No pod has the new template: nothing shows that it works.
  ['a partition of all', { type: 'RollingUpdate', rollingUpdate: { partition: 3 } }, {}, 'available', false],
  ['OnDelete', { type: 'OnDelete' }, {}, 'available', false],
])('a stateful set that %s holds back', (_, updateStrategy, status, word, isDone) => {
  const raw = set({ readyReplicas: 3, currentRevision: 'a', updateRevision: 'b', ...status });
  expect(statefulSetRollout({ ...raw, spec: { replicas: 3, updateStrategy } })).toMatchObject({
    status: word,
    isDone,
  });
});

test('a daemon set that OnDelete holds back is available, and its rollout is not done', () => {
  const counts = { desiredNumberScheduled: 3, updatedNumberScheduled: 0, numberReady: 3, numberAvailable: 3 };
  const spec = { updateStrategy: { type: 'OnDelete' } };
  expect(daemonSetRollout({ ...set(counts), spec })).toMatchObject({ status: 'available', isDone: false });
});

test.each<[Raw, string, boolean]>([
  [
    { desiredNumberScheduled: 3, updatedNumberScheduled: 3, numberReady: 3, numberAvailable: 3 },
    'available',
    true,
  ],
  [
    { desiredNumberScheduled: 3, updatedNumberScheduled: 3, numberReady: 2, numberAvailable: 2 },
    'not ready',
    false,
  ],
  [
    { desiredNumberScheduled: 3, updatedNumberScheduled: 1, numberReady: 3, numberAvailable: 3 },
    'progressing',
    false,
  ],
  [{ desiredNumberScheduled: 0 }, 'no matching nodes', true],
])('a daemon set with %j', (status, word, isDone) => {
  expect(daemonSetRollout(set(status))).toMatchObject({ status: word, isDone });
});

const at = (time: unknown): number | undefined => (typeof time === 'string' ? Date.parse(time) : undefined);
test.each<[Raw, Raw]>([
  [
    { active: 1, startTime: '2026-03-04T10:00:00Z' },
    { status: 'running', detail: '0 of 1 runs succeeded' },
  ],
  [
    {
      succeeded: 1,
      startTime: '2026-03-04T10:00:00Z',
      completionTime: '2026-03-04T10:01:30Z',
      conditions: [{ type: 'Complete', status: 'True' }],
    },
    { status: 'complete', ready: 1, wanted: 1, detail: '1 of 1 runs succeeded in 1m30s' },
  ],
  [
    {
      failed: 4,
      conditions: [{ type: 'Failed', status: 'True', reason: 'BackoffLimitExceeded', message: 'too often' }],
    },
    { status: 'failed', detail: 'BackoffLimitExceeded: too often; 0 of 1 runs succeeded; 4 failed' },
  ],
])('a job with %j', (status, row) => {
  const found = parseJob({ metadata: meta('nightly'), spec: { completions: 1 }, status }, at).row;
  expect(found).toMatchObject(row);
  if (row.ready === undefined) expect(found).not.toHaveProperty('ready');
});

test('an event, with any of its times', () => {
  const raw = {
    metadata: meta('e'),
    involvedObject: { kind: 'Pod', name: 'bus-0' },
    type: 'Warning',
    reason: 'BackOff',
    message: 'Back-off restarting\u001b[2J',
  };
  expect(
    formatKubeEvent(parseKubeEvent({ ...raw, count: 14, lastTimestamp: '2026-03-04T10:14:07Z' }, at)),
  ).toMatch(/^2026-03-04T10:14:07Z ×14 Back-off/);
  expect(
    parseKubeEvent(
      { ...raw, lastTimestamp: null, eventTime: '2026-03-04T10:13:07.5Z', series: { count: 3 } },
      at,
    ),
  ).toMatchObject({ object: 'pod bus-0', count: 3, lastAt: Date.parse('2026-03-04T10:13:07.5Z') });
});

test('a stuck rollout is critical, even if all desired replicas are ready', () => {
  const conditions = [{ type: 'Progressing', status: 'False', reason: 'ProgressDeadlineExceeded' }];
  const { row } = parseDeployment(deployment('x', {}, { conditions }), at);
  expect(row).toMatchObject({ ready: 2, wanted: 2 });
  expect(levelOf('workloads', { source: 'k8s', at: 0, ...row }, {})).toBe('crit');
});
