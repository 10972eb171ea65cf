import { expect, test } from 'vitest';
import { openCockpit } from '../simulation/cockpit.ts';
import { enter } from '../support/cockpit-verbs.ts';

/** The lines of Problems that name a finding, or stand for several. */
const listed = (screen: readonly string[]): readonly string[] =>
  screen.filter((line) => /[✗▲?⊗] (?:CRIT|WARN|UNKNOWN|no data)|[▸▾] \d+ consequence/.test(line));

test('a database that is down comes first in Problems, with everything behind it in one line', async () => {
  await using cockpit = await openCockpit('event-bus/production', 'dependency-down');
  await cockpit.sees(/✗ OPEN +\S.*database/);
  await cockpit.keys('W', 'W');
  await cockpit.sees(/CRIT +P0 +1 Health +database[\s\S]*▸ \d+ consequences +\d+ CRIT/);
  await cockpit.keys('v');
  await cockpit.keys('v');
  await cockpit.sees(/Problems +CRIT only +\d+ of \d+/);
  const criticals = listed(cockpit.pty.screen()).length;
  await cockpit.keys('\x1b');
  // Every critical finding is a consequence of the database.
  await cockpit.sees(/▸ \d+ consequences +\d+ CRIT/);
  const rows = listed(cockpit.pty.screen());
  expect(rows.filter((line) => line.includes('✗ CRIT'))).toEqual([expect.stringMatching(/Health +database/)]);
  expect(rows.join('\n')).toMatch(new RegExp(`▸ \\d+ consequences +${criticals - 1} CRIT`));

  // The cursor starts at the suggested runbooks; the folded line is below the cause.
  while (!/╭─ [A-Z]|probable cause of/.test(cockpit.pty.screen().join('\n'))) await cockpit.keys('j');
  await cockpit.keys('j');
  await cockpit.keys(enter);
  await cockpit.sees(/▾ \d+ consequences +\d+ CRIT/);
  await cockpit.sees(/✗ CRIT +P0 +1 Health {3,}event-bus-service/);
  await cockpit.sees(/✗ CRIT +P1 +3 Breakers +event\S+( · |…)database/);
});
