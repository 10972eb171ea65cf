/** Common fields of API objects. */
export interface KubeObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly labels?: Readonly<Record<string, string>>;
    readonly annotations?: Readonly<Record<string, string>>;
  };
  readonly [field: string]: unknown;
}

/** Node of a pod. 'fake': kwok only reports that it runs. 'true': the node with containers runs it. */
export type Place = 'fake' | 'true';

export interface Workload {
  readonly name: string;
  readonly namespace: string;
  readonly place?: Place;
  readonly replicas?: number;
  /** Executed by a shell; only on the true node. */
  readonly script?: string;
  /** For example `32Mi`. */
  readonly memory?: string;
  readonly env?: Readonly<Record<string, string>>;
}

/** The true node's only image: a Debian busybox. */
export const image = 'localhost/opsdeck/busybox:1';
/** Taint of the true node, so that other pods are scheduled on fake nodes. */
export const trueTaint = { key: 'opsdeck.dev/true', value: 'yes', effect: 'NoSchedule' } as const;

const onTrueNode = {
  nodeSelector: { [trueTaint.key]: trueTaint.value },
  tolerations: [{ key: trueTaint.key, operator: 'Exists' }],
  terminationGracePeriodSeconds: 1,
};

const podSpec = ({ name, place = 'fake', script = 'sleep 1000000', memory, env = {} }: Workload) => ({
  ...(place === 'true' ? onTrueNode : {}),
  containers: [
    {
      name,
      image,
      imagePullPolicy: 'Never',
      command: ['sh', '-c', script],
      env: Object.entries(env).map(([key, value]) => ({ name: key, value })),
      ...(memory === undefined ? {} : { resources: { limits: { memory } } }),
    },
  ],
});

const metadata = ({ name, namespace }: Workload) => ({ name, namespace, labels: { app: name } });
const selected = (it: Workload) => ({
  selector: { matchLabels: { app: it.name } },
  template: { metadata: { labels: { app: it.name } }, spec: podSpec(it) },
});

export const pod = (it: Workload, restartPolicy: 'Always' | 'Never' = 'Always'): KubeObject => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: metadata(it),
  spec: { ...podSpec(it), restartPolicy },
});

export const deployment = (it: Workload): KubeObject => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: metadata(it),
  spec: { replicas: it.replicas ?? 1, ...selected(it) },
});

export const statefulSet = (it: Workload): KubeObject => ({
  apiVersion: 'apps/v1',
  kind: 'StatefulSet',
  metadata: metadata(it),
  spec: { replicas: it.replicas ?? 1, serviceName: it.name, ...selected(it) },
});

/** A daemon set on every fake node, or on the true one. */
export const daemonSet = (it: Workload): KubeObject => ({
  apiVersion: 'apps/v1',
  kind: 'DaemonSet',
  metadata: metadata(it),
  spec: selected(it),
});

/** A cron job. `schedule`: cron syntax; default: never, because the suite starts jobs itself. */
export const cronJob = (it: Workload, schedule = '0 0 31 2 *'): KubeObject => ({
  apiVersion: 'batch/v1',
  kind: 'CronJob',
  metadata: metadata(it),
  spec: {
    schedule,
    jobTemplate: { spec: { template: { spec: { ...podSpec(it), restartPolicy: 'Never' } } } },
  },
});

/** An autoscaler. Without a metrics server its condition `ScalingActive` is false, with a reason. */
export const autoscaler = (target: KubeObject, min: number, max: number): KubeObject => ({
  apiVersion: 'autoscaling/v2',
  kind: 'HorizontalPodAutoscaler',
  metadata: target.metadata,
  spec: {
    scaleTargetRef: { apiVersion: target.apiVersion, kind: target.kind, name: target.metadata.name },
    minReplicas: min,
    maxReplicas: max,
    metrics: [
      {
        type: 'Resource',
        resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 80 } },
      },
    ],
  },
});
