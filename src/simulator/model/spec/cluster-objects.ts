interface Selector {
  readonly matchLabels: KubeLabels;
}

export interface DeploymentStrategy {
  readonly type: 'RollingUpdate' | 'Recreate';
  readonly rollingUpdate?: {
    readonly maxSurge?: number | string;
    readonly maxUnavailable?: number | string;
  };
}

interface DeploymentStatus {
  readonly observedGeneration: number;
  readonly replicas?: number;
  readonly updatedReplicas?: number;
  readonly readyReplicas?: number;
  readonly availableReplicas?: number;
  readonly unavailableReplicas?: number;
  readonly conditions: readonly ObjectCondition[];
}

export interface DeploymentObject extends KubeObject {
  readonly spec: {
    readonly replicas: number;
    readonly selector: Selector;
    readonly template: PodTemplate;
    readonly strategy: DeploymentStrategy;
    readonly paused?: boolean;
    readonly progressDeadlineSeconds: number;
    readonly revisionHistoryLimit: number;
  };
  readonly status: DeploymentStatus;
}

/** A HorizontalPodAutoscaler. */
export interface AutoscalerObject extends KubeObject {
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

/** A kept template of a StatefulSet or a DaemonSet. */
export interface ControllerRevisionObject extends KubeObject {
  readonly data: {
    readonly spec: { readonly template: PodTemplate & { readonly $patch: 'replace' } };
  };
  readonly revision: number;
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
    readonly conditions?: readonly ObjectCondition[];
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

/** A PodDisruptionBudget; of both rules, one is set. */
export interface BudgetObject extends KubeObject {
  readonly spec: {
    readonly selector: Selector;
    readonly minAvailable?: number | string;
    readonly maxUnavailable?: number | string;
  };
  readonly status?: {
    readonly disruptionsAllowed: number;
    readonly currentHealthy: number;
    readonly desiredHealthy: number;
    readonly expectedPods: number;
  };
}

export interface NodeObject extends KubeObject {
  readonly spec: { readonly unschedulable?: boolean };
  readonly status: {
    readonly allocatable: KubeLabels;
    readonly addresses: readonly { readonly type: string; readonly address: string }[];
  };
}

/** The main container: the first one. */
export const mainContainerOf = ({ spec }: Pick<Pod, 'spec'>): ContainerSpec =>
  spec.containers[0] ?? { name: '', image: '' };

/** The parts of Kubernetes objects that the model reads and writes; other fields from patches are kept. */

export type KubeLabels = Readonly<Record<string, string>>;

export interface OwnerReference {
  readonly apiVersion: string;
  readonly kind: string;
  readonly name: string;
  readonly uid: string;
  readonly controller?: boolean;
  readonly blockOwnerDeletion?: boolean;
}

/** The fields that a manager set last, by server-side apply or a patch. */
export interface ManagedFields {
  readonly manager: string;
  readonly operation: 'Apply' | 'Update';
  readonly apiVersion: string;
  readonly time: string;
  readonly fieldsType: 'FieldsV1';
  readonly fieldsV1: Readonly<Record<string, unknown>>;
}

export interface ObjectMeta {
  readonly name: string;
  readonly namespace?: string;
  readonly uid: string;
  readonly resourceVersion: string;
  readonly generation?: number;
  /** RFC 3339 with seconds in model time; the server converts it to the caller's clock. */
  readonly creationTimestamp: string;
  readonly deletionTimestamp?: string;
  readonly deletionGracePeriodSeconds?: number;
  readonly labels?: KubeLabels;
  readonly annotations?: KubeLabels;
  readonly ownerReferences?: readonly OwnerReference[];
  readonly managedFields?: readonly ManagedFields[];
  readonly generateName?: string;
}

export interface KubeObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: ObjectMeta;
}

export interface EnvVar {
  readonly name: string;
  readonly value?: string;
  readonly valueFrom?: { readonly secretKeyRef?: { readonly name: string; readonly key: string } };
}

export interface ContainerSpec {
  readonly name: string;
  readonly image: string;
  readonly env?: readonly EnvVar[];
  readonly resources?: { readonly limits?: KubeLabels; readonly requests?: KubeLabels };
}

/** A container that was added to a running pod for debugging, and that cannot be removed. */
export interface EphemeralContainerSpec extends ContainerSpec {
  readonly command?: readonly string[];
  readonly targetContainerName?: string;
  readonly stdin?: boolean;
  readonly tty?: boolean;
}

export interface PodSpec {
  readonly containers: readonly ContainerSpec[];
  readonly ephemeralContainers?: readonly EphemeralContainerSpec[];
  readonly nodeName?: string;
  readonly restartPolicy?: string;
}

export interface PodTemplate {
  readonly metadata?: { readonly labels?: KubeLabels; readonly annotations?: KubeLabels };
  readonly spec: PodSpec;
}

export interface ObjectCondition {
  readonly type: string;
  readonly status: 'True' | 'False' | 'Unknown';
  readonly reason?: string;
  readonly message?: string;
  readonly lastTransitionTime?: string;
  readonly lastUpdateTime?: string;
}

interface Terminated {
  readonly exitCode: number;
  readonly reason: string;
  readonly startedAt: string;
  readonly finishedAt: string;
  readonly containerID: string;
}

export interface ContainerState {
  readonly waiting?: { readonly reason: string; readonly message?: string };
  readonly running?: { readonly startedAt: string };
  readonly terminated?: Terminated;
}

export interface ContainerStatus {
  readonly name: string;
  readonly image: string;
  readonly imageID: string;
  readonly containerID?: string;
  readonly ready: boolean;
  readonly started: boolean;
  readonly restartCount: number;
  readonly state: ContainerState;
  readonly lastState: ContainerState;
}

export interface PodStatus {
  readonly phase: 'Pending' | 'Running' | 'Succeeded' | 'Failed';
  readonly conditions: readonly ObjectCondition[];
  readonly containerStatuses?: readonly ContainerStatus[];
  readonly ephemeralContainerStatuses?: readonly Omit<ContainerStatus, 'started'>[];
  readonly hostIP?: string;
  readonly podIP?: string;
  readonly podIPs?: readonly { readonly ip: string }[];
  readonly qosClass: string;
  readonly startTime?: string;
}

export interface Pod extends KubeObject {
  readonly spec: PodSpec;
  readonly status: PodStatus;
}
