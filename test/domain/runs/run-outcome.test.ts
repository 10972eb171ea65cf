import { expect, test } from 'vitest';
import type { IncidentStatus } from '../../../src/domain/incidents/incident-status.ts';
import { nothingVerified } from '../../../src/domain/runs/run.ts';
import { outcomeOf, outcomeWord } from '../../../src/domain/runs/run-outcome.ts';

const ongoing: IncidentStatus = {
  state: 'ongoing',
  began: 2,
  remaining: 1,
  unknown: 0,
  arisen: 0,
  worst: [{ what: 'health billing', level: 'crit' }],
};

test.each([
  ['recovered', 'all proofs hold', undefined, 'RECOVERED'],
  ['recovered', 'all proofs hold', ongoing, 'STEP VERIFIED, INCIDENT ONGOING'],
  ['recovered', nothingVerified, undefined, 'EXECUTED, NOT VERIFIED'],
  ['recovered', nothingVerified, ongoing, 'EXECUTED, NOT VERIFIED'],
  ['executed-not-recovered', 'no proof', ongoing, 'EXECUTED, NOT RECOVERED'],
  [
    'executed-not-recovered',
    'already true before the action',
    { ...ongoing, state: 'all-clear', remaining: 0 },
    'EXECUTED, INCIDENT ALL CLEAR',
  ],
  ['not-applicable', 'no breaker', undefined, 'NOT APPLICABLE'],
  ['dry-run', 'nothing was executed', undefined, 'DRY RUN'],
  ['cancelled', 'stopped after sending: PATCH', undefined, 'STOPPED AFTER SENDING'],
] as const)('%s (%s) is called what is known of it', (ending, why, incident, word) => {
  expect(outcomeWord({ ending, why }, incident)).toBe(word);
});

test.each([
  [{ ending: 'recovered', why: '' }, undefined, 0],
  [{ ending: 'recovered', why: '' }, { ...ongoing, state: 'all-clear', remaining: 0 }, 0],
  [{ ending: 'recovered', why: '' }, ongoing, 5],
  [{ ending: 'recovered', why: '' }, { ...ongoing, state: 'unknown', remaining: 0, unknown: 1 }, 5],
  [{ ending: 'recovered', why: '' }, { ...ongoing, state: 'clearing', remaining: 0 }, 5],
  [{ ending: 'recovered', why: nothingVerified }, ongoing, 0],
  [{ ending: 'executed-not-recovered', why: '', reason: 'symptom-not-proved' }, undefined, 1],
  [{ ending: 'executed-not-recovered', why: '' }, undefined, 1],
  [{ ending: 'failed', why: '' }, undefined, 2],
  [{ ending: 'forbidden', why: '' }, undefined, 3],
  [{ ending: 'cancelled', why: '' }, undefined, 130],
  [{ ending: 'dry-run', why: '' }, undefined, 0],
] as const)(
  'the exit code says how the run and the incident around it stand: %j, %j',
  (ended, incident, exit) => {
    expect(outcomeOf(ended, incident).exit).toBe(exit);
  },
);

test('an executed run that proves only its act is called so', () => {
  expect(outcomeWord({ ending: 'executed-not-recovered', why: '', reason: 'symptom-not-proved' })).toBe(
    'EXECUTED, SYMPTOM NOT PROVED',
  );
});
