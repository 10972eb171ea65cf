import { expect, test } from 'vitest';
import { defaultSettings, type Settings } from '../../src/domain/settings.ts';
import type { UiParts } from '../../src/ui/start.tsx';
import { shop } from './support/shop.ts';
import { openCockpit, type User } from './support/user.ts';

const open = (
  settings: Partial<Settings>,
  color: UiParts['settings']['color'] = 'truecolor',
): Promise<User> => {
  const scene = shop();
  return openCockpit({
    color,
    scene: { ...scene, cockpit: { ...scene.cockpit, settings: { ...defaultSettings, ...settings } } },
  });
};

const set = (user: User, change: Partial<Settings>): Promise<void> =>
  user.happens(() => user.cockpit.setState((s) => ({ settings: { ...s.settings, ...change } })));

const hex = (text: string): number => Number.parseInt(text.slice(1), 16);

test('the theme of the settings colours the screen, and a changed one colours it at once', async () => {
  const user = await open({ theme: 'dark' });
  expect(user.lookOf('✗ CRIT').fg).toBe(hex('#FF6B6B'));
  await set(user, { theme: 'colour-blind' });
  expect(user.lookOf('✗ CRIT').fg).toBe(hex('#FF8C42'));
  await set(user, { theme: 'light' });
  expect(user.lookOf('✗ CRIT').fg).toBe(hex('#B3261E'));
});

test(':theme tries one out, and says how it is kept', async () => {
  const user = await open({ theme: 'dark' });
  await user.press(':');
  await user.type('theme high-contrast');
  await user.press('enter');
  expect(user.lookOf('✗ CRIT').fg).toBe(hex('#FF9C9C'));
  expect(user.rowWith('theme high-contrast, until opsdeck ends')).toContain('config.yaml keeps it');
  await user.press(':');
  await user.type('theme high-contrast');
  await user.press('enter');
  expect(user.rowWith('it is the theme already')).toBeTruthy();
});

test('the settings know better than the terminal how many colours it has, but not than the command line', async () => {
  const more = await open({ color: 'truecolor' }, '16');
  expect(more.lookOf('✗ CRIT').fg).toBe(hex('#FF6B6B'));
  const none = await open({ color: 'truecolor' }, 'none');
  expect(none.rowWith('[PRODUCTION]')).toBeTruthy();
});

test('color: none tells everything by words, as NO_COLOR does', async () => {
  const user = await open({ color: 'none' });
  expect(user.rowWith('[PRODUCTION]')).toBeTruthy();
});

test('ascii: on draws no other glyphs', async () => {
  const user = await open({ ascii: true });
  expect(user.rowWith('X CRIT')).toBeTruthy();
  expect(user.rows().join('')).toMatch(/^[\x20-\x7e]*$/);
  await set(user, { ascii: false });
  expect(user.rowWith('✗ CRIT')).toBeTruthy();
});
