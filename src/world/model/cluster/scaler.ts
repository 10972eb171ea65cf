import type { Ground } from './ground.ts';
import type { KubeObject } from './objects.ts';

/** Writes what an autoscaler sees. It leaves the number of replicas alone: whoever sets it is believed. */
export const keepScaler = ({ shelves }: Ground, scaler: KubeObject): void => {
  const target = shelves.deployments.get(scaler.metadata.namespace, scaler.metadata.name);
  if (target === undefined) return;
  const { replicas } = target.spec;
  const current = target.status.replicas ?? 0;
  const at = scaler.metadata.creationTimestamp;
  const condition = (type: string, reason: string, message: string) => ({
    type,
    status: 'True',
    lastTransitionTime: at,
    reason,
    message,
  });
  const object = {
    ...scaler,
    status: {
      currentReplicas: current,
      desiredReplicas: replicas,
      currentMetrics: [
        {
          type: 'Resource',
          resource: { name: 'cpu', current: { averageUtilization: 34, averageValue: '170m' } },
        },
      ],
      conditions: [
        condition('AbleToScale', 'ReadyForNewScale', 'recommended size matches current size'),
        condition(
          'ScalingActive',
          'ValidMetricFound',
          'the HPA was able to successfully calculate a replica count from cpu resource utilization (percentage of request)',
        ),
      ],
    },
  };
  shelves.horizontalpodautoscalers.put(object);
};
