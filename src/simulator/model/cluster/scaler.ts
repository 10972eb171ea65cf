import type { Ground } from './ground.ts';
import type { DeploymentObject, ScalerObject } from './workload-objects.ts';

/** Raises a deployment to the minimum of its autoscaler; one that is scaled to 0 is left alone. */
const atLeast = ({ shelves }: Ground, target: DeploymentObject, least: number): DeploymentObject => {
  if (target.spec.replicas === 0 || target.spec.replicas >= least) return target;
  return shelves.deployments.put({
    ...target,
    metadata: { ...target.metadata, generation: (target.metadata.generation ?? 1) + 1 },
    spec: { ...target.spec, replicas: least },
  });
};

/**
 * Writes what an autoscaler sees, and keeps its minimum. Else it leaves the number of replicas alone: it never finds that
 * the load asks for more, and whoever sets the number is believed.
 */
export const keepScaler = (ground: Ground, scaler: ScalerObject): void => {
  const { shelves } = ground;
  const { scaleTargetRef, minReplicas = 1 } = scaler.spec;
  const found = shelves.deployments.get(scaler.metadata.namespace, scaleTargetRef.name);
  if (found === undefined) return;
  const target = atLeast(ground, found, minReplicas);
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
