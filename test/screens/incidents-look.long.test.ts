import { describe, expect, test } from 'vitest';
import { ratedIncidents } from '../suggestions/score.ts';
import { offensesOfIncident } from './support/incident-frames.ts';

describe.each(
  ratedIncidents().map(
    ({ system, incident, env = 'production' }, index) => [`${system}/${env}`, incident, index] as const,
  ),
)('the screens of %s in %s', (env, incident, index) => {
  // Two of the four sizes for each: all of them for every second neighbor.
  const isSeen = (size: number): boolean => (size + index) % 2 === 0;
  test('keep the rules of the look', async () => {
    expect(await offensesOfIncident(env, incident, isSeen)).toEqual([]);
  });
});
