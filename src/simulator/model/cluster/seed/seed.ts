import type { Millis } from '../../../../domain/fault.ts';
import type { Ground } from '../ground.ts';
import { ownerOf, stamp } from '../names.ts';
import type { JobObject, KubeObject } from '../objects.ts';
import type { CronSpec } from '../spec.ts';
import { seedGround, seedNetwork } from './around.ts';
import { certificateFor } from './certificate.ts';
import type { SeedPlace } from './workloads.ts';
import { namespaceIn, plainTemplate, seedDeployments, seedMeta, seedSets } from './workloads.ts';

const dayMs: Millis = 86_400_000;

/** The last time before now of a schedule like '0 2 * * *'. */
const lastDue = (schedule: string, now: Millis): Millis => {
  const [minute = 0, hour = 0] = schedule.split(' ').map(Number);
  const ofDay = (hour * 60 + minute) * 60_000;
  return Math.floor((now - ofDay) / dayMs) * dayMs + ofDay;
};

/** The Job that it made last, which went well; its pod is gone. Source: Kubernetes, cronjob controller, getJobName. */
const lastJob = (
  owner: KubeObject,
  spec: JobObject['spec'],
  place: SeedPlace,
  at: Millis,
  tookMs: Millis,
): JobObject => {
  const { name, namespace } = owner.metadata;
  const made = { ...place, createdAt: at };
  const ended = stamp(at + tookMs);
  return {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: {
      ...seedMeta(made, 'jobs', `${name}-${at / 60_000}`, namespace, { app: name }),
      ownerReferences: [{ ...ownerOf(owner), controller: true, blockOwnerDeletion: true }],
    },
    spec: { ...spec, completions: 1, parallelism: 1 },
    status: {
      succeeded: 1,
      ready: 0,
      startTime: stamp(at),
      completionTime: ended,
      conditions: ['SuccessCriteriaMet', 'Complete'].map((type) => ({
        type,
        status: 'True',
        lastTransitionTime: ended,
      })),
    },
  };
};

const seedCronJob = ({ spec, env, shelves, startedAt }: Ground, place: SeedPlace, cron: CronSpec): void => {
  const { name, schedule, image, tookMs } = cron;
  const namespace = namespaceIn(env.spec.name, cron.namespace ?? spec.namespace);
  const jobSpec: JobObject['spec'] = { backoffLimit: 6, template: plainTemplate(name, { image }, 'Never') };
  const at = lastDue(schedule, startedAt);
  const cronJob = {
    apiVersion: 'batch/v1',
    kind: 'CronJob',
    metadata: seedMeta(place, 'cronjobs', name, namespace, { app: name }),
    spec: {
      schedule,
      concurrencyPolicy: 'Forbid',
      suspend: false,
      jobTemplate: { metadata: { labels: { app: name } }, spec: jobSpec },
      successfulJobsHistoryLimit: 3,
      failedJobsHistoryLimit: 1,
    },
    status:
      tookMs === undefined ? {} : { lastScheduleTime: stamp(at), lastSuccessfulTime: stamp(at + tookMs) },
  };
  shelves.cronjobs.put(cronJob);
  if (tookMs !== undefined) shelves.jobs.put(lastJob(cronJob, jobSpec, place, at, tookMs));
};

/** CronJobs: they never start by themselves here; somebody makes a job from one. */
const seedCronJobs = (ground: Ground, place: SeedPlace): void => {
  for (const cron of ground.spec.cronJobs ?? []) seedCronJob(ground, place, cron);
};

const base64 = (text: string): string => Buffer.from(text).toString('base64');

/** ConfigMaps and Secrets, all in the services' namespace. */
const seedConfig = ({ spec, env, shelves }: Ground, place: SeedPlace): void => {
  const namespace = namespaceIn(env.spec.name, spec.namespace);
  for (const [name, data] of Object.entries(spec.configMaps ?? {})) {
    const metadata = seedMeta(place, 'configmaps', name, namespace);
    const object = { apiVersion: 'v1', kind: 'ConfigMap', metadata, data };
    shelves.configmaps.put(object);
  }
  const secret = (name: string, type: string, data: Readonly<Record<string, string>>): void => {
    const metadata = seedMeta(place, 'secrets', name, namespace);
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

/** HorizontalPodAutoscalers as first deployed; what somebody added is gone. */
const seedScalers = ({ spec, env, shelves }: Ground, place: SeedPlace): void => {
  const namespace = namespaceIn(env.spec.name, spec.namespace);
  for (const { metadata } of [...shelves.horizontalpodautoscalers.all()])
    shelves.horizontalpodautoscalers.remove(metadata.namespace, metadata.name);
  for (const { service, least, most, cpuPercent } of spec.scalers ?? []) {
    const object = {
      apiVersion: 'autoscaling/v2',
      kind: 'HorizontalPodAutoscaler',
      metadata: seedMeta(place, 'horizontalpodautoscalers', service, namespace),
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

/** Deployments, StatefulSets and DaemonSets as first deployed; what somebody changed is so no more. */
export const seedWorkloads = (ground: Ground, seed: string): void => {
  const place: SeedPlace = { seed, createdAt: ground.startedAt - ageMs };
  seedDeployments(ground, place);
  seedSets(ground, place);
  seedScalers(ground, place);
};

/** Everything that was there from the start. */
export const seedAll = (ground: Ground, seed: string): void => {
  const place: SeedPlace = { seed, createdAt: ground.startedAt - ageMs };
  seedGround(ground, place);
  seedWorkloads(ground, seed);
  seedCronJobs(ground, place);
  seedNetwork(ground, place);
  seedConfig(ground, place);
};
