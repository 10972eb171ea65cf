import { appendFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { followIncident, mostRuns } from './follow.ts';
import { incidentsNamed, requiredIncidents } from './required-incidents.ts';

const { OPSDECK_FOLLOW_RESULTS: results, OPSDECK_FOLLOW_INCIDENTS: wanted = '' } = process.env;

const named = wanted.split(',').filter((name) => name !== '');

test('each of the 28 incidents of the requirements has a scenario', () =>
  expect(new Set(requiredIncidents().flatMap(({ id }) => id ?? [])).size).toBe(28));

describe('the first suggestion, and then n, ends the incident', () => {
  test.each(incidentsNamed(named))(
    '$id $env $incident',
    { meta: { cpuLimitMs: 120_000 } },
    async ({ id, env, incident }) => {
      const told = await followIncident(env, incident);
      if (results !== undefined) appendFileSync(results, `${JSON.stringify({ id, ...told })}\n`);
      expect(told).toMatchObject({ isOver: true, disagreements: [] });
      expect(told.runs.length).toBeLessThanOrEqual(mostRuns);
    },
  );
});
