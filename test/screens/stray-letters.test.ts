import { expect, test } from 'vitest';
import { openBare, stages } from './support/headless.ts';
import { proposed } from './support/runs.ts';
import { armed, shop } from './support/shop.ts';

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

test.each([
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

test('letters typed earlier block nothing', () => {
  const { bare, comesTo, type } = open();
  comesTo(stages.ended);
  type('xz');
  comesTo(stages.easy);
  bare.now += 5000;
  bare.strokes('enter');
  expect(bare.yeses).toHaveLength(1);
});
