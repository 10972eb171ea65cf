import { describe, expect, test } from 'vitest';
import { type Sabotage, sabotaged } from '../sabotage/saboteur.ts';
import { nightArchive } from './cases/eventmesh-archives.ts';
import { eventmeshBuild } from './cases/eventmesh-build.ts';
import { eventmeshHosts } from './cases/eventmesh-hosts.ts';
import { eventmeshRecovery } from './cases/eventmesh-hosts-recovery.ts';
import type { RunExercise } from './support/exercises.ts';

/** What one may take: a fifth of it where nothing else runs. */
const timeout = 120_000;

const exercises = [...eventmeshHosts, ...eventmeshRecovery, ...eventmeshBuild].flatMap((one) =>
  'runbook' in one && one.ending === undefined ? [one] : [],
);

const exerciseOf = (runbook: string, env: string): RunExercise => {
  const found = exercises.find((one) => one.runbook === runbook && one.env === `eventmesh/${env}`);
  if (found === undefined) throw new Error(`no exercise of ${runbook} in ${env} recovers`);
  return found;
};

/** Acts that are answered with success and carried out on another system, or by half. */
const acts: readonly (readonly [runbook: string, env: string, step: string, sabotage: Sabotage])[] = [
  ['port-conflict', 'dev', 'a1', 'nothing'],
  ['port-conflict', 'dev', 'a1-start', 'nothing'],
  ['port-conflict', 'dev', 'a1', 'undone'],
  ['restart', 'dev', 'a2', 'nothing'],
  ['restart', 'dev', 'a2', 'undone'],
  ['slow', 'production', 'a1-remove', 'nothing'],
  ['slow', 'production', 'a3', 'nothing'],
  ['debug-mode', 'staging', 'a1', 'nothing'],
  ['debug-mode', 'staging', 'a1', 'half'],
  ['backup', 'production', 'a1/1', 'nothing'],
  ['backup', 'production', 'a1/2', 'half'],
  ['rollback', 'dev', 'a1', 'nothing'],
  ['rollback', 'dev', 'a2', 'nothing'],
  ['rollback', 'dev', 'a2', 'undone'],
  ['rollback', 'dev', 'a4', 'nothing'],
  ['system-failure', 'production', 'a4/1', 'nothing'],
  ['system-failure', 'production', 'a5/2', 'nothing'],
  ['data-corruption', 'production', 'a1/2', 'nothing'],
  ['data-corruption', 'production', 'a3/2', 'nothing'],
  ['deploy', 'dev', 'a1', 'nothing'],
  ['deploy', 'staging', 'a1', 'nothing'],
  ['deploy-without-tests', 'dev', 'a1', 'nothing'],
  ['deploy-without-backup', 'dev', 'a1', 'nothing'],
  ['deploy-dry-run', 'staging', 'a1', 'nothing'],
  ['deploy-by-hand', 'dev', 'a1', 'nothing'],
  ['deploy-by-hand', 'dev', 'a3/1', 'nothing'],
  ['deploy-by-hand', 'dev', 'a3/2', 'nothing'],
  ['deploy-by-hand', 'dev', 'a3-back/1', 'nothing'],
  ['deploy-by-hand', 'dev', 'a4', 'nothing'],
  ['rate-limit', 'dev', 'a1', 'nothing'],
  ['security-scan', 'dev', 'a3', 'nothing'],
  ['report-metrics', 'dev', 'a1', 'nothing'],
];

describe('a sabotaged act never ends as recovered', () => {
  test.each(acts)('%s of %s: %s, %s', { timeout }, async (runbook, env, step, sabotage) => {
    const outcome = await sabotaged(exerciseOf(runbook, env), step, sabotage);
    if (sabotage !== 'undone') expect(outcome.diverted).toBeGreaterThan(0);
    expect(outcome.ending, outcome.why).not.toBe('recovered');
  });
});

test('a rollback to an archive of another version than was expected does not end as recovered', {
  timeout,
}, async () => {
  const wrong = {
    ...exerciseOf('rollback', 'dev'),
    params: { host: 'vm-1', archive: nightArchive, version: '0.1.1' },
  };
  const { ending, why } = await sabotaged(wrong, 'none', 'nothing');
  expect(ending).toBe('executed-not-recovered');
  expect(why).toMatch(/version 0\.1\.0, expected 0\.1\.1/);
});
