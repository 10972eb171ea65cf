import { expect, test } from 'vitest';
import { writtenVersion } from '../../../../src/sources/kubernetes/operations/write/field-diff.ts';

const hpa = (resourceVersion: string, max: number, currentReplicas: number) => ({
  kind: 'HorizontalPodAutoscaler',
  metadata: { name: 'bus', uid: 'u', resourceVersion, managedFields: [{ time: resourceVersion }] },
  spec: { maxReplicas: max },
  status: { currentReplicas },
});

test('an object with a generation is pinned by it', () => {
  expect(writtenVersion({ metadata: { generation: 4, resourceVersion: '9' }, status: {} })).toBe(
    'generation 4',
  );
});

test('an autoscaler is unchanged while only its status changes, and changed by a write', () => {
  expect(writtenVersion(hpa('7', 5, 2))).toBe(writtenVersion(hpa('8', 5, 3)));
  expect(writtenVersion(hpa('7', 5, 2))).not.toBe(writtenVersion(hpa('7', 6, 2)));
});

test('a crashing pod is unchanged; another label is a change', () => {
  const pod = (version: string, label: string, restartCount: number) => ({
    kind: 'Pod',
    metadata: { name: 'a', resourceVersion: version, labels: { app: label } },
    spec: { containers: [{ name: 'app', image: 'app:1' }] },
    status: { containerStatuses: [{ name: 'app', restartCount }] },
  });
  expect(writtenVersion(pod('1', 'bus', 4))).toBe(writtenVersion(pod('2', 'bus', 5)));
  expect(writtenVersion(pod('1', 'bus', 4))).not.toBe(writtenVersion(pod('1', 'quarantine', 4)));
});

test('an object with neither changes only when written, so its resource version pins it', () => {
  expect(writtenVersion({ kind: 'ConfigMap', metadata: { resourceVersion: '12' }, data: { a: 'b' } })).toBe(
    'version 12',
  );
  expect(writtenVersion(undefined)).toBe('not found');
});
