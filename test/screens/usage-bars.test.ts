import { expect, test } from 'vitest';
import { platforms } from './support/platforms.ts';
import { responding } from './support/responding.ts';
import { openCockpit } from './support/user.ts';

test('a wide table of pods has bars for the shares of CPU and memory; a row without a limit has none', async () => {
  const user = await openCockpit({ size: [160, 45], scene: platforms() });
  await user.press('6 z');
  const drawn = (name: RegExp): string => user.terminal.rows().find((row) => name.test(row)) ?? '';
  const pod = / billing-7c9f-x2k /;
  expect(drawn(pod)).toMatch(/ ━─{7} +3 % +– /u);
  expect(drawn(/ search-0 /)).toMatch(/ ━+─+ +\d+ % ━+─+ +\d+ % /u);
  expect(drawn(/ deployment /)).not.toContain('━');
  await user.resize(120, 36);
  expect(drawn(pod)).not.toContain('━');
  expect(drawn(pod)).toMatch(/ 3 % /);
});

test('the way to reach a contact is whole at every width', async () => {
  for (const size of [
    [80, 24],
    [100, 30],
    [120, 36],
  ] as const) {
    const user = await openCockpit({ size, scene: responding() });
    await user.press(':');
    await user.type('contacts');
    await user.press('enter');
    for (const reach of ['#payments-urgent', 'platform@example.org', '+1-555-0100'])
      expect(user.rows().join('\n'), `${size}`).toContain(reach);
  }
});
