import { expect, test } from 'vitest';
import type { IncidentStatus } from '../../src/domain/incident-status.ts';
import { nothingVerified } from '../../src/domain/run.ts';
import { outcomeWord } from '../../src/domain/run-outcome.ts';

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
  ['not-applicable', 'no breaker', undefined, 'NOT APPLICABLE'],
  ['dry-run', 'nothing was executed', undefined, 'DRY RUN'],
  ['cancelled', 'stopped after sending: PATCH', undefined, 'STOPPED AFTER SENDING'],
] as const)('%s (%s) is called what is known of it', (ending, why, incident, word) => {
  expect(outcomeWord({ ending, why }, incident)).toBe(word);
});
