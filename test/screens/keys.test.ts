import { expect, test } from 'vitest';
import { longTest } from '../support/layer.ts';
import { breaker, feedInfo, learn, noon } from '../support/made-facts.ts';
import { endedRun } from './support/runs.ts';
import { cardOf, placeOf } from './support/screen.ts';
import { armed, shop } from './support/shop.ts';
import { openCockpit, type User } from './support/user.ts';

const open = (size: readonly [number, number] = [120, 36]): Promise<User> =>
  openCockpit({ size, scene: shop() });

const openArmed = async (): Promise<User> => {
  const scene = shop();
  return openCockpit({ scene: { ...scene, cockpit: { ...scene.cockpit, arming: armed } } });
};

/** The selected row: the one with a background color. */
const selected = (user: User): string =>
  user.rows().find((_, row) => row > 1 && user.terminal.cellAt(1, row).inverse) ?? '';

longTest('in the overview digits and tab move the focus, enter opens the pane', async () => {
  const user = await open();
  await user.press('3');
  expect(user.rowWith('3 Circuit breakers')).toMatch(/^▌/);
  await user.press('tab');
  expect(user.rowWith('2 Threshold matrix')).toMatch(/^▌/);
  await user.press('shift-tab enter');
  expect(placeOf(user)).toMatch(/^ Circuit breakers {2}6/);
  await user.press('2');
  expect(placeOf(user)).toMatch(/^ Threshold matrix/);
  await user.press('esc');
  expect(placeOf(user)).toBe('overview');
});

longTest('a pane key focuses its pane, and a second press zooms it', async () => {
  const user = await open();
  await user.press('1');
  expect(placeOf(user)).toBe('overview');
  await user.press('1');
  expect(placeOf(user)).toMatch(/^ Health/);
  await user.press('1');
  expect(placeOf(user)).toMatch(/^ Health/);
  await user.press('0 5');
  expect(placeOf(user)).toBe('overview');
  expect(user.rowWith('5 Connection pools')).toMatch(/^▌/);
  // Moving within the pane is no other pane key.
  await user.press('j 5');
  expect(placeOf(user)).toMatch(/^ Connection pools/);
});

test('in a split view the second press of a pane key closes the split', async () => {
  const user = await open();
  await user.press('3 |');
  expect(user.rowWith('3 Circuit breakers')).toContain('1 Health');
  await user.press('5');
  expect(user.rowWith('5 Connection pools')).toContain('1 Health');
  await user.press('5');
  expect(placeOf(user)).toMatch(/^ Connection pools/);
  expect(user.rows().join('\n')).not.toContain('1 Health');
});

longTest('a pane that the overview does not show opens at the first press of its key', async () => {
  const user = await open();
  await user.press('W');
  expect(placeOf(user)).toMatch(/^ Problems/);
});

longTest('j k g G and half pages move the cursor', async () => {
  const user = await open();
  await user.press('3 z');
  expect(selected(user)).toContain('billing-0');
  await user.press('j j');
  expect(selected(user)).toContain('checkout-2');
  await user.press('k');
  expect(selected(user)).toContain('billing-1');
  await user.press('G');
  expect(selected(user)).toContain('orders-0');
  await user.press('g');
  expect(selected(user)).toContain('billing-0');
  await user.press('ctrl-d');
  expect(selected(user)).toContain('orders-0');
  await user.press('ctrl-u down');
  expect(selected(user)).toContain('billing-1');
});

test('several keys in one read are each handled', async () => {
  const user = await open();
  await user.together('3zjj');
  expect(selected(user)).toContain('checkout-2');
  await user.together('k\r');
  expect(user.rowWith('   failed ')).toContain('79.0 %');
});

longTest('an escape immediately followed by a key is two keys', async () => {
  const user = await open();
  await user.press('3 z');
  await user.together('\u001b5');
  expect(placeOf(user)).toBe('overview');
  expect(user.rowWith('5 Connection pools')).toMatch(/^▌/);
});

