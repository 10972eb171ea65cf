import { expect, test } from 'vitest';
import { shop } from './support/shop.ts';
import { openCockpit } from './support/user.ts';

test('the name of the system has room before a drill and the time', async () => {
  const scene = shop();
  const { open } = scene.cockpit ?? {};
  if (open === undefined) throw new Error('the shop has an open environment');
  const incident = 'database-blocked-by-a-forgotten-transaction';
  const drilled = { ...scene, cockpit: { ...scene.cockpit, open: { ...open, incident, embedded: true } } };
  for (const columns of [80, 100, 120]) {
    const user = await openCockpit({ size: [columns, 36], scene: drilled });
    expect(user.rows()[0]).toMatch(/^ PRODUCTION {2}shop /);
  }
});

test('the mark of share mode says what it means, where there is room', async () => {
  const wide = await openCockpit({ size: [120, 36], scene: shop(), shared: true });
  expect(wide.rows()[0]).toContain(' SHARED  names are aliases ');
  const narrow = await openCockpit({ size: [80, 24], scene: shop(), shared: true });
  expect(narrow.rows()[0]).toContain(' SHARED ');
  expect(narrow.rows()[0]).not.toContain('alias');
});

test('a part that is cut between words leaves no gap before the next one, and says more than one short word', async () => {
  const scene = shop();
  const { open } = scene.cockpit ?? {};
  if (open === undefined) throw new Error('the shop has an open environment');
  const place = { ...open, where: 'Shop production of the north' };
  for (let columns = 80; columns <= 130; columns++) {
    const user = await openCockpit({
      size: [columns, 36],
      scene: { ...scene, cockpit: { ...scene.cockpit, open: place } },
    });
    expect(user.rows()[0]).toMatch(/^ PRODUCTION {2}shop {2}(?:Shop production\S* .*)?read-only /);
  }
});
