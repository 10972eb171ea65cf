import { expect, test } from 'vitest';
import type { RunView } from '../../src/store/cockpit.ts';
import { longTest } from '../support/layer.ts';
import { proposed, running } from './support/runs.ts';
import { cardOf } from './support/screen.ts';
import { armed, shop } from './support/shop.ts';
import { openCockpit, type Scene, type User } from './support/user.ts';

/** Production, read-only by default, with the card of a planned run. */
const withCard = async (run: RunView, size: readonly [number, number] = [80, 24]): Promise<User> => {
  const scene = shop();
  return openCockpit({ size, scene: { ...scene, cockpit: { ...scene.cockpit, run } } });
};

/** The same card in armed production. */
const withArmed = (): Scene => {
  const scene = shop();
  return { ...scene, cockpit: { ...scene.cockpit, arming: armed, run: proposed() } };
};

const destructive = (): RunView => proposed({ danger: 'destructive', names: ['ledger-db'] }, { typed: true });

test.each([
  ['R enter', {}],
  ['3 C', { name: 'psp' }],
  ['3 x enter', { name: 'psp' }],
])('%s opens the card of a runbook while unarmed', async (keys, params) => {
  const user = await openCockpit({ scene: shop() });
  await user.press(keys);
  expect(user.given).toEqual([['propose', 'close-breaker', params]]);
});

test('a command opens it as well', async () => {
  const user = await openCockpit({ scene: shop() });
  await user.press(':');
  await user.type('run close-breaker name=psp');
  await user.press('enter');
  expect(user.given).toEqual([['propose', 'close-breaker', { name: 'psp' }]]);
});

longTest('during a run no key opens another card', async () => {
  const scene = shop();
  const run = running({ background: true });
  const user = await openCockpit({ scene: { ...scene, cockpit: { ...scene.cockpit, run } } });
  await user.press('3 C');
  expect(user.rowWith('C: a run is in progress. To cancel the run, press ctrl-c')).toBeTruthy();
  await user.press('x enter');
  expect(user.rowWith('unavailable: a run is in progress')).toBeTruthy();
  expect(user.given).toEqual([]);
});

longTest('the card shows the full plan, and that arming is required first', async () => {
  const user = await withCard(proposed());
  const cockpit = await openCockpit({ size: [80, 24], scene: withArmed() });
  // The row that asks to arm takes one from the body, which scrolls.
  const body = cardOf(user).slice(0, -3);
  expect(body).toEqual(cardOf(cockpit).slice(0, body.length));
  expect(cardOf(user).slice(-2)).toEqual([
    '⊘ read-only: press A to arm for 15m',
    expect.stringMatching(/^A arm +Y copy as shell {3}tab full calls {3}esc cancel$/),
  ]);
  expect(user.lookOf('⊘ read-only: press A to arm for 15m').fg).toBe(user.lookOf('DISRUPTIVE').fg);
  await user.press('enter');
  expect(user.rowWith('enter: read-only: press A to arm')).toBeTruthy();
  expect(user.given).toEqual([]);
});

longTest('A on the card arms it. The card stays and can be confirmed', async () => {
  const user = await withCard(proposed(), [120, 36]);
  await user.press('tab');
  const card = cardOf(user);
  await user.press('A');
  await user.type('psp outage');
  expect(cardOf(user)).toEqual([
    ...card.slice(0, -2),
    'ARM PRODUCTION  allow changes for 15m',
    'reason   psp outage_',
    '         tab billing is down',
    'enter arm · esc stay read-only · recorded in the ledger',
  ]);
  await user.press('enter');
  expect(user.given).toEqual([['arm', 'psp outage']]);
  await user.happens(() => user.cockpit.setState({ arming: armed }));
  const confirmable = cardOf(user);
  expect(confirmable.slice(0, card.length - 3)).toEqual(card.slice(0, -3));
  expect(confirmable.at(-1)).toMatch(
    /^enter confirm, then 5s to cancel .*tab short {3}esc cancel, nothing is sent$/,
  );
  // A confirmation is no repetition of the enter that armed.
  await user.wait('1s');
  await user.press('enter');
  expect(user.given.at(-1)).toEqual(['confirm', { pasted: false }]);
});

test('esc in the reason prompt returns to the card', async () => {
  const user = await withCard(proposed());
  await user.press('A esc');
  expect(user.rowWith('Confirm in PRODUCTION')).toBeTruthy();
  expect(user.rows().join('\n')).not.toContain('ARM PRODUCTION');
  await user.press('esc');
  expect(user.given).toEqual([['decline']]);
});

longTest('the name cannot be typed before arming: letters are keys until then', async () => {
  const user = await withCard(destructive());
  expect(cardOf(user).slice(-4)).toEqual([
    'Gates  ● permission actuator accepts this user · lock, rate',
    'type     ledger-db  to confirm',
    '⊘ read-only: press A to arm for 15m',
    'A arm                  Y copy as shell   tab full calls   esc cancel',
  ]);
  await user.type('ledger-db');
  await user.paste('ledger-db');
  await user.wait('1s');
  await user.press('enter');
  expect(user.rowWith('type     ledger-db  to confirm')).not.toContain('of 9');
  await user.press('A');
  await user.type('restore');
  await user.press('enter');
  await user.happens(() => user.cockpit.setState({ arming: armed }));
  expect(user.rowWith('to confirm')).toContain('0 of 9');
  await user.type('ledger-db');
  await user.press('enter');
  expect(user.given).toEqual([
    ['arm', 'restore'],
    ['confirm', { typed: 'ledger-db', pasted: false }],
  ]);
});

longTest('the run can no longer be confirmed when arming expires', async () => {
  const user = await withCard(proposed());
  await user.happens(() => user.cockpit.setState({ arming: armed }));
  expect(user.rowWith('esc cancel')).toContain('enter confirm');
  await user.happens(() => user.cockpit.setState({ arming: { readOnly: true } }));
  expect(user.rowWith('⊘ read-only')).toContain('press A to arm');
  await user.press('enter');
  expect(user.given).toEqual([]);
});

test('an action that needs no arming can be confirmed while read-only', async () => {
  const user = await withCard(proposed({ danger: 'read' }, { arm: false, windowMs: 0 }));
  expect(user.rows().join('\n')).not.toContain('⊘ read-only');
  await user.press('enter');
  expect(user.given).toEqual([['confirm', { pasted: false }]]);
});

test('A in the list of runbooks arms and returns to the list', async () => {
  const user = await openCockpit({ size: [80, 24], scene: shop() });
  await user.press('R j A');
  await user.type('psp');
  await user.press('enter');
  expect(user.given).toEqual([['arm', 'psp']]);
  expect(user.rowWith('▸')).toContain('restart-billing');
});
