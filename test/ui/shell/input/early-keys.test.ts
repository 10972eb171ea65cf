import { expect, test } from 'vitest';
import { createCockpitStore } from '../../../../src/store/cockpit.ts';
import { withEarlyKeys } from '../../../../src/ui/shell/input/early-keys.ts';
import { shopCockpit } from '../../../screens/support/shop.ts';
import { manualClock } from '../../../support/manual-clock.ts';

/** Keys that are typed before the first pane, and what has reached the screen. */
const typed = () => {
  const cockpit = createCockpitStore();
  const clock = manualClock();
  const heard: string[] = [];
  const said: string[] = [];
  const keys = withEarlyKeys({
    cockpit,
    clock,
    kept: (waiting) => said.push(waiting),
    listener: {
      strokes: (strokes, earlier = 0) =>
        heard.push(`${strokes.join(' ')}${earlier > 0 ? ` after ${earlier}` : ''}`),
      paste: (text) => heard.push(`paste ${text}`),
    },
  });
  const turn = (): Promise<void> => clock.advance(1);
  return { cockpit, clock, heard, said, keys, turn };
};

test('what is typed while the environment opens arrives in order once it is open', async () => {
  const { cockpit, heard, said, keys, turn } = typed();
  keys.strokes(['6']);
  keys.strokes(['6']);
  keys.paste('orders');
  keys.strokes(['j', 'k'], 2);
  expect(heard).toEqual([]);
  expect(said.at(-1)).toBe('6 6 orders j k');
  cockpit.setState(shopCockpit);
  expect(heard).toEqual([]);
  await turn();
  expect(heard).toEqual(['6 after 1', '6 after 1', 'paste orders', 'j k after 3']);
  keys.strokes(['/']);
  expect(heard.at(-1)).toBe('/');
});

test.each([
  ['a list of environments', { isPickingEnvironment: true }],
  ['errors of the profile', { profileErrors: ['base.yaml:1:1: error'] }],
])('what was typed for panes does not act on %s', async (_, state) => {
  const { cockpit, heard, keys, turn } = typed();
  keys.strokes(['6']);
  cockpit.setState(state);
  await turn();
  keys.strokes(['j']);
  expect(heard).toEqual(['j']);
});

test('an enter is not kept, nor what follows it: the user has not seen what it would confirm', async () => {
  const { cockpit, heard, said, keys, turn } = typed();
  for (const key of ['A', 'x', 'enter', 'y']) keys.strokes([key]);
  keys.paste('shop');
  expect(said.at(-1)).toBe('A x enter again');
  cockpit.setState(shopCockpit);
  await turn();
  expect(heard).toEqual(['A after 1', 'x after 1']);
  keys.strokes(['enter']);
  expect(heard.at(-1)).toBe('enter');
});

test.each(['q', 'ctrl-c', 'ctrl-z'])('%s acts at once', (key) => {
  const { heard, keys } = typed();
  keys.strokes([key]);
  expect(heard).toEqual([key]);
});

test('q within a text waits, ctrl-c does not', () => {
  const { heard, keys } = typed();
  for (const key of ['/', 'q']) keys.strokes([key]);
  expect(heard).toEqual([]);
  keys.strokes(['ctrl-c']);
  expect(heard).toEqual(['ctrl-c']);
});

test('an environment that does not open keeps no key for longer than three seconds', async () => {
  const { clock, heard, keys } = typed();
  keys.strokes(['?']);
  await clock.advance(2_900);
  expect(heard).toEqual([]);
  await clock.advance(200);
  expect(heard).toEqual(['? after 1']);
});
