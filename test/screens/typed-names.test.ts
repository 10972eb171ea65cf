import { expect, test } from 'vitest';
import type { RunView } from '../../src/store/cockpit.ts';
import { longTest } from '../support/layer.ts';
import { proposed } from './support/runs.ts';
import { cardOf, rowOf } from './support/screen.ts';
import { armed, shop } from './support/shop.ts';
import { openCockpit, type User } from './support/user.ts';

const pod = 'event-bus-service-production-6d987dff79-hk285';
const open = async (run: RunView, size: readonly [number, number] = [80, 24]): Promise<User> => {
  const scene = shop();
  return openCockpit({ size, scene: { ...scene, cockpit: { ...scene.cockpit, arming: armed, run } } });
};
const asked = (names: readonly string[], tokens?: readonly string[]): RunView =>
  proposed({ danger: 'destructive', names, ...(tokens === undefined ? {} : { tokens }) }, { typed: true });

longTest('a long name is confirmed by its token, with what was typed and what remains', async () => {
  const user = await open(asked([pod], ['hk285']));
  expect(rowOf(cardOf(user), 'to confirm')).toMatch(/^type +hk285 {2}to confirm: {2}_hk285 +0 of 5$/);
  await user.type('hk');
  expect(rowOf(cardOf(user), 'to confirm')).toMatch(/hk_285 +2 of 5$/);
  await user.type('x');
  expect(rowOf(cardOf(user), 'to confirm')).toMatch(/hkx_ +2 of 5, backspace$/);
  await user.press('backspace');
  await user.type('285');
  await user.press('enter');
  expect(user.given).toEqual([['confirm', { typed: 'hk285', pasted: false }]]);
});

longTest('the full name of a token confirms as well', async () => {
  const user = await open(asked([pod], ['hk285']), [160, 50]);
  await user.type(pod);
  expect(rowOf(cardOf(user), `${pod.length} of ${pod.length}`)).toContain(`${pod}_`);
  await user.press('enter');
  expect(user.given).toEqual([['confirm', { typed: pod, pasted: false }]]);
});

longTest('a name without a token that does not fit one line has an input line of its own', async () => {
  const name = 'averyveryverylongnameofadatabase';
  const user = await open(asked([name]));
  expect(rowOf(cardOf(user), 'to confirm')).toContain(name);
  await user.type(name.slice(0, 12));
  expect(rowOf(cardOf(user), '12 of 32')).toContain(`${name.slice(0, 12)}_${name.slice(12)}`);
});

longTest('text wider than the card keeps the letters that are being typed in sight', async () => {
  const name = Array.from({ length: 12 }, (_, nth) => `segment${nth}`).join('');
  const user = await open(asked([name]));
  await user.type(name.slice(0, 80));
  expect(rowOf(cardOf(user), `80 of ${name.length}`)).toContain(`${name.slice(72, 80)}_`);
});

test('letters that a slow connection delivers together are typed, not pasted', async () => {
  const user = await open(asked([pod], ['6d987dff79-hk285']));
  for (const three of ['6d9', '87d', 'ff7', '9-h']) await user.together(three);
  expect(rowOf(cardOf(user), 'to confirm')).toContain('6d987dff79-h_k285');
  await user.together('k28');
  await user.together('5');
  await user.press('enter');
  expect(user.given).toEqual([['confirm', { typed: '6d987dff79-hk285', pasted: false }]]);
});

test.each([
  ['more than three letters in one read', '6d987dff79-hk285', '6d98'],
  ['all of a short token in one read', 'db', 'db'],
])('%s is a paste and is refused', async (_, token, text) => {
  const user = await open(asked([pod], [token]));
  await user.together(text);
  expect(user.rowWith('paste is disabled here: type the name')).toBeTruthy();
  await user.press('enter');
  expect(user.given).toEqual([]);
});

longTest('enter at the end of a paste does not confirm', async () => {
  const user = await open(asked([pod], ['6d987dff79-hk285']));
  await user.type('6d987dff79-hk');
  await user.together('285\r');
  expect(user.given).toEqual([]);
  expect(user.rowWith('paste is disabled here: type the name')).toBeTruthy();
});
