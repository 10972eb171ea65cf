import { expect, test } from 'vitest';
import type { CockpitMessage } from '../../src/store/messages.ts';
import { longTest } from '../support/layer.ts';
import { noon } from '../support/made-facts.ts';
import { cardOf } from './support/screen.ts';
import { shop } from './support/shop.ts';
import { openCockpit, type User } from './support/user.ts';

const longError =
  'config.yaml:14:9: keys environment: j is already bound to row.down. Choose another key, or off for none at all · opsdeck keeps the previous settings';
const says = (text: string, secondsAgo = 1): CockpitMessage => ({
  at: noon - 1000 * secondsAgo,
  level: 'warn',
  text,
});

const open = (
  messages: readonly CockpitMessage[],
  size: readonly [number, number] = [80, 24],
): Promise<User> => {
  const scene = shop();
  return openCockpit({ size, scene: { ...scene, cockpit: { ...scene.cockpit, messages } } });
};

longTest('a message that is wider than the screen names the command that shows all of it', async () => {
  const user = await open([says('profile reloaded', 9), says(longError)]);
  expect(user.rowWith('config.yaml:14:9')).toMatch(/keys environment: j .*… · :messages/);
  await user.press(':');
  await user.type('messages');
  await user.press('enter');
  const [head, ...lines] = cardOf(user);
  expect(head).toMatch(/^MESSAGES +2 messages, newest first$/);
  const text = lines.map((line) => line.trim()).join(' ');
  expect(text).toContain(longError);
  expect(text.indexOf(longError)).toBeLessThan(text.indexOf('profile reloaded'));
  await user.press('esc');
  expect(user.rows().join('\n')).not.toContain('MESSAGES');
});

/** The first of several errors, as it is reported. */
const first = (error: string, keptEnd: string): CockpitMessage => ({
  ...says(`${error} · keeping the previous version${keptEnd}`),
  keptEnd,
});
const profileError = 'production.yaml:412:7: unknown key "verfiy". Did you mean "verify"?';
const inMessages = ' · 2 more in :messages';
const byValidate = ' · 29 more that opsdeck validate lists';

test.each([
  [[80, 24], inMessages, ' 10:15:06  production.yaml:412:7: unknown key "verfiy".… · 2 more in :messages'],
  [[80, 24], byValidate, ' 10:15:06  production.yaml:412:7: unknow… · 29 more that opsdeck validate lists'],
  [[120, 36], inMessages, ` 10:15:06  ${profileError} · keeping the pre… · 2 more in :messages`],
  [[200, 60], inMessages, ` 10:15:06  ${profileError} · keeping the previous version · 2 more in :messages`],
] as const)('%j: of a long error the text is cut, not the count of the others', async (size, end, row) => {
  const user = await open([first(profileError, end)], size);
  expect(user.rowWith('10:15:06').trimEnd()).toBe(row);
});

test('where the count has no room, the command that shows all is named', async () => {
  const user = await open([first(profileError, ` · ${'9'.repeat(60)} more in :messages`)]);
  expect(user.rowWith('10:15:06')).toMatch(/production\.yaml:412:7: .*… · :messages/);
});

test('a message that fits is shown as it is', async () => {
  const user = await open([says('config.yaml reloaded')]);
  expect(user.rowWith('config.yaml reloaded')).not.toContain(':messages');
});

longTest('more messages than rows scroll, and those out of sight are counted', async () => {
  const user = await open(Array.from({ length: 40 }, (_, index) => says(`message ${index}.`, 60 - index)));
  await user.press(':');
  await user.type('messages');
  await user.press('enter');
  expect(user.rowWith('message 39.')).toBeTruthy();
  expect(user.rowWith('more lines')).toMatch(/\d+ below/);
  await user.press('G');
  expect(user.rowWith('message 0.')).toBeTruthy();
  await user.press('k');
  expect(user.rows().join('\n')).not.toContain('message 0.');
  await user.press('j g');
  expect(user.rowWith('message 39.')).toBeTruthy();
});

test('they are shown before an environment is open, and on the screen of an invalid profile', async () => {
  const scene = {
    cockpit: { profileErrors: ['production.yaml:1:1: expected a map'], messages: [says(longError)] },
  };
  const user = await openCockpit({ size: [80, 24], scene });
  expect(user.rowWith('config.yaml:14:9')).toContain(':messages');
  await user.press(':');
  await user.type('messages');
  await user.press('enter');
  expect(
    cardOf(user)
      .map((line) => line.trim())
      .join(' '),
  ).toContain(longError);
});
