import { expect, test } from 'vitest';
import type { Tier } from '../../../src/domain/profile/profile.ts';
import { genericActionCheck, genericActionProblem, permittedVerbs } from '../../../src/runs/policy/ruling.ts';

const run = (verb?: string) => ({
  runbook: 'restart-deployment',
  danger: 'disruptive' as const,
  ...(verb === undefined ? {} : { verb }),
});

test.each<[tier: Tier, actions: readonly string[] | undefined, permitted: readonly string[] | undefined]>([
  ['production', undefined, []],
  ['production', ['restart'], ['restart']],
  ['staging', undefined, undefined],
  ['staging', [], []],
  ['dev', undefined, undefined],
  ['local', ['scale'], ['scale']],
])('%s with guard.actions %j permits %j', (tier, actions, permitted) => {
  expect(permittedVerbs(tier, actions === undefined ? {} : { actions })).toEqual(permitted);
});

test('production without guard.actions denies every verb, and names the line that permits it', () => {
  const scope = { env: 'eu-1', permitted: permittedVerbs('production', {}) };
  expect(genericActionCheck(run('restart'), scope)).toEqual([
    {
      check: {
        what: 'action',
        ok: false,
        why: 'guard.actions of eu-1 does not permit the action "restart"',
        remedy: 'start a runbook of the profile, or add the verb to guard.actions',
      },
      does: 'forbids',
      edit: { path: ['guard', 'actions'], value: '[restart]' },
    },
  ]);
});

test('the line keeps the verbs that are listed already', () => {
  expect(genericActionProblem('scale', { env: 'production', permitted: ['restart'] })).toEqual({
    why: 'guard.actions of production does not permit the action "scale"',
    line: 'guard: { actions: [restart, scale] }',
    edit: { path: ['guard', 'actions'], value: '[restart, scale]' },
  });
});

test('a runbook of the profile and an undo are no generic actions', () => {
  expect(genericActionCheck(run(), { env: 'production', permitted: [] })).toEqual([]);
});
