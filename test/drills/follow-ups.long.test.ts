import { expect, test } from 'vitest';
import { openCockpit } from '../simulation/cockpit.ts';
import { arm, chooseRunbook, confirm, esc, takeAll, verified } from '../support/cockpit-verbs.ts';

const recorded = async (ledger: Promise<string>): Promise<readonly Record<string, unknown>[]> =>
  (await ledger)
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line).entry);

test('one key on the ended run previews its follow-ups as issues, and files them when confirmed', async () => {
  await using cockpit = await openCockpit('trading/production', 'pool-exhaustion');
  await cockpit.sees(/✗ exhausted +trademaster|✗ .*HikariPool.*is exhausted/);
  await arm(cockpit, 'INC-31');
  await chooseRunbook(cockpit, 'pool-exhausted');
  await cockpit.sees(/[║│] +Sessions with a statement/);
  await takeAll(cockpit, 6);
  await confirm(cockpit);
  await cockpit.sees(verified);

  await cockpit.keys('f');
  await cockpit.sees(/File the follow-up issues \(gh\)/);
  // Nothing is filed before the confirmation.
  expect(await cockpit.ledger()).not.toMatch(/"issue":"\d+"/);
  await confirm(cockpit);
  await cockpit.sees(/EXECUTED|DONE|RECOVERED/);

  const entries = await recorded(cockpit.ledger());
  const planned = entries.findLast(({ event }) => event === 'planned') as {
    readonly proposal: { readonly params: { readonly incident: string; readonly issues: readonly string[] } };
  };
  const { incident, issues } = planned.proposal.params;
  expect(issues.length).toBeGreaterThan(3);
  // No incident is declared: they follow the run.
  expect(incident).toBe((entries[0] as { readonly run: string }).run);
  const filed = entries.filter(({ event, made }) => event === 'acted' && made !== undefined);
  expect(filed.map(({ made }) => made)).toEqual(
    issues.map(() => ({ issue: expect.stringMatching(/^\d+$/) })),
  );
  await cockpit.keys(esc);
});
