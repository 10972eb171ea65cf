import { expect, test } from 'vitest';
import type { Tier } from '../../src/domain/profile/profile.ts';
import type { Breaker } from '../../src/kinds/breakers/fact.ts';
import { createFactsStore, type FactsStore } from '../../src/store/facts-store.ts';
import { longTest } from '../support/layer.ts';
import { breaker, feedInfo, frame, learn } from '../support/made-facts.ts';
import { placeOf } from './support/screen.ts';
import { shop, shopCockpit } from './support/shop.ts';
import { openCockpit, type Scene, type User } from './support/user.ts';

const open = (): Promise<User> => openCockpit({ size: [120, 36], scene: shop() });

/** The shop's facts under another environment's name. */
const shopIn = (env: string, tier: Tier): Scene => {
  const scene = shop();
  const there = shopCockpit.open;
  if (there === undefined) throw new Error('the shop is not open');
  return { ...scene, cockpit: { ...shopCockpit, open: { ...there, env, tier, title: `Shop ${env}` } } };
};

longTest(
  'ctrl-o goes back through the navigation history with row and filter, ctrl-f goes forward',
  async () => {
    const user = await open();
    await user.press('3 enter j');
    expect(placeOf(user)).toMatch(/^ Circuit breakers/);
    const row = user.rowWith('billing-1');
    await user.press('5');
    expect(placeOf(user)).toMatch(/^ Connection pools/);
    await user.press('0 ctrl-o');
    expect(placeOf(user)).toMatch(/^ Connection pools/);
    expect(user.rowWith('back: Connection pools')).toBeTruthy();
    await user.press('ctrl-o');
    expect(placeOf(user)).toMatch(/^ Circuit breakers/);
    expect(user.rowWith('billing-1')).toBe(row);
    await user.press('ctrl-o ctrl-o');
    expect(placeOf(user)).toBe('overview');
    expect(user.rowWith('1 Health')).toMatch(/^▌/);
    await user.press('ctrl-o');
    expect(user.rowWith('ctrl-o: there is no earlier view to go back to')).toBeTruthy();
    await user.press('ctrl-f ctrl-f ctrl-f');
    expect(placeOf(user)).toMatch(/^ Connection pools/);
  },
);

test('ctrl-i goes forward if the terminal distinguishes it from tab', async () => {
  const user = await open();
  await user.press('3 z ctrl-o');
  expect(placeOf(user)).toBe('overview');
  await user.together('\u001b[105;5u');
  expect(placeOf(user)).toMatch(/^ Circuit breakers/);
});

longTest('a new step discards the forward history; tab adds no entry', async () => {
  const user = await open();
  await user.press('3 z ctrl-o 5 z ctrl-f');
  expect(user.rowWith('ctrl-f: there is no later view to go to')).toBeTruthy();
  await user.press('tab tab tab ctrl-o');
  expect(placeOf(user)).toBe('overview');
});

test('another environment keeps pane, filter and object, and the message names both', async () => {
  const user = await open();
  await user.press('3 z / b i l l enter j');
  const before = user.rowWith('billing-1');
  await user.press(':');
  await user.type('env shop/staging');
  await user.press('enter');
  expect(user.given).toEqual([['openEnvironment', 'shop/staging']]);
  await user.opens(shopIn('staging', 'staging'));
  expect(user.rowWith('shop/production → shop/staging: Circuit breakers, filter /bill/ kept')).toBeTruthy();
  expect(user.rowWith('billing-1')).toBe(before);
  expect(placeOf(user)).toMatch(/^ Circuit breakers {2}3 of 6 match \/bill\//);
  // Back returns to the previous environment.
  await user.press('ctrl-o');
  expect(user.given.at(-1)).toEqual(['openEnvironment', 'shop/production']);
});

test('an object with another key is found by its name', async () => {
  const bus = (source: string, env: string, states: readonly Breaker['state'][]): FactsStore => {
    const facts = createFactsStore(
      frame({ system: 'shop', env, sources: { [source]: { type: 'actuator' } } }),
    );
    const items = states.map((state, index) => breaker(`b${index}`, { source, instance: 'bus-0', state }));
    learn(facts, feedInfo(`${source}/breakers`, 'breakers'), { items });
    return facts;
  };
  const user = await openCockpit({
    scene: {
      ...shopIn('production', 'production'),
      facts: bus('bus', 'production', ['open', 'closed', 'closed']),
    },
  });
  await user.press('3 z j j');
  await user.press('enter');
  expect(user.rowWith('b2  ')).toBeTruthy();
  const message = user.rowWith('bus-0 · b2');
  await user.opens({
    ...shopIn('staging', 'staging'),
    facts: bus('staging-bus', 'staging', ['closed', 'open', 'open']),
  });
  expect(user.rowWith('bus-0 · b2')).toBeTruthy();
  expect(message).toBeTruthy();
});
