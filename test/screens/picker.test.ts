import { expect, test } from 'vitest';
import { longTest } from '../support/layer.ts';
import { cardOf } from './support/screen.ts';
import { shop, shopCockpit } from './support/shop.ts';
import { openCockpit, type User } from './support/user.ts';

const { environments = [], open } = shopCockpit;

/** Several environments without a default. */
const openPicker = (): Promise<User> =>
  openCockpit({ size: [80, 24], scene: { cockpit: { environments, isPickingEnvironment: true } } });

test('the list opens if there are several environments and no default', async () => {
  const user = await openPicker();
  expect(cardOf(user)).toEqual([
    'ENVIRONMENTS                                                     4',
    '▸  shop/local       Shop on this machine                      local',
    '   shop/dev         Shop dev                                    dev',
    '   shop/staging     Shop staging                            staging',
    '   shop/production  Shop production                      production',
    'enter open · q quit',
  ]);
  await user.press('j enter');
  expect(user.given).toEqual([['openEnvironment', 'shop/dev']]);
  expect(cardOf(user)).toEqual([]);
  expect(user.rowWith('opening shop/dev')).toBeTruthy();
});

test('the list closes once an environment is open', async () => {
  const user = await openPicker();
  await user.press('enter');
  await user.happens(() => {
    const { isPickingEnvironment: _, ...rest } = user.cockpit.getState();
    user.cockpit.setState({ ...rest, ...(open === undefined ? {} : { open }) }, true);
  });
  expect(user.rows().join('\n')).not.toContain('ENVIRONMENTS');
  expect(user.rows()[0]).toContain('PRODUCTION');
});

test('the list cannot be closed, only quit', async () => {
  const user = await openPicker();
  await user.press('esc');
  expect(user.rowWith('esc: choose an environment, or press q to quit')).toBeTruthy();
  expect(user.rowWith('ENVIRONMENTS')).toBeTruthy();
  await user.press('? esc');
  expect(user.rowWith('▸')).toContain('shop/local');
  await user.press('q');
  await user.ui.waitUntilExit();
  expect(user.given).toEqual([['quit']]);
});

test('an environment that cannot be opened shows the reason, and another can be selected', async () => {
  const user = await openPicker();
  await user.press('enter');
  await user.happens(() => user.cockpit.setState({ profileErrors: ['local.yaml:3:1: sources is empty'] }));
  expect(user.rowWith('PROFILE')).toContain('has 1 error, nothing was contacted');
  expect(user.rowWith('r reload')).toContain('e switch environment');
  await user.press('e j enter');
  expect(user.given.at(-1)).toEqual(['openEnvironment', 'shop/dev']);
});

longTest('with an open environment the list can be closed', async () => {
  const user = await openCockpit({ size: [80, 24], scene: shop() });
  await user.press('e q');
  expect(user.rowWith('q: press esc to close this list')).toBeTruthy();
  await user.press('esc');
  expect(user.rows().join('\n')).not.toContain('ENVIRONMENTS');
});

longTest(
  'G and End go to the last environment, g and Home to the first; / lists those with all words',
  async () => {
    const user = await openPicker();
    await user.press('G');
    expect(user.rowWith('▸')).toContain('shop/production');
    await user.press('g');
    expect(user.rowWith('▸')).toContain('shop/local');
    await user.press('end');
    expect(user.rowWith('▸')).toContain('shop/production');
    await user.press('/');
    await user.type('SHOP stag');
    expect(cardOf(user)).toEqual([
      'ENVIRONMENTS  /SHOP stag_                                   1 of 4',
      '▸  shop/staging  Shop staging                               staging',
      'enter open · q quit',
    ]);
    await user.press('enter enter');
    expect(user.given).toEqual([['openEnvironment', 'shop/staging']]);
  },
);

longTest('a search that finds nothing says so, opens nothing, and esc clears it', async () => {
  const user = await openPicker();
  await user.press('/');
  await user.type('billing');
  expect(user.rowWith('no environment matches these words')).toBeTruthy();
  await user.press('enter enter');
  expect(user.given).toEqual([]);
  await user.press('esc');
  expect(cardOf(user)).toHaveLength(6);
});
