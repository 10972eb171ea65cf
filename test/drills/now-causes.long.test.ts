import { expect, test } from 'vitest';
import { openCockpit } from '../simulation/cockpit.ts';
import { enter } from '../support/cockpit-verbs.ts';

test('a database that is down comes first in Problems, with everything behind it below it, or in one line', async () => {
  await using cockpit = await openCockpit('event-bus/production', 'dependency-down');
  await cockpit.sees(/✗ (?:OPEN .*database|database.* OPEN)/);
  await cockpit.keys('W', 'W');
  await cockpit.sees(/✗ database +P0 down.*\n.*\n +▾ \d+ consequences +✗ \d+/);
  const [, folded] = /▾ \d+ consequences +✗ (\d+)/.exec(cockpit.pty.screen().join('\n')) ?? [];
  // Every other critical finding is a consequence of the database.
  await cockpit.sees(new RegExp(`✗ ${Number(folded) + 1} critical`));

  await cockpit.sees(/✗ .*event-bus/);
  await cockpit.keys('g', 'j', enter);
  await cockpit.sees(/▸ \d+ consequences +✗ \d+/);
  expect(Number(folded)).toBeGreaterThan(2);
});
