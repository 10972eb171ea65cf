import type { RunExercise } from '../support/exercises.ts';

const env = 'event-processing/production';
const consumer = 'service-8082';
const events = 'event_processing.events';

/** All runbooks for each incident, also those that do not recover it. */
export const eventProcessingIncidents: readonly RunExercise[] = [
  { env, incident: 'consumer-lag', runbook: 'consumer-lag', params: { n: '6' }, confirm: [consumer] },
  // More members than partitions: nothing is sent.
  {
    env,
    incident: 'consumer-lag',
    runbook: 'consumer-lag',
    params: { n: '7' },
    confirm: [consumer],
    ending: 'not-applicable',
  },
  {
    env,
    incident: 'breaker-open',
    runbook: 'breaker-open',
    params: { service: 'service-8084' },
    confirm: ['service-8084'],
    done: ['a1', 'a2'],
  },
  {
    env,
    incident: 'breaker-left-open',
    runbook: 'breaker-wait',
    done: ['a1', 'a2'],
  },
  // The cause is in a process, which is not restarted.
  {
    env,
    incident: 'breaker-open',
    runbook: 'breaker-wait',
    done: ['a1', 'a2'],
    ending: 'executed-not-recovered',
  },
  // The wrong service: the circuit breaker opens again.
  {
    env,
    incident: 'breaker-open',
    runbook: 'breaker-open',
    params: { service: 'service-8083' },
    confirm: ['service-8083'],
    done: ['a1', 'a2'],
    ending: 'executed-not-recovered',
  },
  {
    env,
    incident: 'mongodb-slow',
    runbook: 'mongodb-index',
    params: { fields: ['status', 'timestamp'] },
    confirm: [events],
    done: ['a2', 'a4'],
  },
  // An index that no slow query uses: MongoDB stays slow.
  {
    env,
    incident: 'mongodb-slow',
    runbook: 'mongodb-index',
    params: { fields: ['type', '-timestamp'], name: 'type_1_timestamp_-1' },
    confirm: [events],
    done: ['a2', 'a4'],
    ending: 'executed-not-recovered',
  },
  { env, incident: 'mongodb-slow', runbook: 'mongodb-pool', params: { n: '300' }, confirm: ['service-8083'] },
  {
    env,
    incident: 'mongodb-down',
    runbook: 'service-restart',
    params: { service: 'mongodb' },
    confirm: ['mongodb'],
  },
  { env, incident: 'localstack-unavailable', runbook: 'localstack-restart', confirm: ['localstack'] },
  { env, incident: 'resources-missing', runbook: 'localstack-setup', confirm: ['setup'] },
  { env, incident: 'events-stuck', runbook: 'events-stuck', confirm: [events, consumer], done: ['a4'] },
  { env, incident: 'dead-letters', runbook: 'dlq-redrive', confirm: ['events-dlq'] },
];

/** A wrong path in each of the other incidents: nothing is sent, or the run is not recovered. */
export const eventProcessingWrongPaths: readonly RunExercise[] = [
  {
    env,
    incident: 'mongodb-down',
    runbook: 'service-restart',
    params: { service: 'service-8083' },
    confirm: ['service-8083'],
    ending: 'executed-not-recovered',
  },
  {
    env,
    incident: 'localstack-unavailable',
    runbook: 'localstack-setup',
    confirm: ['setup'],
    ending: 'not-applicable',
  },
  {
    env,
    incident: 'resources-missing',
    runbook: 'dlq-redrive',
    confirm: ['events-dlq'],
    ending: 'failed',
  },
  // Without the reset, the events stay in PROCESSING.
  {
    env,
    incident: 'events-stuck',
    runbook: 'service-restart',
    params: { service: consumer },
    confirm: [consumer],
    ending: 'executed-not-recovered',
  },
  // The consumer works: there is nothing to reset.
  {
    env,
    incident: 'dead-letters',
    runbook: 'events-stuck',
    confirm: [events, consumer],
    ending: 'not-applicable',
  },
  {
    env,
    incident: 'system-failure',
    runbook: 'service-restart',
    params: { service: 'mongodb' },
    confirm: ['mongodb'],
    ending: 'executed-not-recovered',
  },
];
