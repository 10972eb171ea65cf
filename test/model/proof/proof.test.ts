import { expect, test } from 'vitest';
import { foolingInModel } from '../../sabotage/survivors.ts';
import { foolingLies, playRounds } from './tally.ts';

test('a verification is recovered when its action worked, and not when the world lies', async () => {
  const tally = await playRounds(1000);
  expect(foolingLies(tally)).toEqual(foolingInModel);
  const { rounds, recovered } = tally.worked;
  expect(rounds).toBeGreaterThan(400);
  expect(recovered / rounds, JSON.stringify(tally.wrong.at(-1))).toBeGreaterThanOrEqual(0.99);
});
