import { expect, test } from 'vitest';
import { formatHpa, parseHpa } from '../../../../src/sources/kubernetes/api/hpa.ts';

const hpa = (status: string, desiredReplicas?: number) =>
  parseHpa({
    metadata: { name: 'bus', namespace: 'shop', uid: 'u', creationTimestamp: '2026-03-04T10:00:00Z' },
    spec: { minReplicas: 1, maxReplicas: 4, scaleTargetRef: { kind: 'Deployment', name: 'bus' } },
    status: {
      currentReplicas: 2,
      desiredReplicas,
      conditions: [
        { type: 'ScalingActive', status, reason: 'FailedGetResourceMetric', message: 'no metrics' },
      ],
    },
  });

test('without metrics the desired replicas of an HPA are unknown, not 0', () => {
  const blind = hpa('False', 0);
  expect(blind).not.toHaveProperty('desired');
  expect(formatHpa(blind)).toBe(
    'deployment/bus has 2 replicas (allowed: 1 to 4), wants an unknown number; FailedGetResourceMetric: no metrics',
  );
  expect(formatHpa(hpa('True', 3))).toMatch(/^deployment\/bus has 2 replicas \(allowed: 1 to 4\), wants 3/);
});
