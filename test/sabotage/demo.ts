import type { RunExercise } from '../coverage/support/exercises.ts';

const env = 'demo/production';

/** Exercises of the demo, which has no coverage of its own. */
export const demoExercises: readonly RunExercise[] = [
  { env, incident: 'dependency-down', runbook: 'restore-broker', confirm: ['broker'] },
  { env, incident: 'sla', runbook: 'stop-batch', confirm: ['orders-api'] },
  { env, incident: 'high-error-rate', runbook: 'roll-back-catalog', confirm: ['deploy'] },
  { env, incident: 'high-latency', runbook: 'more-billing', params: { n: '3' }, confirm: ['deploy'] },
];
