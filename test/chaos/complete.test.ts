import { appendFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { playRounds } from './support/play.ts';
import type { PlayedRound } from './support/table.ts';

/** Set by `npm run chaos`. */
const { CHAOS_ROUNDS = '200', CHAOS_SEED = '1', CHAOS_RESULTS } = process.env;

test('every round keeps its promises', { timeout: 24 * 3_600_000 }, async () => {
  const failed: PlayedRound[] = [];
  const resources = process.getActiveResourcesInfo().length;
  for await (const round of playRounds(Number(CHAOS_ROUNDS), Number(CHAOS_SEED))) {
    if (round.breaches.length > 0) failed.push(round);
    if (CHAOS_RESULTS !== undefined) appendFileSync(CHAOS_RESULTS, `${JSON.stringify(round)}\n`);
  }
  expect(failed).toEqual([]);
  // Sockets, timers and requests of the process: simulators that have ended leave none.
  expect(process.getActiveResourcesInfo().length).toBeLessThanOrEqual(resources + 2);
});
