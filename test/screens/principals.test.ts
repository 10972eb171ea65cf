import { expect, test } from 'vitest';
import { shop, shopCockpit } from './support/shop.ts';
import { openCockpit, type User } from './support/user.ts';

const look = async (size: readonly [number, number], principals?: Readonly<Record<string, string>>) => {
  const { open } = shopCockpit;
  if (open === undefined) throw new Error('no environment is open');
  const scene = shop();
  return openCockpit({
    size,
    scene: {
      ...scene,
      cockpit: { ...shopCockpit, open: { ...open, ...(principals === undefined ? {} : { principals }) } },
    },
  });
};

const head = (user: User): string => user.rows()[0] ?? '';

test('the header names the account and role of a source, where there is room', async () => {
  const user = await look([160, 40], { aws: '*9012/ops' });
  expect(head(user)).toMatch(/ {2}aws \*9012\/ops +/);
  expect(head(await look([160, 40]))).not.toContain('*9012');
  expect(head(await look([80, 24], { aws: '*9012/ops' }))).not.toContain('*9012');
});

test('several accounts are listed; share mode shows none', async () => {
  const user = await look([200, 60], { aws: '*9012/ops', billing: '*0001/audit' });
  expect(head(user)).toContain('aws *9012/ops · billing *0001/audit');
  await user.press('s');
  expect(head(user)).toContain('SHARED');
  expect(head(user)).not.toContain('9012');
});
