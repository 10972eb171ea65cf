import { test } from 'vitest';
import { shop } from './support/shop.ts';
import { openCockpit } from './support/user.ts';

const sizes: readonly (readonly [number, number])[] = [
  [80, 24],
  [120, 36],
  [200, 60],
];

for (const size of sizes) {
  const name = size.join('x');
  test(`the overview at ${name}`, async () => {
    const user = await openCockpit({ size, scene: shop() });
    await user.seesScreen(`overview-${name}`);
  });

  for (const [digit, pane] of [
    ['1', 'health'],
    ['2', 'matrix'],
    ['3', 'breakers'],
    ['5', 'pools'],
  ])
    test(`${pane} alone at ${name}`, async () => {
      const user = await openCockpit({ size, scene: shop() });
      await user.press(`${digit} z`);
      await user.seesScreen(`${pane}-${name}`);
    });
}
