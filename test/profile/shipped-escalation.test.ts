import { expect, test } from 'vitest';
import { escalationTurn } from '../../src/domain/profile/profile.ts';
import { shippedProfile } from './support/shipped-profile.ts';

/** One level as the cockpit shows it: who, how fast, what they decide, and when they are called. */
const levelsOf = async (env: string): Promise<readonly (readonly string[])[]> => {
  const { escalation = [], severity } = await shippedProfile(env);
  return escalation.map((level, index) => [
    level.title,
    level.respond,
    level.authority,
    escalationTurn(escalation, index, severity),
  ]);
};

test('trading: what a level decides is apart from when it is called, as in the escalation matrix', async () => {
  expect(await levelsOf('trading/production')).toEqual([
    ['On-call engineer', 'immediately', 'restart services, run runbooks', 'first'],
    [
      'Senior engineer or team lead',
      'within 15m',
      'code changes, configuration updates',
      'not resolved within 30 minutes',
    ],
    [
      'Engineering manager',
      'within 30m',
      'resource allocation, external vendor escalation',
      'architectural changes are required',
    ],
    [
      'CTO or VP engineering',
      'within 1h',
      'executive decisions, declaration of a major incident',
      'a business decision is required, or company-wide impact',
    ],
    ['AWS support', '', '', 'a fault of the database or of the infrastructure (priority ticket)'],
  ]);
});

test.each(['event-bus', 'event-processing', 'saga', 'eventmesh'])(
  '%s: every level says when it is called',
  async (system) => {
    const levels = await levelsOf(`${system}/production`);
    expect(levels.length).toBeGreaterThanOrEqual(3);
    expect(levels.filter(([, , , turn]) => turn === '')).toEqual([]);
  },
);