longTest('the cursor stays on its object when rows are reordered', async () => {
  const scene = shop();
  const user = await openCockpit({ scene });
  await user.press('3 z j j');
  expect(selected(user)).toContain('checkout-2');
  const worse = [
    breaker('billing', { service: 'checkout', instance: 'checkout-2', state: 'open' }),
    breaker('psp', { service: 'billing', instance: 'billing-0' }),
    breaker('psp', { service: 'billing', instance: 'billing-1' }),
  ];
  await user.happens(() => {
    if (scene.facts !== undefined)
      learn(scene.facts, feedInfo('bus/breakers', 'breakers'), { items: worse }, noon);
  });
  expect(selected(user)).toContain('checkout-2');
  expect(selected(user)).toContain('✗ OPEN');
  await user.press('j');
  expect(selected(user)).toContain('billing-0');
});

longTest('the filter is typed at the bottom, applied with enter, cleared with esc', async () => {
  const user = await open();
  await user.press('3 z /');
  await user.type('psp q');
  expect(user.rowWith('enter apply')).toContain('/psp q_   0 of 6');
  await user.press('backspace backspace enter');
  expect(placeOf(user)).toContain('Circuit breakers  2 of 6 match /psp/');
  expect(user.rows().join('\n')).not.toContain('checkout-2');
  await user.press('esc');
  expect(placeOf(user)).toContain('Circuit breakers  6');
});

longTest('o cycles through the sort orders and names the current one', async () => {
  const user = await open();
  await user.press('3 z o');
  expect(placeOf(user)).toContain('by name');
  await user.press('o');
  expect(user.rowWith('Circuit breakers: by failure rate')).toBeTruthy();
  await user.press('o o o o');
  expect(user.rowWith('Circuit breakers: worst first')).toBeTruthy();
});

test('Health shows the last answer of the selected service in the selected environment', async () => {
  const user = await open();
  await user.press('z');
  expect(user.rowWith('billing · production')).toContain('503 in 4.8s, 2s ago  CRIT for 13m');
  await user.press('h');
  expect(user.rowWith('billing · staging')).toContain('in 410ms');
  await user.press('j j right');
  expect(user.rowWith('ledger · production')).toContain('UNKNOWN');
});

longTest('C opens the card that closes the selected circuit breaker', async () => {
  const user = await open();
  await user.press('3 z j C');
  expect(user.given).toEqual([['propose', 'close-breaker', { name: 'psp' }]]);
  await user.press('O');
  expect(user.rowWith('O: no runbook opens a breaker')).toBeTruthy();
});

test('A asks for the reason before arming, and disarms immediately', async () => {
  const user = await open([80, 24]);
  await user.press('A enter');
  expect(user.rowWith('say why you arm the environment')).toBeTruthy();
  await user.type('psp outage');
  expect(cardOf(user)).toEqual([
    'ARM PRODUCTION  allow changes for 15m',
    'reason   psp outage_',
    '         tab billing is down',
    'enter arm · esc stay read-only · recorded in the ledger',
  ]);
  await user.press('enter');
  const ready = await openArmed();
  expect(ready.rows()[0]).toContain('14:52 left · "psp outage"');
  await ready.wait('1s');
  expect(ready.rows()[0]).toContain('14:51 left · "psp outage"');
  await ready.press('A');
  expect([user.given, ready.given]).toEqual([[['arm', 'psp outage']], [['disarm']]]);
});

test('tab writes what is wrong as the reason to arm, and the reason can be changed', async () => {
  const user = await open([80, 24]);
  await user.press('A tab');
  expect(user.rowWith('reason')).toContain('billing is down_');
  await user.type('!');
  await user.press('enter');
  expect(user.given).toEqual([['arm', 'billing is down!']]);
});

test('a tab and an enter that follow at once do not arm', async () => {
  const user = await open([80, 24]);
  await user.press('A tab enter');
  expect(user.given).toEqual([]);
  expect(user.rowWith('check the reason, then press enter')).toBeTruthy();
  await user.wait('1s');
  await user.press('enter');
  expect(user.given).toEqual([['arm', 'billing is down']]);
});

