import { expect, test } from 'vitest';
import type { RunView } from '../../src/store/cockpit.ts';
import { acted, awaiting, proposed, running } from './support/runs.ts';
import { cardOf } from './support/screen.ts';
import { armed, closeBreaker, shop } from './support/shop.ts';
import { openCockpit, type User } from './support/user.ts';

const long = Array.from({ length: 400 }, (_, nth) => `word${nth}`).join(' ');

/** A run whose card is taller than the screen: with long notes. */
const tall = (run: RunView): RunView => ({
  ...run,
  runbook: { ...closeBreaker, notes: long },
  ...(run.proposal !== undefined && {
    proposal: { ...run.proposal, steps: run.proposal.steps.map((step) => ({ ...step, notes: long })) },
  }),
});

const open = async (run: RunView): Promise<User> => {
  const scene = shop();
  return openCockpit({
    size: [80, 24],
    scene: { ...scene, cockpit: { ...scene.cockpit, arming: armed, run } },
  });
};

const destructive = (): RunView => proposed({ danger: 'destructive', names: ['ledger-db'] }, { typed: true });

/** The number of lines above the visible part. */
const above = (user: User): number =>
  Number(/more lines: (?:(\d+) above)?/.exec(cardOf(user).join('\n'))?.[1] ?? 0);

const isAtEnd = (user: User): boolean => /more lines: \d+ above ·/.test(cardOf(user).join('\n'));

const changes = (user: User): readonly string[] =>
  user.given.flatMap(([name]) => (name.startsWith('logs.') ? [] : [name]));

/** Half of the rows of a pane at 80×24, as in every other list. */
const halfPage = 9;

test.each([
  ['a preview', tall(proposed())],
  ['a confirmation by name', tall(destructive())],
  ['a run that waits for approval', tall(awaiting())],
])('%s scrolls by lines, by half pages and to its ends', async (_, run) => {
  const user = await open(run);
  await user.press('tab');
  const to = async (key: string): Promise<number> => {
    await user.press(key);
    return above(user);
  };
  expect(await to('down')).toBe(1);
  expect(await to('ctrl-d')).toBe(1 + halfPage);
  expect(await to('pagedown')).toBe(1 + 2 * halfPage);
  expect(await to('ctrl-b')).toBe(1 + halfPage);
  expect(await to('pageup')).toBe(1);
  const last = await to('end');
  expect(last).toBeGreaterThan(3 * halfPage);
  expect(isAtEnd(user)).toBe(true);
  expect(await to('down')).toBe(last);
  expect(await to('up')).toBe(last - 1);
  expect(await to('home')).toBe(0);
  expect(changes(user)).toEqual([]);
});

test.each([
  ['g w', awaiting()],
  ['G w', awaiting()],
  [
    'g n',
    running({
      awaitingStep: { id: 'a2', title: 'Notify the dependency owner' },
      events: acted.filter(({ event }) => event !== 'ticked'),
    }),
  ],
  ['g r', proposed({ refusal: { ending: 'forbidden', why: long } })],
])('%s is a text on a card that scrolls: its letters do not act', async (keys, run) => {
  const user = await open(tall(run));
  expect(above(user)).toBe(0);
  expect(cardOf(user).join('\n')).toContain('more lines: ');
  await user.press(keys);
  expect(changes(user)).toEqual([]);
  expect(above(user)).toBe(0);
});

test('keys that edit text keep their meaning while a name is typed', async () => {
  const user = await open(tall(destructive()));
  await user.press('end');
  const before = above(user);
  await user.press('x y space g G');
  expect(user.rowWith('to confirm')).toContain('xy gG');
  await user.press('ctrl-u');
  expect(user.rowWith('to confirm')).toContain('0 of 9');
  expect(above(user)).toBe(before);
});
