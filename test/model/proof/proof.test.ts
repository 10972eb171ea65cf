import { expect, test } from 'vitest';
import { foolingInModel } from '../../sabotage/survivors.ts';
import { rounds } from '../../support/layer.ts';
import { foolingLies, playRounds } from './tally.ts';

test('a verification is recovered when its action worked, and not when the world lies', async () => {
  const tally = await playRounds(rounds(5000, 0.05));
  expect(foolingLies(tally)).toEqual(foolingInModel);
  const { rounds: worked, recovered } = tally.worked;
  expect(worked).toBeGreaterThan(rounds(2000, 0.05));
  expect(recovered / worked, JSON.stringify(tally.wrong.at(-1))).toBeGreaterThanOrEqual(0.99);
});
