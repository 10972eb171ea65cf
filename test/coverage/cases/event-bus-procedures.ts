import type { RunExercise } from '../support/exercises.ts';

const service = ['event-bus-service'];

/** What people do by a plan. */
export const eventBusProcedures: readonly RunExercise[] = [
  {
    env: 'event-bus/staging',
    runbook: 'deploy',
    params: { force: 'true' },
    confirm: service,
    done: ['c1', 'c2', 'c3'],
  },
  {
    env: 'event-bus/production',
    runbook: 'deploy',
    params: { force: 'true' },
    confirm: service,
    done: ['c1', 'c2', 'c3'],
  },
  { env: 'event-bus/production', runbook: 'restart-pods', confirm: service },
];
