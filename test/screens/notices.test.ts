import { expect, test } from 'vitest';
import type { Level } from '../../src/domain/facts/level.ts';
import { shop } from './support/shop.ts';
import { openCockpit, type User } from './support/user.ts';

const answer = 'share mode on';

/** A cockpit that has just answered a key. */
const answered = async (): Promise<User> => {
  const user = await openCockpit({ scene: shop() });
  // After the message of the scene.
  await user.wait('10s');
  await user.press('s');
  expect(user.rowWith(answer)).toBeDefined();
  return user;
};

const arrives = (user: User, level: Level, text: string): Promise<void> =>
  user.happens(() =>
    user.cockpit.setState(({ messages }) => ({
      messages: [...messages, { at: user.clock.now(), level, text }],
    })),
  );

test('the answer to a key stays for five seconds while messages without a warning arrive', async () => {
  const user = await answered();
  await user.wait('1s');
  await arrives(user, 'ok', 'profile reloaded');
  expect(user.rowWith(answer)).toBeDefined();
  await user.wait('5s');
  expect(user.rowWith('profile reloaded')).toBeDefined();
});

test('a warning replaces it at once', async () => {
  const user = await answered();
  await user.wait('1s');
  await arrives(user, 'warn', 'the ledger cannot be written');
  expect(user.rowWith('the ledger cannot be written')).toBeDefined();
});
