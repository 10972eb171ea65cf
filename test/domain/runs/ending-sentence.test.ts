import { expect, test } from 'vitest';
import type { IncidentStatus } from '../../../src/domain/incidents/incident-status.ts';
import type { FollowUp } from '../../../src/domain/runbooks/runbook.ts';
import { allClearAt, endingSentence } from '../../../src/domain/runs/ending-sentence.ts';
import { followUpsOfRun, preventionsOfRun } from '../../../src/domain/runs/follow-ups.ts';
import type { Proposal } from '../../../src/domain/runs/proposal.ts';
import type { RunEnding, RunEvent } from '../../../src/domain/runs/run.ts';

const at = { run: 'r1', at: 0 } as const;

const incident = (state: IncidentStatus['state'], more: Partial<IncidentStatus> = {}): IncidentStatus => ({
  ...{ state, began: 2, remaining: 0, unknown: 0, arisen: 0, worst: [] },
  ...more,
});

const planned = (titles: readonly string[] = [], preventions: readonly FollowUp[] = []): RunEvent => ({
  ...at,
  event: 'planned',
  proposal: {
    followUps: titles.map((title, index) => ({ id: `f${index}`, title })),
    preventions,
  } as unknown as Proposal,
});

const acted: RunEvent = { ...at, event: 'acted', step: 'a1', ok: true, result: 'done' };

const ended = (around?: IncidentStatus, ending: RunEnding = 'recovered'): RunEvent => ({
  ...at,
  event: 'ended',
  ending,
  why: '',
  sent: ['POST /restart'],
  ...(around === undefined ? {} : { incident: around }),
});

test.each([
  ['all clear', incident('all-clear'), 'recovered', 'Users are fine.'],
  [
    'healed by itself',
    incident('all-clear'),
    'executed-not-recovered',
    'Users are fine. Nothing shows that this run was the cause.',
  ],
  [
    'clearing',
    incident('clearing'),
    'recovered',
    'Users are fine, but not yet for long enough to be sure. Next: wait for the all-clear while opsdeck watches for a relapse.',
  ],
  [
    'unknown',
    incident('unknown', { unknown: 1 }),
    'recovered',
    'It is unknown whether users are fine: readings are missing. Next: restore the missing readings: opsdeck doctor says how.',
  ],
  [
    'ongoing, with a next runbook',
    incident('ongoing', { remaining: 1, arisen: 1, next: 'breakers-open' }),
    'recovered',
    'Users are not fine yet: 1 of 2 problems left, 1 new. Next: runbook breakers-open.',
  ],
  [
    'what only counts the past',
    incident('ongoing', { began: 1, remaining: 1, waitsUntil: 60_000 }),
    'recovered',
    'Users are not fine yet: 1 of 1 problem left. Next: wait, because the other findings count the last minutes and clear by themselves.',
  ],
  [
    'failed half-way',
    incident('ongoing', { remaining: 2 }),
    'failed',
    'Users are not fine yet: 2 of 2 problems left. Left: 1 call already sent. Next: no runbook matches the remaining problems. Escalate.',
  ],
] as const)('%s', (_, around, ending, sentence) =>
  expect(endingSentence([planned(), acted, ended(around, ending)])).toBe(sentence),
);

test('follow-ups are left over, and next when users are fine', () =>
  expect(endingSentence([planned(['File a ticket']), acted, ended(incident('all-clear'))], '10:04')).toBe(
    'Users are fine since 10:04. Left: 1 follow-up. Next: add the follow-up to the incident or a ticket.',
  ));

test('a relapse is not fine', () =>
  expect(
    endingSentence([
      ...[planned(), acted, ended(incident('all-clear'))],
      { ...at, event: 'relapsed', why: 'down again', proofs: [] },
    ]),
  ).toMatch(/^Users are not fine: the problem is back\./));

test('nothing is said of users without an open problem, before the end, and of a run that did nothing', () => {
  expect(endingSentence([planned(), acted, ended()])).toBeUndefined();
  expect(endingSentence([planned(), acted])).toBeUndefined();
  expect(endingSentence([planned(), ended(incident('all-clear'), 'declined')])).toBeUndefined();
});

test('the all-clear began with the first event that says so without another state after it', () => {
  const clear = (time: number): RunEvent => ({
    ...{ run: 'r1', at: time },
    event: 'incident',
    incident: incident('all-clear'),
  });
  expect(allClearAt([ended(incident('ongoing')), clear(5), clear(9)])).toBe(5);
  expect(allClearAt([ended(incident('all-clear')), clear(5)])).toBe(0);
  expect(allClearAt([ended(incident('ongoing'))])).toBeUndefined();
});

test('follow-ups come after the end of a run that has acted', () => {
  expect(followUpsOfRun([planned(['File a ticket']), acted])).toEqual([]);
  expect(followUpsOfRun([planned(['File a ticket']), ended()])).toEqual([]);
  expect(followUpsOfRun([planned(['File a ticket']), acted, ended()])).toMatchObject([
    { title: 'File a ticket' },
  ]);
});

test('work that keeps the problem from coming back is apart from follow-ups', () => {
  const plan = planned([], [{ id: 'p1', title: 'Set up synthetic monitoring' }]);
  expect(preventionsOfRun([plan, acted])).toEqual([]);
  expect(preventionsOfRun([plan, acted, ended()])).toEqual([
    { id: 'p1', title: 'Set up synthetic monitoring' },
  ]);
  expect(followUpsOfRun([plan, acted, ended()])).toEqual([]);
});
