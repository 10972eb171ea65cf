import { defined } from '../../../domain/base/defined.ts';
import { dayMs } from '../../../domain/text/duration.ts';
import type {
  AutoscalerObject,
  DaemonSetObject,
  DeploymentObject,
  JobObject,
  KubeLabels,
  KubeObject,
  Pod,
} from '../spec/cluster-objects.ts';
import { recordRevision } from './controller-revisions.ts';
import { runDeliveryControllers } from './delivery-controllers.ts';
import { type RolloutProgress, reconcileDeployment, updateRolloutStatus } from './deployment-controller.ts';
import { withStatus } from './disruption-budgets.ts';
import { terminatePod } from './pod-termination.ts';
import { activePodsOf, createPod, reconcileReplicaSet } from './replica-set-controller.ts';
import type { ClusterContext } from './state/cluster-context.ts';
import { ownerReferenceTo, rfc3339Seconds, stableUuid } from './state/names.ts';
import { reconcileStatefulSet } from './stateful-set-controller.ts';

/** Scales a Deployment up to its autoscaler's minimum; one scaled to 0 is unchanged. */
const atLeast = ({ shelves }: ClusterContext, target: DeploymentObject, least: number): DeploymentObject => {
  if (target.spec.replicas === 0 || target.spec.replicas >= least) return target;
  return shelves.deployments.put({
    ...target,
    metadata: { ...target.metadata, generation: (target.metadata.generation ?? 1) + 1 },
    spec: { ...target.spec, replicas: least },
  });
};

