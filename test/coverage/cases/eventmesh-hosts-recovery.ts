import { fileURLToPath } from 'node:url';
import { morning } from '../../simulation/simulation.ts';
import type { RunExercise } from '../support/exercises.ts';

const env = 'eventmesh/production';
const unit = 'eventmesh-api';
const dir = '/opt/eventmesh/production';
const hosts = ['vm-1', 'vm-2'];
const opsdeck = fileURLToPath(new URL('../../../bin/opsdeck.js', import.meta.url));

/** The archive that was made in the night, before the last deployment. */
const tonight = new Date(morning).toISOString().slice(0, 10).replaceAll('-', '');
const archive = `/opt/eventmesh/backups/eventmesh-backup-${tonight}000000.tar.gz`;

/** Archives, and the way back to one. */
export const eventmeshRecovery: readonly RunExercise[] = [
  { env, runbook: 'backup', params: { hosts }, confirm: [dir] },
  {
    env: 'eventmesh/dev',
    incident: 'bad-release',
    runbook: 'rollback',
    params: { host: 'vm-1', archive },
    confirm: [unit, '/opt/eventmesh/dev'],
    done: ['a3'],
  },
  {
    env,
    incident: 'system-failure',
    runbook: 'system-failure',
    params: { hosts, archive },
    confirm: [unit, dir],
    done: ['a1', 'a2', 'a6'],
  },
  {
    env,
    incident: 'data-corruption',
    runbook: 'data-corruption',
    params: { hosts, archive },
    confirm: [unit, dir],
    done: ['a2', 'a4', 'a5', 'a7'],
  },
  {
    env,
    runbook: 'notify',
    params: { text: 'production was rolled back; it is being watched' },
    confirm: ['chat'],
  },
  { env, runbook: 'timeline', confirm: ['desk'], sets: { opsdeck } },
];
