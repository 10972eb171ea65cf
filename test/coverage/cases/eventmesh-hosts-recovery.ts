import { fileURLToPath } from 'node:url';
import type { RunExercise } from '../support/exercises.ts';
import { nightArchive as archive } from './eventmesh-archives.ts';

const env = 'eventmesh/production';
const unit = 'eventmesh-api';
const dir = '/opt/eventmesh/production';
const hosts = ['vm-1', 'vm-2'];
const opsdeck = fileURLToPath(new URL('../../../bin/opsdeck.js', import.meta.url));

/** Archives, and rollbacks to one. */
export const eventmeshRecovery: readonly RunExercise[] = [
  { env, runbook: 'backup', params: { hosts }, confirm: [dir] },
  {
    env: 'eventmesh/dev',
    incident: 'bad-release',
    runbook: 'rollback',
    params: { host: 'vm-1', archive, version: '0.1.0' },
    confirm: [unit, '/opt/eventmesh/dev', 'hosts'],
    done: ['a3'],
  },
  {
    env,
    incident: 'system-failure',
    runbook: 'system-failure',
    params: { hosts, archive, version: '0.1.0' },
    confirm: [unit, dir, 'hosts'],
    done: ['a1', 'a2', 'a6'],
  },
  // The new host has no archive, so none is a choice for it (test/drills/right-target.long.test.ts): one is copied there first.
  {
    env,
    incident: 'host-replaced',
    runbook: 'copy-archive',
    params: { from: 'vm-1', to: 'vm-2', archive },
    confirm: ['forge', 'hosts'],
  },
  {
    env,
    runbook: 'copy-archive',
    params: { from: 'vm-1', to: 'vm-2', archive },
    confirm: ['forge', 'hosts'],
    ending: 'not-applicable',
  },
  {
    env,
    incident: 'data-corruption',
    runbook: 'data-corruption-stop',
    params: { hosts },
    confirm: [unit],
  },
  {
    env,
    incident: 'corruption-stopped',
    runbook: 'data-corruption',
    params: { hosts, archive, version: '0.1.0' },
    confirm: [unit, dir, 'hosts'],
    done: ['a2', 'a4', 'a5', 'a7'],
  },
  {
    env,
    runbook: 'notify',
    params: { text: 'production was rolled back. It is being watched' },
    confirm: ['chat'],
  },
  { env, runbook: 'timeline', confirm: ['desk'], sets: { opsdeck } },
];
