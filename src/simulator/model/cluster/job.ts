import type { Ground } from './ground.ts';
import { makePod } from './make-pod.ts';
import { stamp } from './names.ts';
import { podsOf } from './replica-set.ts';
import type { JobObject } from './workload-objects.ts';

/** One step of the Job controller: one pod, which ends by itself. */
export const keepJob = (ground: Ground, job: JobObject): void => {
  const finished = job.status.completionTime !== undefined;
  const pods = podsOf(ground, job);
  if (pods.length === 0 && !finished) makePod(ground, { owner: job, template: job.spec.template });
  const now = podsOf(ground, job);
  const active = now.filter(({ life }) => life?.step !== 'ended').length;
  const succeeded = now.filter(({ life }) => life?.step === 'ended' && life.last?.exitCode === 0).length;
  const isDone = succeeded > 0;
  if (finished) return;
  const at = stamp(ground.now);
  ground.shelves.jobs.put({
    ...job,
    status: {
      ...(active === 0 ? {} : { active }),
      ready: now.filter(({ life }) => life?.isReady === true).length,
      startTime: job.status.startTime ?? at,
      ...(isDone
        ? {
            succeeded,
            completionTime: at,
            conditions: [
              { type: 'SuccessCriteriaMet', status: 'True', lastTransitionTime: at },
              { type: 'Complete', status: 'True', lastTransitionTime: at },
            ],
          }
        : {}),
    },
  });
  if (isDone)
    ground.say(job, { type: 'Normal', reason: 'Completed', message: 'Job completed', by: 'job-controller' });
};
