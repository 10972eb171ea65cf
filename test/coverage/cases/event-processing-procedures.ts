import { resolve } from 'node:path';
import type { RunExercise } from '../support/exercises.ts';

const env = 'event-processing/production';
const producer = 'event-producer';
const store = 'service-8083';
const events = 'event_processing.events';
const password = resolve('test/contract/rigs/a-new-password');

/** The procedures, in a healthy environment. */
export const eventProcessingProcedures: readonly RunExercise[] = [
  { env, runbook: 'profiler-on', confirm: ['event_processing'] },
  { env, runbook: 'back-up', params: { name: 'exercise' }, confirm: ['setup'] },
  { env, runbook: 'more-partitions', params: { count: '12' }, confirm: ['events'] },
  { env, runbook: 'producer-batch', confirm: [producer] },
  { env, runbook: 'index-priority', confirm: [events] },
  { env, runbook: 'sort-memory', confirm: ['mongodb'] },
  { env, runbook: 'jvm-options', params: { service: store }, confirm: [store] },
  {
    env,
    runbook: 'rotate-password',
    params: { user: 'events', file: password },
    confirm: ['events'],
    done: ['a1-services', 'a2', 'a3'],
  },
  { env, runbook: 'access-review', done: ['a1', 'a2', 'a3'] },
];
