import type { Condition, KubeObject, Labels, PodTemplate } from './objects.ts';

interface Selector {
  readonly matchLabels: Labels;
}

export interface Strategy {
  readonly type: 'RollingUpdate' | 'Recreate';
  readonly rollingUpdate?: {
    readonly maxSurge?: number | string;
    readonly maxUnavailable?: number | string;
  };
}

export interface DeploymentStatus {
  readonly observedGeneration: number;
  readonly replicas?: number;
  readonly updatedReplicas?: number;
  readonly readyReplicas?: number;
  readonly availableReplicas?: number;
  readonly unavailableReplicas?: number;
  readonly conditions: readonly Condition[];
}

export interface DeploymentObject extends KubeObject {
  readonly spec: {
    readonly replicas: number;
    readonly selector: Selector;
    readonly template: PodTemplate;
    readonly strategy: Strategy;
    readonly paused?: boolean;
    readonly progressDeadlineSeconds: number;
    readonly revisionHistoryLimit: number;
  };
  readonly status: DeploymentStatus;
}

/** A HorizontalPodAutoscaler. */
export interface ScalerObject extends KubeObject {
  readonly spec: {
    readonly scaleTargetRef: { readonly name: string };
    readonly minReplicas?: number;
    readonly maxReplicas: number;
  };
}

export interface ReplicaSetObject extends KubeObject {
  readonly spec: { readonly replicas: number; readonly selector: Selector; readonly template: PodTemplate };
  readonly status: {
    readonly observedGeneration: number;
    readonly replicas: number;
    readonly fullyLabeledReplicas?: number;
    readonly readyReplicas?: number;
    readonly availableReplicas?: number;
  };
}

export interface StatefulSetObject extends KubeObject {
  readonly spec: {
    readonly replicas: number;
    readonly selector: Selector;
    readonly serviceName: string;
    readonly template: PodTemplate;
  };
  readonly status: {
    readonly observedGeneration: number;
    readonly replicas: number;
    readonly readyReplicas?: number;
    readonly availableReplicas: number;
    readonly currentReplicas?: number;
    readonly updatedReplicas?: number;
    readonly currentRevision: string;
    readonly updateRevision: string;
    readonly collisionCount: number;
  };
}

export interface DaemonSetObject extends KubeObject {
  readonly spec: { readonly selector: Selector; readonly template: PodTemplate };
  readonly status: {
    readonly observedGeneration: number;
    readonly currentNumberScheduled: number;
    readonly desiredNumberScheduled: number;
    readonly numberMisscheduled: number;
    readonly numberReady: number;
    readonly numberAvailable?: number;
    readonly numberUnavailable?: number;
    readonly updatedNumberScheduled?: number;
  };
}

export interface JobObject extends KubeObject {
  readonly spec: {
    readonly parallelism?: number;
    readonly completions?: number;
    readonly backoffLimit?: number;
    readonly template: PodTemplate;
  };
  readonly status: {
    readonly active?: number;
    readonly ready?: number;
    readonly succeeded?: number;
    readonly failed?: number;
    readonly startTime?: string;
    readonly completionTime?: string;
    readonly conditions?: readonly Condition[];
  };
}

export interface EndpointSliceObject extends KubeObject {
  readonly addressType: 'IPv4';
  readonly endpoints: readonly unknown[];
  readonly ports: readonly unknown[];
}

export interface EventObject extends KubeObject {
  readonly involvedObject: {
    readonly apiVersion: string;
    readonly kind: string;
    readonly name: string;
    readonly namespace?: string;
    readonly uid: string;
    readonly fieldPath?: string;
  };
  readonly reason: string;
  readonly message: string;
  readonly type: 'Normal' | 'Warning';
  readonly count: number;
  readonly firstTimestamp: string;
  readonly lastTimestamp: string;
  readonly source: { readonly component: string; readonly host?: string };
}

export interface NodeObject extends KubeObject {
  readonly spec: { readonly unschedulable?: boolean };
  readonly status: {
    readonly allocatable: Labels;
    readonly addresses: readonly { readonly type: string; readonly address: string }[];
  };
}
