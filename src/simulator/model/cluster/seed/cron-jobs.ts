import type { Millis } from '../../../../domain/fault.ts';
import type { Ground } from '../ground.ts';
import { ownerOf, stamp } from '../names.ts';
import type { KubeObject } from '../objects.ts';
import type { CronSpec } from '../spec.ts';
import type { JobObject } from '../workload-objects.ts';
import { type SeedPlace, seedMeta } from './metadata.ts';
import { plainTemplate } from './pod-template.ts';
import { namespaceIn } from './workloads.ts';

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
export const seedCronJobs = (ground: Ground, place: SeedPlace): void => {
  for (const cron of ground.spec.cronJobs ?? []) seedCronJob(ground, place, cron);
};
