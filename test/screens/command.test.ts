import { expect, test } from 'vitest';
import { defaultSettings } from '../../src/domain/profile/settings.ts';
import { everyNth, longTest, sampled } from '../support/layer.ts';
import { cardOf, placeOf } from './support/screen.ts';
import { shop } from './support/shop.ts';
import { openCockpit, type User } from './support/user.ts';

const open = async (aliases: Readonly<Record<string, string>> = {}): Promise<User> => {
  const scene = shop();
  const user = await openCockpit({
    size: [120, 36],
    scene: { ...scene, cockpit: { ...scene.cockpit, settings: { ...defaultSettings, aliases } } },
  });
  await user.press(':');
  return user;
};

const line = (user: User): string => /COMMAND {2}: (.*)_/.exec(user.rowWith('COMMAND'))?.[1] ?? '';

test('tab completes the common prefix, then cycles through matches', async () => {
  const user = await open();
  await user.type('en');
  await user.press('tab');
  expect(line(user)).toBe('env');
  await user.type(' ');
  await user.press('tab');
  expect(line(user)).toBe('env shop/');
  await user.press('tab');
  expect(line(user)).toBe('env shop/local');
  await user.press('tab');
  expect(line(user)).toBe('env shop/dev');
  expect(cardOf(user)).toEqual([
    expect.stringMatching(/^COMMAND {2}: env shop\/dev_ +4 of \d+$/),
    '   env shop/local',
    '▸  env shop/dev',
    '   env shop/staging',
    '   env shop/production',
    'enter run · tab complete · up history · esc close',
  ]);
  await user.press('shift-tab enter');
  expect(user.given).toEqual([['openEnvironment', 'shop/local']]);
});

test('tab after a runbook completes its parameters and their current choices', async () => {
  const user = await open();
  await user.type('run close-breaker ');
  await user.press('tab');
  expect(line(user)).toBe('run close-breaker name=');
  expect(cardOf(user)).toEqual([
    expect.stringMatching(/^COMMAND {2}: run close-breaker name=_ +1 of \d+$/),
    '▸● run close-breaker <name=value>                                                  DISRUPTIVE      R',
    '● matches: breakers billing-0 · psp is open',
    '⊘ read-only: opens a preview. Press A there to arm',
    '    name=psp   name=billing   name=suggest   name=stock   name=mail',
    'enter run · tab complete · up history · esc close',
  ]);
  await user.type('bi');
  await user.press('tab enter');
  expect(user.given).toEqual([['propose', 'close-breaker', { name: 'billing' }]]);
});

longTest('a parameter with several values is completed once per value', async () => {
  const scene = shop();
  const suggestions = (scene.cockpit?.suggestions ?? []).map((suggestion) => ({
    ...suggestion,
    runbook: {
      ...suggestion.runbook,
      params: suggestion.runbook.params.map((spec) => ({ ...spec, type: 'choices' as const })),
    },
  }));
  const user = await openCockpit({
    size: [120, 36],
    scene: { ...scene, cockpit: { ...scene.cockpit, suggestions } },
  });
  await user.press(':');
  await user.type('run close-breaker name=bi');
  await user.press('tab');
  expect(line(user)).toBe('run close-breaker name=billing');
  await user.type(' ');
  await user.press('tab');
  expect(line(user)).toBe('run close-breaker name=billing name=');
  await user.type('b');
  await user.press('tab');
  expect(line(user)).toBe('run close-breaker name=billing name=b');
  await user.press('backspace');
  await user.type('ps');
  await user.press('tab enter');
  expect(user.given).toEqual([['propose', 'close-breaker', { name: ['billing', 'psp'] }]]);
});

test.each(
  sampled(
    [
      ['po', /^ Pods/],
      ['br', /^ Circuit breakers/],
      ['svc', /^ Health/],
      ['ov', /^overview$/],
      ['problems', /^ Problems/],
      ['changes', /^ Changes/],
    ],
    everyNth(6),
  ),
)('the alias %s opens its pane', async (alias, place) => {
  const user = await open();
  await user.type(alias);
  await user.press('enter');
  expect(placeOf(user)).toMatch(place);
});

longTest('user aliases come before the built-in ones and show their command', async () => {
  const user = await open({ po: 'pools', fix: 'run restart-billing' });
  await user.type('po');
  expect(user.rowWith('COMMAND')).toContain('po_   = pools');
  await user.press('enter');
  expect(placeOf(user)).toMatch(/^ Connection pools/);
  await user.press(':');
  await user.type('fix');
  await user.press('enter');
  expect(user.given).toEqual([['propose', 'restart-billing', {}]]);
});

