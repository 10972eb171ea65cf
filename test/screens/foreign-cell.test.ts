import { expect, test } from 'vitest';
import { shop } from './support/shop.ts';
import { openCockpit } from './support/user.ts';

test('a cell of another environment offers neither its runbooks, its signals nor its actions', async () => {
  const user = await openCockpit({ scene: shop(), size: [160, 40] });
  await user.press('1 z enter l l l');
  expect(user.rowWith('RELATED SIGNALS')).toBeDefined();
  await user.press('h');
  expect(user.rowWith('billing · staging')).toBeDefined();
  expect(user.rowWith('runbooks and actions of staging: press e to switch there')).toBeDefined();
  expect(user.rows().join('\n')).not.toContain('RELATED SIGNALS');
  await user.press('x');
  expect(user.rowWith('no runbook or action matches this row')).toBeDefined();
  await user.press('enter');
  expect(user.given.map(([name]) => name)).not.toContain('propose');
});
