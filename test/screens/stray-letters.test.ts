import { expect, test } from 'vitest';
import type { CockpitState, RunView } from '../../src/store/cockpit.ts';
import { longTest } from '../support/layer.ts';
import { openBare, stages } from './support/headless.ts';
import { proposed } from './support/runs.ts';
import { armed, shop } from './support/shop.ts';
import { openCockpit, type User } from './support/user.ts';

const open = () => {
  const scene = shop();
  const bare = openBare({ ...scene, cockpit: { ...scene.cockpit, arming: armed } });
  /** The card opens and is drawn. */
  const comesTo = (run: Parameters<typeof bare.comesTo>[0]): void => {
    bare.comesTo(run);
    bare.frame();
  };
  /** Key by key, as a person types. */
  const type = (text: string): void => {
    for (const letter of text) bare.strokes(letter);
  };
  return { bare, comesTo, type };
};

const refused = proposed({ refusal: { ending: 'forbidden', why: 'frozen' } });

longTest.each([
  ['a refused run', refused, 'orders-db'],
  ['a run that has ended', stages.ended, 'orders-db'],
  ['a run that is undone', stages.ended, 'audit'],
])('a name typed on the card of %s does not confirm a card that opens over it', (_, card, name) => {
  const { bare, comesTo, type } = open();
  comesTo(card);
  type(name.slice(0, -1));
  comesTo(stages.easy);
  type(name.slice(-1));
  bare.strokes('enter');
  expect(bare.yeses).toEqual([]);
  bare.now += 1000;
  bare.strokes('enter');
  expect(bare.yeses).toHaveLength(1);
});

test('a key that opens a card, followed by its confirmation key, works', () => {
  const { bare, comesTo } = open();
  comesTo(refused);
  bare.strokes('r');
  comesTo(stages.easy);
  bare.strokes('enter');
  expect(bare.yeses).toHaveLength(1);
});

longTest('letters typed on a card are ignored until enter, however late it comes', () => {
  const { bare, comesTo, type } = open();
  comesTo(stages.ended);
  type('xz');
  comesTo(stages.easy);
  bare.now += 60_000;
  bare.strokes('enter');
  expect(bare.yeses).toEqual([]);
  bare.now += 1000;
  bare.strokes('enter');
  expect(bare.yeses).toHaveLength(1);
});

const seen = async (run: RunView, cockpit: Partial<CockpitState> = { arming: armed }) => {
  const scene = shop();
  return openCockpit({ scene: { ...scene, cockpit: { ...scene.cockpit, ...cockpit, run } } });
};

const changes = (user: User): readonly string[] =>
  user.given.flatMap(([name]) => (name.startsWith('logs.') ? [] : [name]));

longTest('a name typed on a refused card does not plan the run again through its r', async () => {
  const user = await seen(refused);
  await user.type('orders-db');
  await user.press('enter');
  expect(changes(user)).toEqual([]);
  expect(user.rowWith('text discarded')).toContain('keys work again');
  await user.press('r');
  expect(changes(user)).toEqual(['propose']);
});

longTest('a name typed on a result card does not undo or repeat the run', async () => {
  const user = await seen(stages.ended);
  await user.type('cursor-aura!');
  expect(user.rowWith('text ignored')).toContain('enter discards the text');
  await user.press('enter');
  expect(changes(user)).toEqual([]);
});

test('several letters in one read are text on a card; a repeated key is not', async () => {
  const user = await seen(refused);
  await user.together('redis');
  await user.press('enter');
  expect(changes(user)).toEqual([]);
  await user.together('rr');
  expect(changes(user)).toContain('propose');
});

test('esc ends typed text and closes the card', async () => {
  const user = await seen(refused);
  await user.type('xo');
  await user.press('esc');
  expect(changes(user)).toEqual(['decline']);
});

longTest('text goes nowhere when its field disappears while it is typed', async () => {
  const user = await seen(stages.typed);
  await user.type('ps');
  await user.happens(() => user.cockpit.setState({ run: refused }));
  await user.type('re');
  await user.press('enter');
  expect(changes(user)).toEqual([]);
  await user.press('r');
  expect(changes(user)).toEqual(['propose']);
});

longTest('text that began in the field of a card does not reach the panes when the card closes', async () => {
  const user = await seen(stages.typed);
  await user.type('ps');
  await user.happens(() => user.cockpit.setState(({ run: _, ...rest }) => rest, true));
  await user.type('qC');
  await user.press('enter');
  expect(changes(user)).toEqual([]);
});

longTest('a filter keeps the keyboard when a card opens above it', async () => {
  const scene = shop();
  const user = await openCockpit({ scene: { ...scene, cockpit: { ...scene.cockpit, arming: armed } } });
  await user.press('/');
  await user.type('psp');
  await user.happens(() => user.cockpit.setState({ run: stages.ended }));
  await user.type('ru');
  expect(user.rowWith('/pspru_')).toContain('esc clear');
  expect(changes(user)).toEqual([]);
  await user.press('esc u');
  expect(changes(user)).toEqual(['undo']);
});

test('the enter that arms does not confirm, however long it is held', async () => {
  const user = await seen(proposed(), { arming: { readOnly: true } });
  await user.press('A');
  await user.type('INC-7');
  await user.press('enter');
  expect(changes(user)).toEqual(['arm']);
  await user.happens(() => user.cockpit.setState({ arming: armed }));
  await user.wait('660ms');
  for (let repeat = 0; repeat < 60; repeat++) {
    await user.press('enter');
    await user.wait('30ms');
  }
  expect(user.rowWith('enter was ignored')).toContain('press enter again');
  expect(changes(user)).toEqual(['arm']);
  await user.wait('300ms');
  await user.press('enter');
  expect(changes(user)).toEqual(['arm', 'confirm']);
});
