import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { playRounds, replayRounds } from './support/play.ts';
import type { PlayedRound, Round } from './support/table.ts';

/** Rounds that broke a promise once, or ended with an exception that was not caught. */
const corpus: readonly Round[] = JSON.parse(readFileSync('test/chaos/corpus.json', 'utf8'));

const listOf = async (played: AsyncIterable<PlayedRound>): Promise<readonly PlayedRound[]> => {
  const rounds: PlayedRound[] = [];
  for await (const round of played) rounds.push(round);
  return rounds;
};

const broken = (rounds: readonly PlayedRound[]): readonly string[] =>
  rounds.flatMap(({ env, source, fault, breaches }) =>
    breaches.map(({ promise, what }) => `${env} ${source} ${JSON.stringify(fault)}: ${promise}: ${what}`),
  );

const count = 50;

test('rounds of faults between sources and simulators: no lie, recovery, and nothing left open', async () => {
  const rounds = await listOf(playRounds(count, 20_260_304));
  expect(broken(rounds)).toEqual([]);
  expect(new Set(rounds.map(({ type }) => type)).size).toBeGreaterThanOrEqual(20);
  expect(rounds.filter(({ affected }) => affected).length).toBeGreaterThan((count * 2) / 3);
});

test.each(corpus.map((round) => [`${round.env} ${round.source} ${round.fault.name}`, round] as const))(
  '%s held since it was fixed',
  async (_, round) => expect(broken(await listOf(replayRounds([round])))).toEqual([]),
);
