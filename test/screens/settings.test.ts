import { expect, test } from 'vitest';
import { defaultSettings, type Settings } from '../../src/domain/profile/settings.ts';
import type { UiOptions } from '../../src/ui/app/start.tsx';
import { longTest } from '../support/layer.ts';
import { noon } from '../support/made-facts.ts';
import { proposed } from './support/runs.ts';
import { cardOf } from './support/screen.ts';
import { shop } from './support/shop.ts';
import { openCockpit, type User } from './support/user.ts';

const open = (
  settings: Partial<Settings>,
  color: UiOptions['settings']['color'] = 'truecolor',
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

longTest('the theme setting colors the screen, and a change applies immediately', async () => {
  const user = await open({ theme: 'dark' });
  expect(user.lookOf('✗ billing').fg).toBe(hex('#FF6B6B'));
  await set(user, { theme: 'color-blind' });
  expect(user.lookOf('✗ billing').fg).toBe(hex('#FF8C42'));
  await set(user, { theme: 'light' });
  expect(user.lookOf('✗ billing').fg).toBe(hex('#B3261E'));
});

test(':theme previews a theme and shows how to keep it', async () => {
  const user = await open({ theme: 'dark' });
  await user.press(':');
  await user.type('theme high-contrast');
  await user.press('enter');
  expect(user.lookOf('✗ billing').fg).toBe(hex('#FF9C9C'));
  expect(user.rowWith('theme high-contrast for this session')).toContain('config.yaml to keep the theme');
  await user.press(':');
  await user.type('theme high-contrast');
  await user.press('enter');
  expect(user.rowWith('already active')).toBeTruthy();
  await user.press('esc');
  await set(user, { theme: 'light' });
  expect(user.lookOf('✗ billing').fg).toBe(hex('#B3261E'));
});

longTest('color settings take precedence over the terminal, the command line over both', async () => {
  const more = await open({ color: 'truecolor' }, '16');
  expect(more.lookOf('✗ billing').fg).toBe(hex('#FF6B6B'));
  const none = await open({ color: 'truecolor' }, 'none');
  expect(none.rowWith('[PRODUCTION]')).toBeTruthy();
});

test('color: none shows everything as words, like NO_COLOR', async () => {
  const user = await open({ color: 'none' });
  expect(user.rowWith('[PRODUCTION]')).toBeTruthy();
});

longTest('ascii: on draws no other glyphs', async () => {
  const user = await open({ ascii: true });
  expect(user.rowWith('X billing')).toBeTruthy();
  expect(user.rows().join('')).toMatch(/^[\x20-\x7e]*$/);
  await set(user, { ascii: false });
  expect(user.rowWith('✗ billing')).toBeTruthy();
});

longTest('a rebound command reacts only to its new keys; footer, help and palette show them', async () => {
  const user = await open(
    {
      keys: new Map([
        ['row.down', ['ctrl-n', 'f6']],
        ['ask', ['f5']],
        ['row.actions', ['f7']],
        ['zoom', []],
      ]),
    },
    '16',
  );
  await user.press('3 enter');
  const cursorRow = (): number =>
    user.rows().findIndex((_, row) => row > 1 && user.terminal.cellAt(1, row).inverse);
  const first = cursorRow();
  await user.press('j');
  expect(cursorRow()).toBe(first);
  await user.press('ctrl-n');
  expect(cursorRow()).toBe(first + 1);
  await user.together('\u001b[17~');
  expect(cursorRow()).toBe(first + 2);
  await user.together('\u001b[15~');
  expect(user.given.at(-1)).toEqual(['askNow']);
  const length = user.given.length;
  await user.press('r');
  expect(user.given).toHaveLength(length);
  await user.press('esc');
  expect(user.rows().at(-1)).toContain('f7 actions');
  expect(user.rows().at(-1)).not.toContain('zoom');
  await user.press('? /');
  await user.type('refresh all');
  expect(user.rowWith('refresh all sources now')).toContain('f5');
  await user.press('esc esc :');
  await user.type('ask');
  expect(user.rowWith('▸  ask ')).toContain('f5');
});

longTest('a function key is not text in a text field', async () => {
  const user = await open({}, '16');
  await user.press('/');
  await user.together('\u001b[15~');
  await user.type('a b');
  expect(user.rowWith('/a b_')).toBeTruthy();
});

test('reduced motion: the cancel window counts in seconds, and no bar animates', async () => {
  const user = await open({ motion: 'reduced' }, '16');
  const window = { run: 'run-1', at: noon, event: 'window', endsAt: noon + 5000 } as const;
  await user.happens(() =>
    user.cockpit.setState({ run: { ...proposed(), stage: 'window', events: [window] } }),
  );
  await user.wait('1s');
  expect(user.rowWith('Sending in')).toContain('Sending in 4 s');
  expect(user.rowWith('Nothing has been sent.')).toContain('Any key cancels.');
  expect(cardOf(user).join('\n')).not.toContain('━');
  await set(user, { motion: 'on' });
  expect(cardOf(user)[1]).toMatch(/^━+─+$/);
});
