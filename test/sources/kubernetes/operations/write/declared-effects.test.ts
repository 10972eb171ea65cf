import { expect, test } from 'vitest';
import { apiResources } from '../../../../../src/sources/kubernetes/api/api-resources.ts';
import {
  deletionEffects,
  rolloutEffects,
  scaleEffects,
} from '../../../../../src/sources/kubernetes/operations/write/declared-effects.ts';

const workload = (kind: string, replicas?: number, more: object = {}) => ({
  kind,
  metadata: { name: 'orders', namespace: 'shop', uid: 'u1' },
  spec: { ...(replicas === undefined ? {} : { replicas }), ...more },
});

const template = { template: { spec: { containers: [{ name: 'app', image: 'orders:2' }] } } };

const pods = { kind: 'pod', namespace: 'shop', owner: 'deploy orders' };

test('another template replaces the pods; fewer replicas end some; anything else touches none', () => {
  const was = workload('Deployment', 3);
  expect(rolloutEffects(was, workload('Deployment', 3, template))).toEqual([
    { does: 'replaces', kind: 'workloads', where: pods, ready: 3 },
  ]);
  expect(rolloutEffects(was, workload('Deployment', 3, { minReadySeconds: 5 }))).toEqual([]);
  expect(rolloutEffects(was, workload('Deployment', 5))).toEqual([]);
  expect(rolloutEffects(was, workload('Deployment', 1))).toEqual([
    { does: 'ends', kind: 'workloads', where: pods, ready: 1 },
  ]);
  // The nodes decide how many pods a DaemonSet has.
  expect(rolloutEffects(workload('DaemonSet'), workload('DaemonSet', undefined, template))).toEqual([
    { does: 'replaces', kind: 'workloads', where: { ...pods, owner: 'ds orders' } },
  ]);
  const manual = { ...template, updateStrategy: { type: 'OnDelete' } };
  expect(rolloutEffects(workload('DaemonSet'), workload('DaemonSet', undefined, manual))).toEqual([]);
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
  // Orphaned pods stay.
  expect(deletionEffects({ kind: apiResources.deployment, raw: workload('Deployment', 3) }, true)).toEqual([
    own,
  ]);
  expect(deletionEffects({ kind: apiResources.node, raw: workload('Node') })).toEqual([
    { does: 'ends', kind: 'nodes', where: { name: 'orders' } },
  ]);
});

test('a removed pod has a successor if a controller has to replace it', () => {
  const podOf = (owner: string | undefined, phase: string) => {
    const raw = workload('Pod');
    const controller = {
      controller: true,
      kind: 'StatefulSet',
      name: owner,
      uid: 'u2',
      apiVersion: 'apps/v1',
    };
    const metadata = { ...raw.metadata, ...(owner === undefined ? {} : { ownerReferences: [controller] }) };
    return { kind: apiResources.pod, raw: { ...raw, metadata, status: { phase } } };
  };
  const where = { kind: 'pod', namespace: 'shop', name: 'orders' };
  const owned = { kind: 'pod', namespace: 'shop', owner: 'sts orders', name: 'orders' };
  expect(deletionEffects(podOf(undefined, 'Running'))).toEqual([{ does: 'ends', kind: 'workloads', where }]);
  expect(deletionEffects(podOf('orders', 'Running'))).toEqual([
    { does: 'replaces', kind: 'workloads', where: owned },
  ]);
  expect(deletionEffects(podOf('orders', 'Failed'))).toEqual([
    { does: 'ends', kind: 'workloads', where: owned },
  ]);
});
