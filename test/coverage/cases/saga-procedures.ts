import type { RunExercise } from '../support/exercises.ts';

const env = 'saga/production';
const orchestrator = 'saga-orchestrator';
const services = [orchestrator, 'inventory-service', 'payment-service', 'notification-service'];

/** Planned procedures. */
export const sagaProcedures: readonly RunExercise[] = [
  { env, runbook: 'release', params: { tag: '1.8.1' }, confirm: [orchestrator] },
  { env, incident: 'bad-release', runbook: 'roll-back', params: { revision: '1' }, confirm: [orchestrator] },
  { env, runbook: 'heap-profile' },
  { env, runbook: 'restart-services', confirm: services },
  { env, runbook: 'topic-recovery', params: { name: 'saga-replies' }, confirm: ['saga-replies'] },
  { env, runbook: 'database-tuning', confirm: ['microservices', 'postgres'], done: ['a8'] },
  { env, runbook: 'backup', confirm: ['postgres-0'] },
  {
    env,
    runbook: 'database-start',
    params: { deployments: orchestrator, n: '3' },
    confirm: [orchestrator],
  },
  { env, runbook: 'vacuum', confirm: ['microservices'] },
  { env, runbook: 'jvm-options', confirm: ['payment-service'] },
  { env, runbook: 'go-options', confirm: [orchestrator] },
];
