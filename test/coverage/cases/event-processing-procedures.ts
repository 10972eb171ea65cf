import { resolve } from 'node:path';
import type { RunExercise } from '../support/exercises.ts';

const env = 'event-processing/production';
const producer = 'event-producer';
const store = 'service-8083';
const consumer = 'service-8082';
const events = 'event_processing.events';
const password = resolve('test/contract/rigs/a-new-password');
const oldPassword = resolve('test/coverage/cases/rehearsal-password');
/** An archive of mongodump, in the format of the simulator. */
const archive = resolve('test/coverage/cases/mongo-20260303.archive.gz');

/** The procedures, in a healthy environment. */
export const eventProcessingProcedures: readonly RunExercise[] = [
  { env, runbook: 'profiler-on', confirm: ['event_processing'] },
  { env, runbook: 'back-up', params: { name: 'exercise' }, confirm: ['event-processing-mongodb-1'] },
  {
    env,
    runbook: 'back-up-topic',
    params: { topic: 'events', max: '1000000' },
    confirm: ['event-processing-kafka-1'],
  },
  {
    env,
    incident: 'data-corruption',
    runbook: 'restore',
    params: { file: archive },
    confirm: [producer, consumer, store, 'service-8084', 'event-processing-mongodb-1'],
  },
  { env, incident: 'system-failure', runbook: 'redeploy', confirm: ['event-processing', 'setup'] },
  {
    env,
    incident: 'consumer-stopped',
    runbook: 'replay-events',
    params: { age: '10m' },
    confirm: ['event-consumer-group', consumer],
  },
  {
    env,
    incident: 'consumer-stopped',
    runbook: 'start-services',
    params: { services: [consumer] },
    confirm: [consumer],
  },
  {
    env: 'event-processing/local',
    incident: 'producer-stopped',
    runbook: 'start-from-source',
    confirm: [producer],
  },
  { env, runbook: 'more-partitions', params: { count: '12' }, confirm: ['events'] },
  { env, runbook: 'producer-batch', confirm: [producer] },
  { env, runbook: 'index-priority', confirm: [events] },
  { env, runbook: 'sort-memory', confirm: ['mongodb'] },
  { env, runbook: 'jvm-options', params: { service: store }, confirm: [store] },
  {
    env,
    runbook: 'rotate-password',
    params: { user: 'events', file: password, old: oldPassword },
    confirm: ['events'],
    done: ['a1-services', 'a2', 'a3'],
  },
  { env, runbook: 'access-review', done: ['a1', 'a2', 'a3'] },
  { env, runbook: 'review-deployment', done: ['a1'] },
  { env, runbook: 'review-day', done: ['a1'] },
  { env, runbook: 'review-week', done: ['a1', 'c4'] },
  { env, runbook: 'review-month', done: ['a1', 'c2', 'c4'] },
];
