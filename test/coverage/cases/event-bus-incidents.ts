import type { RunExercise } from '../support/exercises.ts';

const env = 'event-bus/production';
const service = ['event-bus-service'];
/** A pod of a freshly started simulator; pod names are deterministic. */
const pod = 'event-bus-service-6d987dff79-hk285';
const pods = [pod, 'event-bus-service-6d987dff79-ktx4b', 'event-bus-service-6d987dff79-l5c6c'];
/** The blocking session. */
const pid = '2103';

/** Runbook exercises for each incident. */
export const eventBusIncidents: readonly RunExercise[] = [
  { env, incident: 'wont-start', runbook: 'wont-start', confirm: service, done: ['a5'] },
  { env, incident: 'bad-credential', runbook: 'database-user', confirm: service },
  {
    env,
    incident: 'high-memory',
    runbook: 'high-memory',
    params: { n: '5' },
    confirm: service,
    done: ['a3'],
  },
  { env, incident: 'high-memory', runbook: 'memory-limit', confirm: service },
  { env, incident: 'high-memory', runbook: 'java-options', confirm: service },
  { env, incident: 'heap-garbage', runbook: 'collect-garbage', params: { pods }, confirm: pods },
  // The heap is full of what is in use.
  {
    env,
    incident: 'high-memory',
    runbook: 'collect-garbage',
    params: { pods },
    confirm: pods,
    ending: 'executed-not-recovered',
  },
  { env, runbook: 'heap-dump', params: { pod }, confirm: [pod], done: ['a2'] },
  {
    env,
    incident: 'breaker-left-open',
    runbook: 'breakers-open',
    params: { name: 'database' },
    confirm: ['database'],
    done: ['a1', 'a3', 'a4'],
  },
  {
    env,
    incident: 'breaker-left-open',
    runbook: 'breaker-anyway',
    params: { name: 'database', reason: 'its health page is wrong' },
    confirm: ['database'],
  },
  {
    env,
    incident: 'sla',
    runbook: 'sla-compliance',
    params: { n: '6' },
    confirm: service,
    done: ['a1', 'a5'],
  },
  {
    env,
    incident: 'database-blocked',
    runbook: 'database-connectivity',
    params: { pids: pid },
    confirm: ['eventbus_db'],
  },
  { env, incident: 'dependency-down', runbook: 'restore-database', confirm: ['postgres-cluster'] },
  // It changes nothing: the database is still down.
  {
    env,
    incident: 'dependency-down',
    runbook: 'database-check',
    done: ['a1', 'a2'],
    ending: 'executed-not-recovered',
  },
];
