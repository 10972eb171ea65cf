import { writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { measureIncident } from './measure.ts';
import { type SuggestionScore, sampledIncidents, scoreOf, summaryOf } from './score.ts';
import { expectSentences } from './sentences.ts';

const { OPSDECK_SUGGESTIONS_SYSTEMS: systems = '', OPSDECK_SUGGESTIONS_RESULTS: results } = process.env;
const isWanted = (system: string): boolean => systems === '' || systems.split(',').includes(system);

test('the right runbook is first within 30 s in 93 % of the incidents, a harmful one never, and the situation is said as agreed', {
  meta: { cpuLimitMs: 900_000 },
}, async () => {
  const scores: SuggestionScore[] = [];
  const sentences: Record<string, string> = {};
  for (const sampledIncident of sampledIncidents().filter(({ system }) => isWanted(system))) {
    const { system, incident, env = 'production' } = sampledIncident;
    const { suggested, sentence } = await measureIncident(`${system}/${env}`, incident);
    scores.push(scoreOf(sampledIncident, suggested));
    sentences[`${system}/${incident}`] = sentence;
  }
  if (results !== undefined) writeFileSync(results, JSON.stringify(scores));
  await expectSentences(sentences);
  const { percent, missed, harmful } = summaryOf(scores);
  expect(harmful).toEqual([]);
  expect(percent, `not within 30 s: ${missed.join(', ')}`).toBeGreaterThanOrEqual(93);
});
