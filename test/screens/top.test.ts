import { expect, test } from 'vitest';
import { longTest } from '../support/layer.ts';
import { platforms } from './support/platforms.ts';
import { openCockpit, type User } from './support/user.ts';

const command = async (text: string): Promise<User> => {
  const user = await openCockpit({ size: [120, 36], scene: platforms() });
  await user.type(`:${text}`);
  await user.press('enter');
  return user;
};

/** Names of the rows of Pods, from the top. */
const names = (user: User): readonly string[] =>
  user
    .rows()
    .flatMap(
      (row) =>
        /^ *▌? *[✗▲●] .*?(?:▸ |▾ )?([a-z]+-[\w-]+|billing) +(?:pod|node|deployment) /.exec(row)?.[1] ?? [],
    );

test(':top cpu sorts Pods by CPU; rows without a value come last', async () => {
  const user = await command('top cpu');
  const sorted = names(user);
  expect(sorted[0]).toBe('billing-7c9f-q8d');
  expect(sorted.at(-3)).toBe('billing-7c9f-x2k');
  // A deployment and a node have no usage of their own.
  expect(sorted.slice(-2).toSorted()).toEqual(['billing', 'node-1']);
  expect(user.rowWith('by cpu, the largest first')).toBeTruthy();
});

longTest(':top memory sorts by memory', async () => {
  const sorted = names(await command('top memory'));
  expect(sorted[0]).toBe('billing-7c9f-q8d');
  expect(sorted.slice(-3).toSorted()).toEqual(['billing', 'billing-7c9f-x2k', 'node-1']);
});