/** Writes the status of an autoscaler and enforces its minimum. It never scales for load, so manual replica counts remain. */
const reconcileAutoscaler = (ground: ClusterContext, scaler: AutoscalerObject): void => {
  const { shelves } = ground;
  const { scaleTargetRef, minReplicas = 1 } = scaler.spec;
  const deployment = shelves.deployments.get(scaler.metadata.namespace, scaleTargetRef.name);
  if (deployment === undefined) return;
  const target = atLeast(ground, deployment, minReplicas);
  const { replicas } = target.spec;
  const current = target.status.replicas ?? 0;
  const time = scaler.metadata.creationTimestamp;
  const condition = (type: string, reason: string, message: string) => ({
    type,
    status: 'True',
    lastTransitionTime: time,
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

/** One step of the Job controller: one pod that completes by itself. */
const reconcileJob = (ground: ClusterContext, job: JobObject): void => {
  const finished = job.status.completionTime !== undefined;
  const pods = activePodsOf(ground, job);
  if (pods.length === 0 && !finished) createPod(ground, { owner: job, template: job.spec.template });
  const now = activePodsOf(ground, job);
  const active = now.filter(({ life }) => life?.step !== 'ended').length;
  const succeeded = now.filter(({ life }) => life?.step === 'ended' && life.lastExit?.exitCode === 0).length;
  const isDone = succeeded > 0;
  if (finished) return;
  const completionTime = rfc3339Seconds(ground.now);
  ground.shelves.jobs.put({
    ...job,
    status: {
      ...(active === 0 ? {} : { active }),
      ready: now.filter(({ life }) => life?.isReady === true).length,
      startTime: job.status.startTime ?? completionTime,
      ...(isDone
        ? {
            succeeded,
            completionTime: completionTime,
            conditions: [
              { type: 'SuccessCriteriaMet', status: 'True', lastTransitionTime: completionTime },
              { type: 'Complete', status: 'True', lastTransitionTime: completionTime },
            ],
          }
        : {}),
    },
  });
  if (isDone)
    ground.recordEvent(job, {
      type: 'Normal',
      reason: 'Completed',
      message: 'Job completed',
      by: 'job-controller',
    });
};

/** The fields of a Service that the model reads. */
interface ServiceObject extends KubeObject {
  readonly spec: {
    readonly selector?: KubeLabels;
    readonly ports: readonly {
      readonly name?: string;
      readonly port: number;
      readonly targetPort?: number;
    }[];
  };
}

const endpointOf = (pod: Pod) => {
  const ready = pod.status.conditions.some(({ type, status }) => type === 'Ready' && status === 'True');
  const terminating = pod.metadata.deletionTimestamp !== undefined;
  return {
    addresses: [pod.status.podIP ?? ''],
    conditions: { ready: ready && !terminating, serving: ready, terminating },
    nodeName: pod.spec.nodeName,
    targetRef: {
      kind: 'Pod',
      name: pod.metadata.name,
      namespace: pod.metadata.namespace,
      uid: pod.metadata.uid,
    },
  };
};

/** Writes the endpoints of a Service. */
const reconcileEndpoints = (ground: ClusterContext, service: ServiceObject): void => {
  const { name, namespace, uid } = service.metadata;
  const selector = Object.entries(service.spec.selector ?? {});
  const pods = ground.shelves.pods
    .list()
    .filter(
      (pod) =>
        pod.metadata.namespace === namespace &&
        pod.status.podIP !== undefined &&
        selector.every(([key, value]) => pod.metadata.labels?.[key] === value),
    );
  const slice = `${name}-${stableUuid(`slice/${uid}`).slice(0, 5)}`;
  const known = ground.shelves.endpointslices.get(namespace, slice);
  ground.shelves.endpointslices.put({
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: known?.metadata ?? {
      name: slice,
      ...defined({ namespace }),
      uid: stableUuid(`endpointslice/${uid}`),
      resourceVersion: '',
      generation: 1,
      creationTimestamp: rfc3339Seconds(ground.now),
      labels: {
        'kubernetes.io/service-name': name,
        'endpointslice.kubernetes.io/managed-by': 'endpointslice-controller.k8s.io',
      },
      ownerReferences: [ownerReferenceTo(service)],
    },
    addressType: 'IPv4',
    endpoints: pods.map(endpointOf),
    ports: service.spec.ports.map(({ name: port, targetPort, port: number }) => ({
      name: port ?? '',
      port: targetPort ?? number,
      protocol: 'TCP',
    })),
  });
};

const revisionLabel = 'controller-revision-hash';

/** One step of the DaemonSet controller: one pod per node; a new template replaces them node by node. */
const reconcileDaemonSet = (ground: ClusterContext, set: DaemonSetObject): void => {
  const revision = recordRevision(ground, set);
  const nodes = ground.shelves.nodes.list().map(({ metadata }) => metadata.name);
  const pods = activePodsOf(ground, set);
  for (const node of nodes)
    if (!pods.some(({ pod }) => pod.spec.nodeName === node))
      createPod(ground, {
        owner: set,
        template: set.spec.template,
        nodeName: node,
        labels: { [revisionLabel]: revision },
      });
  const stale = pods.find(({ pod }) => pod.metadata.labels?.[revisionLabel] !== revision);
  const allReady = pods.length === nodes.length && pods.every(({ life }) => life?.isReady === true);
  if (stale?.life !== undefined && (allReady || !stale.life.isReady))
    terminatePod(ground, stale.pod, stale.life);
  const now = activePodsOf(ground, set);
  const ready = now.filter(({ life }) => life?.isReady === true).length;
  const updated = now.filter(({ pod }) => pod.metadata.labels?.[revisionLabel] === revision).length;
  ground.shelves.daemonsets.put({
    ...set,
    status: {
      observedGeneration: set.metadata.generation ?? 1,
      currentNumberScheduled: now.length,
      desiredNumberScheduled: nodes.length,
      numberMisscheduled: 0,
      numberReady: ready,
      ...(ready === 0 ? {} : { numberAvailable: ready }),
      ...(ready === nodes.length ? {} : { numberUnavailable: nodes.length - ready }),
      ...(updated === 0 ? {} : { updatedNumberScheduled: updated }),
    },
  });
};

/** Progress of each unfinished rollout by UID. */
export type RolloutProgressByUid = Map<string, RolloutProgress>;

/** Garbage-collects objects without an owner. */
const collect = (ground: ClusterContext): void => {
  const { shelves } = ground;
  const owners: readonly Iterable<KubeObject>[] = [
    shelves.deployments.all(),
    shelves.replicasets.all(),
    shelves.statefulsets.all(),
    shelves.daemonsets.all(),
    shelves.jobs.all(),
    shelves.cronjobs.all(),
    shelves.services.all(),
  ];
  const known = new Set(owners.flatMap((all) => [...all].map(({ metadata }) => metadata.uid)));
  const isOrphan = ({ metadata }: KubeObject): boolean =>
    metadata.ownerReferences !== undefined && !metadata.ownerReferences.some(({ uid }) => known.has(uid));
  for (const { metadata } of [...shelves.replicasets.all()].filter(isOrphan))
    shelves.replicasets.remove(metadata.namespace, metadata.name);
  for (const { metadata } of [...shelves.controllerrevisions.all()].filter(isOrphan))
    shelves.controllerrevisions.remove(metadata.namespace, metadata.name);
  for (const { metadata } of [...shelves.jobs.all()].filter(isOrphan))
    shelves.jobs.remove(metadata.namespace, metadata.name);
  for (const pod of [...shelves.pods.all()].filter(isOrphan)) {
    const life = ground.lives.get(pod.metadata.uid);
    if (life !== undefined) terminatePod(ground, pod, life);
  }
};

/** Moves the last run of a daily CronJob on, without a Job of its own. */
const reconcileCronJob = ({ shelves, now }: ClusterContext, cronJob: KubeObject): void => {
  const { lastScheduleTime, lastSuccessfulTime } =
    (
      cronJob as {
        readonly status?: { readonly lastScheduleTime?: string; readonly lastSuccessfulTime?: string };
      }
    ).status ?? {};
  if (lastScheduleTime === undefined || lastSuccessfulTime === undefined) return;
  const last = Date.parse(lastScheduleTime);
  const days = Math.floor((now - last) / dayMs);
  if (days < 1) return;
  const later = (time: string): string => rfc3339Seconds(Date.parse(time) + days * dayMs);
  const status = { lastScheduleTime: later(lastScheduleTime), lastSuccessfulTime: later(lastSuccessfulTime) };
  shelves.cronjobs.put({ ...cronJob, status } as KubeObject);
};

/** One step of every controller, in order of dependency. */
export const runControllers = (ground: ClusterContext, progresses: RolloutProgressByUid): void => {
  const { shelves } = ground;
  collect(ground);
  runDeliveryControllers(ground);
  for (const desired of [...shelves.deployments.all()]) {
    const { uid } = desired.metadata;
    const deployment = reconcileDeployment(ground, desired);
    const progress = updateRolloutStatus(ground, deployment, progresses.get(uid));
    progresses.set(uid, progress);
    if (progress.isOver) progresses.delete(uid);
  }
  for (const set of [...shelves.replicasets.all()])
    if (set.metadata.ownerReferences === undefined) reconcileReplicaSet(ground, set);
  for (const set of [...shelves.statefulsets.all()]) reconcileStatefulSet(ground, set);
  for (const set of [...shelves.daemonsets.all()]) reconcileDaemonSet(ground, set);
  for (const job of [...shelves.jobs.all()]) reconcileJob(ground, job);
  for (const service of [...shelves.services.all()])
    if (isService(service)) reconcileEndpoints(ground, service);
  for (const cronJob of [...shelves.cronjobs.all()]) reconcileCronJob(ground, cronJob);
  for (const scaler of [...shelves.horizontalpodautoscalers.all()]) reconcileAutoscaler(ground, scaler);
  for (const budget of [...shelves.poddisruptionbudgets.all()])
    shelves.poddisruptionbudgets.put(withStatus(ground, budget));
};

const isService = (object: KubeObject): object is ServiceObject => 'spec' in object;
