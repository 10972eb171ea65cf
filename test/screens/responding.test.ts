import { expect, test } from 'vitest';
import { responding } from './support/responding.ts';
import { openCockpit, type User } from './support/user.ts';

const sizes = [
  [80, 24],
  [200, 60],
] as const;

const lookAt = async (pane: string, more: Parameters<typeof openCockpit>[0] = {}): Promise<User> => {
  const user = await openCockpit({ scene: responding(), ...more });
  await user.press(':');
  await user.type(pane);
  await user.press('enter');
  return user;
};

for (const size of sizes)
  test.each(['alerts', 'now', 'runbooks', 'contacts', 'links'])(`%s at ${size.join('x')}`, async (pane) => {
    const user = await lookAt(pane, { size });
    await user.seesScreen(`responding/${pane}-${size.join('x')}`);
  });

test('the most urgent stands first, whatever its level', async () => {
  const user = await lookAt('now', { size: [120, 36] });
  const findings = user.rows().filter((row) => / (?:CRIT|WARN) /.test(row) && / P\d /.test(row));
  const said = findings.map((row) => / (P\d) /.exec(row)?.[1]);
  expect(said).toEqual(said.toSorted());
  expect(new Set(said)).toEqual(new Set(['P0', 'P1', 'P2']));
});

test('details say what it is called and how soon somebody answers', async () => {
  const user = await lookAt('alerts', { size: [200, 60] });
  expect(user.rowWith('severity page')).toContain('here P0 Critical · answer: 15m');
});

test('without colour and in ASCII it says the same', async () => {
  const user = await lookAt('alerts', { size: [80, 24], ascii: true, color: 'none' });
  expect(user.rowWith('PspErrorBudget')).toContain(' P0 ');
});
