import type { RunExercise } from '../support/exercises.ts';

const env = 'saga/production';
const orchestrator = 'saga-orchestrator';
const database = 'microservices';

/** All runbooks for each incident, also those that do not recover it. */
export const sagaIncidents: readonly RunExercise[] = [
  {
    env,
    incident: 'saga-failures',
    runbook: 'saga-failures',
    params: { deployment: 'inventory-service' },
    confirm: ['inventory-service'],
    done: ['a2', 'a3'],
  },
  { env, incident: 'high-latency', runbook: 'latency-scale', params: { n: '5' }, confirm: [orchestrator] },
  { env, incident: 'slow-statements', runbook: 'latency-plan', confirm: [database] },
  { env, incident: 'slow-statements', runbook: 'latency-index', confirm: [database] },
  { env, incident: 'high-latency', runbook: 'latency-hpa', confirm: [orchestrator] },
  {
    env,
    incident: 'memory-leak',
    runbook: 'memory-leak',
    params: { deployment: orchestrator },
    confirm: [orchestrator],
    done: ['a0'],
  },
  {
    env,
    incident: 'memory-leak',
    runbook: 'memory-limit',
    params: { memory: '2Gi' },
    confirm: [orchestrator],
    done: ['a0'],
  },
  {
    env,
    incident: 'pool-exhaustion',
    runbook: 'connections',
    params: { age: '10m' },
    confirm: [database],
  },
  // Only the oldest sessions are terminated: the younger ones keep their slots, and the shortage persists.
  {
    env,
    incident: 'pool-exhaustion',
    runbook: 'connections',
    params: { age: '35m' },
    confirm: [database],
    ending: 'executed-not-recovered',
  },
  {
    env,
    incident: 'pool-exhaustion',
    runbook: 'connections-restart',
    confirm: [orchestrator],
    ending: 'executed-not-recovered',
  },
  // As maintenance: the pods are replaced, and their pools are new.
  { env, runbook: 'connections-restart', confirm: [orchestrator] },
  {
    env,
    incident: 'pool-exhaustion',
    runbook: 'connections-more',
    params: { slots: '200' },
    confirm: [database, 'postgres'],
    done: ['backup'],
  },
  {
    env,
    incident: 'pool-exhaustion',
    runbook: 'pool-size',
    params: { open: '25', idle: '5' },
    confirm: [orchestrator],
    ending: 'executed-not-recovered',
  },
  { env, runbook: 'pool-size', params: { open: '25', idle: '5' }, confirm: [orchestrator] },
  // A pool that is too small: the server has more free connections than before.
  {
    env,
    runbook: 'pool-size',
    params: { open: '1', idle: '1' },
    confirm: [orchestrator],
    ending: 'executed-not-recovered',
  },
  // Fewer slots than now: nothing is set, nothing is restarted.
  {
    env,
    incident: 'pool-exhaustion',
    runbook: 'connections-more',
    params: { slots: '100' },
    confirm: [database, 'postgres'],
    done: ['backup'],
    ending: 'not-applicable',
  },
  // More consumers than the topic has partitions.
  {
    env,
    incident: 'consumer-lag',
    runbook: 'consumer-lag',
    params: { n: '5' },
    confirm: [orchestrator],
    ending: 'not-applicable',
  },
  // A limit below the current one.
  {
    env,
    incident: 'memory-leak',
    runbook: 'memory-limit',
    params: { memory: '512Mi' },
    confirm: [orchestrator],
    done: ['a0'],
    ending: 'not-applicable',
  },
  { env, incident: 'consumer-lag', runbook: 'consumer-lag', params: { n: '3' }, confirm: [orchestrator] },
  {
    env,
    incident: 'consumer-lag',
    runbook: 'more-partitions',
    params: { count: '6' },
    confirm: ['saga-events'],
    ending: 'executed-not-recovered',
  },
  // One partition per member.
  {
    env,
    incident: 'partitions-short',
    runbook: 'more-partitions',
    params: { count: '5' },
    confirm: ['saga-events'],
  },
  { env, incident: 'consumer-stalled', runbook: 'consumer-batch', confirm: [orchestrator] },
];
