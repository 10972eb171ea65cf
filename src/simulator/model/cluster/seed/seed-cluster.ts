import type { Millis } from '../../../../domain/base/fault.ts';
import { dayMs } from '../../../../domain/text/duration.ts';
import type { CronSpec } from '../../spec/cluster.ts';
import type { JobObject, KubeObject } from '../../spec/cluster-objects.ts';
import type { ClusterContext } from '../state/cluster-context.ts';
import { ownerReferenceTo, rfc3339Seconds } from '../state/names.ts';
import { certificateFor } from './certificate.ts';
import { seedDelivery } from './delivery.ts';
import { seedNamespacesAndNodes, seedNetwork } from './namespaces-and-network.ts';
import type { SeedContext } from './workloads.ts';
import {
  imageTemplate,
  seedDeployments,
  seedMetadata,
  seedNamespace,
  seedStatefulAndDaemonSets,
} from './workloads.ts';

/** Previous run time of a schedule like '0 2 * * *'. */
const lastDue = (schedule: string, now: Millis): Millis => {
  const [minute = 0, hour = 0] = schedule.split(' ').map(Number);
  const ofDay = (hour * 60 + minute) * 60_000;
  return Math.floor((now - ofDay) / dayMs) * dayMs + ofDay;
};

/** The last Job, which succeeded; its pod has been deleted. Source: Kubernetes, cronjob controller, getJobName. */
const lastJob = (
  owner: KubeObject,
  spec: JobObject['spec'],
  place: SeedContext,
  time: Millis,
  tookMs: Millis,
): JobObject => {
  const { name, namespace } = owner.metadata;
  const made = { ...place, createdAt: time };
  const ended = rfc3339Seconds(time + tookMs);
  return {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: {
      ...seedMetadata(made, 'jobs', `${name}-${time / 60_000}`, namespace, { app: name }),
      ownerReferences: [{ ...ownerReferenceTo(owner), controller: true, blockOwnerDeletion: true }],
    },
    spec: { ...spec, completions: 1, parallelism: 1 },
    status: {
      succeeded: 1,
      ready: 0,
      startTime: rfc3339Seconds(time),
      completionTime: ended,
      conditions: ['SuccessCriteriaMet', 'Complete'].map((type) => ({
        type,
        status: 'True',
        lastTransitionTime: ended,
      })),
    },
  };
};

const seedCronJob = (
  { spec, env, shelves, startedAt }: ClusterContext,
  place: SeedContext,
  cron: CronSpec,
): void => {
  const { name, schedule, image, tookMs } = cron;
  const namespace = seedNamespace(env.spec.name, cron.namespace ?? spec.namespace);
  const jobSpec: JobObject['spec'] = { backoffLimit: 6, template: imageTemplate(name, { image }, 'Never') };
  const time = lastDue(schedule, startedAt);
  const cronJob = {
    apiVersion: 'batch/v1',
    kind: 'CronJob',
    metadata: seedMetadata(place, 'cronjobs', name, namespace, { app: name }),
    spec: {
      schedule,
      concurrencyPolicy: 'Forbid',
      suspend: tookMs === undefined,
      jobTemplate: { metadata: { labels: { app: name } }, spec: jobSpec },
      successfulJobsHistoryLimit: 3,
      failedJobsHistoryLimit: 1,
    },
    status:
      tookMs === undefined
        ? {}
        : { lastScheduleTime: rfc3339Seconds(time), lastSuccessfulTime: rfc3339Seconds(time + tookMs) },
  };
  shelves.cronjobs.put(cronJob);
  if (tookMs !== undefined) shelves.jobs.put(lastJob(cronJob, jobSpec, place, time, tookMs));
};

/** CronJobs. Those without a duration are suspended: an operator creates a Job from one. */
const seedCronJobs = (ground: ClusterContext, place: SeedContext): void => {
  for (const cron of ground.spec.cronJobs ?? []) seedCronJob(ground, place, cron);
};

const base64 = (text: string): string => Buffer.from(text).toString('base64');

/** ConfigMaps and Secrets, all in the services' namespace. */
const seedConfig = ({ spec, env, shelves }: ClusterContext, place: SeedContext): void => {
  const namespace = seedNamespace(env.spec.name, spec.namespace);
  for (const [name, data] of Object.entries(spec.configMaps ?? {})) {
    const metadata = seedMetadata(place, 'configmaps', name, namespace);
    const object = { apiVersion: 'v1', kind: 'ConfigMap', metadata, data };
    shelves.configmaps.put(object);
  }
  const secret = (name: string, type: string, data: Readonly<Record<string, string>>): void => {
    const metadata = seedMetadata(place, 'secrets', name, namespace);
    const encoded = Object.fromEntries(Object.entries(data).map(([key, value]) => [key, base64(value)]));
    const object = { apiVersion: 'v1', kind: 'Secret', metadata, type, data: encoded };
    shelves.secrets.put(object);
  };
  for (const [name, data] of Object.entries(spec.secrets ?? {})) secret(name, 'Opaque', data);
  for (const [name, hosts] of Object.entries(spec.tlsSecrets ?? {})) {
    const { certificate, key } = certificateFor(hosts, place.createdAt);
    secret(name, 'kubernetes.io/tls', { 'tls.crt': certificate, 'tls.key': key });
  }
};

/** HorizontalPodAutoscalers in their initial state; added ones are removed. */
const seedScalers = ({ spec, env, shelves }: ClusterContext, place: SeedContext): void => {
  const namespace = seedNamespace(env.spec.name, spec.namespace);
  for (const { metadata } of [...shelves.horizontalpodautoscalers.all()])
    shelves.horizontalpodautoscalers.remove(metadata.namespace, metadata.name);
  for (const { service, least, most, cpuPercent } of spec.scalers ?? []) {
    const object = {
      apiVersion: 'autoscaling/v2',
      kind: 'HorizontalPodAutoscaler',
      metadata: seedMetadata(place, 'horizontalpodautoscalers', service, namespace),
      spec: {
        scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: service },
        minReplicas: least,
        maxReplicas: most,
        metrics: [
          {
            type: 'Resource',
            resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: cpuPercent } },
          },
        ],
      },
      status: { currentReplicas: 0, desiredReplicas: 0, conditions: [] },
    };
    shelves.horizontalpodautoscalers.put(object);
  }
};

const ageMs = 100 * 86_400_000;

/** Deployments, StatefulSets and DaemonSets in their initial state; changes are discarded. */
export const seedWorkloads = (ground: ClusterContext, seed: string): void => {
  const place: SeedContext = { seed, createdAt: ground.startedAt - ageMs };
  seedDeployments(ground, place);
  seedStatefulAndDaemonSets(ground, place);
  seedScalers(ground, place);
};

/** All initial objects. */
export const seedCluster = (ground: ClusterContext, seed: string): void => {
  const place: SeedContext = { seed, createdAt: ground.startedAt - ageMs };
  seedNamespacesAndNodes(ground, place);
  seedWorkloads(ground, seed);
  seedCronJobs(ground, place);
  seedNetwork(ground, place);
  seedConfig(ground, place);
  seedDelivery(ground, place);
};
