import { expect, test } from 'vitest';
import type { AuthorityLevel } from '../../../src/domain/runbooks/guard.ts';
import type { Danger } from '../../../src/domain/runbooks/operation.ts';
import { roleCheck } from '../../../src/runs/policy/ruling.ts';
import { openStage } from '../stage.ts';

const level = (
  id: string,
  who: readonly string[],
  may: Danger,
  also: readonly string[] = [],
): AuthorityLevel => ({
  id,
  title: id,
  who,
  may,
  also,
});
const levels = [
  level('everybody', ['*'], 'safe'),
  level('on-call', ['ana', 'ben'], 'disruptive', ['drop-index']),
  level('team-lead', ['cem', 'dot'], 'destructive'),
];

test.each<[string, Danger, string, string | true]>([
  ['eve', 'safe', 'restart', true],
  [
    'eve',
    'disruptive',
    'restart',
    'disruptive actions require on-call (ana, ben), team-lead (cem, dot), and eve may run at most safe',
  ],
  ['ana', 'disruptive', 'restart', true],
  [
    'ana',
    'destructive',
    'restart',
    'destructive actions require team-lead (cem, dot), and ana may run at most disruptive',
  ],
  ['ana', 'destructive', 'drop-index', true],
  ['ana', 'destructive', 'drop-index.undo', true],
  ['cem', 'destructive', 'restart', true],
])('%s and %s, %s', (user, danger, runbook, outcome) => {
  const [looked] = roleCheck({ danger, runbook }, levels, user);
  expect(looked?.check.ok).toBe(outcome === true);
  expect(looked?.does).toBe(outcome === true ? 'passes' : 'forbids');
  if (outcome !== true) expect(looked?.check.why).toBe(outcome);
});

test('without `authority` there is no check; an empty one allows only reads', () => {
  expect(roleCheck({ danger: 'destructive', runbook: 'x' }, undefined, 'eve')).toEqual([]);
  expect(roleCheck({ danger: 'read', runbook: 'x' }, [], 'eve')).toEqual([]);
  const [looked] = roleCheck({ danger: 'safe', runbook: 'x' }, [], 'eve');
  expect(looked?.check).toMatchObject({
    ok: false,
    why: 'no role may run safe actions, and eve may run at most read',
  });
});

test('the executor rejects a run above the user’s role, and nothing is sent', async () => {
  await using stage = await openStage({ authority: [level('lead', ['ben'], 'destructive')] });
  const ended = await stage.go(await stage.propose()).end();
  expect(ended).toMatchObject({
    ending: 'forbidden',
    why: 'disruptive actions require lead (ben), and ana may run at most read. Ask one of these people to run the runbook',
    sent: [],
  });
  expect(stage.server.changes).toEqual([]);
});
