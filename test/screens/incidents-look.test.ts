import { expect, test } from 'vitest';
import { offensesOfIncident } from './support/incident-frames.ts';

// `test:e2e` has all incidents: incidents-look.long.test.ts.
test.each([
  ['demo/production', 'dependency-down'],
  ['saga/production', 'consumer-lag'],
])('the screens of %s in %s keep the rules of the look', async (env, incident) => {
  expect(await offensesOfIncident(env, incident)).toEqual([]);
});