test('an unknown command suggests the closest one, and tab accepts it', async () => {
  const user = await open();
  await user.type('braekers');
  expect(user.rowWith('unknown command braekers · did you mean breakers? tab accepts')).toBeTruthy();
  await user.press('enter');
  expect(user.rowWith('unknown command braekers: did you mean breakers?')).toBeTruthy();
  await user.press('tab enter');
  expect(placeOf(user)).toMatch(/^ Circuit breakers/);
});

test('a part of a command suggests it, by a word of its name before one of its description', async () => {
  const user = await open();
  await user.type('checkl');
  expect(user.rows().join('\n')).not.toContain('unknown command');
  await user.press('esc :');
  await user.type('restart');
  expect(
    user.rowWith('unknown command restart · did you mean run restart-billing? tab accepts'),
  ).toBeTruthy();
  await user.press('enter');
  expect(user.rowWith('unknown command restart: did you mean run restart-billing?')).toBeTruthy();
  await user.press('tab');
  expect(line(user)).toBe('run restart-billing');
  await user.press('esc :');
  await user.type('objec');
  expect(user.rowWith('unknown command objec')).toContain('did you mean logs? tab accepts');
});

longTest.each([
  ['run restart-billing note=postgres://app:hunter2@db/x name=psp', 'run restart-billing note= name=psp'],
  ['run restart-billing "note=Bearer abcdef0123456789" name=psp', 'run restart-billing note= name=psp'],
  // The end of such a value is ambiguous.
  ['run restart-billing note=Authorization: Bearer abcdef0123456789', ''],
])(
  'a secret recognizable only by its format is not stored in the command history: %s',
  async (typed, kept) => {
    const user = await open();
    await user.type(typed);
    await user.press('enter : up');
    expect(line(user)).toBe(kept);
  },
);

longTest('the typed text is not offered as its own completion', async () => {
  const user = await open();
  await user.type('ci b b');
  expect(user.rowWith('unknown command ci b b')).not.toContain('did you mean');
});

longTest('up and down walk through the command history, which contains no secrets', async () => {
  const user = await open();
  await user.type('breakers');
  await user.press('enter :');
  await user.type('run restart-billing name=psp "note=two words" api_token=abc');
  await user.press('enter : up');
  expect(line(user)).toBe('run restart-billing name=psp "note=two words" api_token=');
  await user.press('up');
  expect(line(user)).toBe('breakers');
  await user.press('down down');
  expect(line(user)).toBe('');
  await user.press('ctrl-p ctrl-p');
  expect(line(user)).toBe('breakers');
  await user.press('ctrl-n');
  expect(line(user)).toContain('run restart-billing');
});

longTest('q asks like the key, q! does not', async () => {
  const user = await open();
  await user.type('q!');
  await user.press('enter');
  expect(user.given).toEqual([['quit']]);
});

const openDrills = async (embedded: boolean, incidents: readonly string[]): Promise<User> => {
  const scene = shop();
  const { open: now } = scene.cockpit ?? {};
  if (now === undefined) throw new Error('an environment is open');
  const user = await openCockpit({
    scene: { ...scene, cockpit: { ...scene.cockpit, open: { ...now, embedded, incidents } } },
  });
  await user.press(':');
  return user;
};

test('tab after rehearse completes the scenarios of the simulator', async () => {
  const user = await openDrills(true, ['broker-down', 'dependency-slow']);
  await user.type('rehearse ');
  await user.press('tab tab');
  expect(line(user)).toBe('rehearse dependency-slow');
  await user.press('enter');
  expect(user.given).toEqual([['rehearse', 'dependency-slow']]);
});

longTest('an unknown scenario lists the known ones', async () => {
  const user = await openDrills(true, ['broker-down', 'dependency-slow']);
  await user.type('rehearse meteor');
  await user.press('enter');
  expect(user.rowWith('unknown command rehearse meteor: use')).toContain(
    'use rehearse broker-down, rehearse dependency-slow',
  );
});

longTest.each([
  [false, 'rehearse: a drill needs the simulator: start opsdeck with --rehearse'],
  [true, 'rehearse: this simulator has no scenarios to start'],
])('without scenarios rehearse gives the reason (simulator: %s)', async (embedded, why) => {
  const user = await openDrills(embedded, []);
  await user.type('reh');
  await user.press('tab');
  expect(line(user)).toBe('rehearse');
  await user.press('enter');
  expect(user.rowWith(why)).toBeTruthy();
  expect(user.given).toEqual([]);
});