longTest('x offers the actions for the selected row', async () => {
  const user = await open([80, 24]);
  await user.press('3 x');
  expect(cardOf(user)).toEqual([
    'Actions  billing-0 · psp                                    1 of 1',
    '› _',
    '▸● Close a circuit breaker: psp                    DISRUPTIVE',
    '● matches: breakers billing-0 · psp is open',
    '⊘ read-only: opens a preview. Press A there to arm',
    'enter preview           tab show calls   : exact command   esc close',
  ]);
  await user.press('enter');
  expect(user.given).toEqual([['propose', 'close-breaker', { name: 'psp' }]]);
});

longTest('R lists runbooks, matching ones first', async () => {
  const user = await open([80, 24]);
  await user.press('R');
  expect(cardOf(user)).toEqual([
    'Runbooks                                            1 of 2 matches',
    '▸ ● close-breaker   Close a circuit breaker      matches  DISRUPTIVE',
    '    breakers billing-0 · psp is open',
    '    ⊘ read-only: press A to arm · the preview only reads',
    '  ? restart-billing Restart billing          cannot tell  DISRUPTIVE',
    'enter preview · / search · esc close',
  ]);
  await user.press('j');
  expect(cardOf(user)).toEqual([
    'Runbooks                                            1 of 2 matches',
    '  ● close-breaker   Close a circuit breaker      matches  DISRUPTIVE',
    '▸ ? restart-billing Restart billing          cannot tell  DISRUPTIVE',
    '    cannot tell: no source provides workloads',
    '    ⊘ read-only: press A to arm · the preview only reads',
    'enter preview · / search · esc close',
  ]);
  await user.press('k enter');
  expect(user.given).toEqual([['propose', 'close-breaker', {}]]);
});

test('u undoes the newest run that can be undone', async () => {
  const scene = shop();
  const ended = [endedRun('recovered', '')];
  const user = await openCockpit({ scene: { ...scene, cockpit: { ...scene.cockpit, endedRuns: ended } } });
  await user.press('u');
  expect(user.given).toEqual([['undo', 'run-1']]);
});

longTest('e opens another environment', async () => {
  const user = await open([80, 24]);
  await user.press('e k');
  expect(cardOf(user)).toEqual([
    'ENVIRONMENTS                                                     4',
    '   shop/local       Shop on this machine                      local',
    '   shop/dev         Shop dev                                    dev',
    '▸  shop/staging     Shop staging                            staging',
    '   shop/production  Shop production               open   production',
    'enter open · esc close',
  ]);
  await user.press('enter');
  expect(user.given).toEqual([['openEnvironment', 'shop/staging']]);
});

test('r refreshes all sources', async () => {
  const user = await open();
  await user.press('r');
  expect(user.given).toEqual([['askNow']]);
  expect(user.rowWith('refreshing all sources')).toBeTruthy();
});

longTest('q and ctrl-c quit when nothing runs', async () => {
  for (const key of ['q', 'ctrl-c']) {
    const user = await open();
    await user.press(key);
    await user.ui.waitUntilExit();
    expect(user.given).toEqual([['quit']]);
    expect(user.terminal.onAlternate()).toBe(false);
  }
});

test.each([
  [80, 'enter open  W problems  J changes  R runbook'],
  [120, 'enter open  W problems  J changes  R runbook  A arm  / filter  : command'],
])('at %i columns the footer begins with the keys of an incident', async (columns, keys) => {
  const user = await open([columns, 24]);
  const footer = user.rows().at(-1) ?? '';
  expect(footer).toContain(keys);
  expect(footer).toContain('? help  q quit');
  expect(footer).not.toContain('share');
});

test('the footer offers the actions of a row that has some', async () => {
  const user = await open([120, 24]);
  await user.press('3');
  expect(user.rows().at(-1)).toMatch(/W problems {2}J changes {2}R runbook {2}x actions/);
});

test.each([
  ['9', 'Contacts'],
  ['K', 'Links'],
])('%s opens %s', async (key, title) => {
  const user = await open();
  await user.press(key);
  expect(placeOf(user)).toMatch(new RegExp(`^ ${title}`));
  expect(user.rowWith(`▌${key} ${title}`)).toBeTruthy();
});
