import { expect, test } from 'vitest';
import { apiResources } from '../../../../../src/sources/kubernetes/api/api-resources.ts';
import {
  deletionEffects,
  rolloutEffects,
  scaleEffects,
} from '../../../../../src/sources/kubernetes/operations/write/declared-effects.ts';

const workload = (kind: string, replicas?: number) => ({
  kind,
  metadata: { name: 'orders', namespace: 'shop', uid: 'u1' },
  spec: replicas === undefined ? {} : { replicas },
});

const pods = { kind: 'pod', namespace: 'shop', owner: 'deploy orders' };

test('a rollout replaces the pods; with fewer replicas it ends some', () => {
  const was = workload('Deployment', 3);
  expect(rolloutEffects(was, was)).toEqual([{ does: 'replaces', kind: 'workloads', where: pods, ready: 3 }]);
  expect(rolloutEffects(was, workload('Deployment', 1))).toEqual([
    { does: 'ends', kind: 'workloads', where: pods, ready: 1 },
  ]);
  // The nodes decide how many pods a DaemonSet has.
  expect(rolloutEffects(workload('DaemonSet'), workload('DaemonSet'))).toEqual([
    { does: 'replaces', kind: 'workloads', where: { ...pods, owner: 'ds orders' } },
  ]);
  expect(rolloutEffects(workload('ConfigMap'), workload('ConfigMap'))).toEqual([]);
});

test('scaling down ends pods, scaling up ends none, and back from 0 there are new ones', () => {
  const raw = workload('Deployment', 3);
  expect(scaleEffects({ raw }, 3, 1)).toEqual([{ does: 'ends', kind: 'workloads', where: pods, ready: 1 }]);
  expect(scaleEffects({ raw }, 3, 5)).toEqual([]);
  expect(scaleEffects({ raw }, 0, 3, true)).toEqual([
    { does: 'replaces', kind: 'workloads', where: pods, ready: 3 },
  ]);
});

test('a deletion ends the object and the pods of a controller', () => {
  const own = {
    does: 'ends',
    kind: 'workloads',
    where: { kind: 'deployment', namespace: 'shop', name: 'orders' },
  };
  expect(deletionEffects({ kind: apiResources.deployment, raw: workload('Deployment', 3) })).toEqual([
    own,
    { does: 'ends', kind: 'workloads', where: pods },
  ]);
  expect(deletionEffects({ kind: apiResources.pod, raw: workload('Pod') })).toEqual([]);
});
