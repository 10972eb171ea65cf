import { describe, expect, test } from 'vitest';
import { ratedIncidents } from '../suggestions/score.ts';
import { offensesOfIncident } from './support/incident-frames.ts';

describe.each(
  ratedIncidents().map(({ system, incident, env = 'production' }) => [`${system}/${env}`, incident]),
)('the screens of %s in %s', (env = '', incident = '') => {
  test('keep the rules of the look', async () => {
    expect(await offensesOfIncident(env, incident)).toEqual([]);
  });
});
