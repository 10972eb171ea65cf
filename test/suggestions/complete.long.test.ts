import { writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { measureSuggestions } from './measure.ts';
import { type SuggestionScore, sampledIncidents, scoreOf, summaryOf } from './score.ts';

const { OPSDECK_SUGGESTIONS_SYSTEMS: systems = '', OPSDECK_SUGGESTIONS_RESULTS: results } = process.env;
const isWanted = (system: string): boolean => systems === '' || systems.split(',').includes(system);

test('the right runbook is first within 30 s in 93 % of the incidents, and a harmful one never', {
  meta: { cpuLimitMs: 900_000 },
}, async () => {
  const scores: SuggestionScore[] = [];
  for (const sampledIncident of sampledIncidents().filter(({ system }) => isWanted(system))) {
    const { system, incident, env = 'production' } = sampledIncident;
    scores.push(scoreOf(sampledIncident, await measureSuggestions(`${system}/${env}`, incident)));
  }
  if (results !== undefined) writeFileSync(results, JSON.stringify(scores));
  const { percent, missed, harmful } = summaryOf(scores);
  expect(harmful).toEqual([]);
  expect(percent, `not within 30 s: ${missed.join(', ')}`).toBeGreaterThanOrEqual(93);
});
