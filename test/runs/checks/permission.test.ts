import { expect, test } from 'vitest';
import type { PermissionResult } from '../../../src/domain/operation.ts';
import { WireError } from '../../../src/platform/wire-error.ts';
import { closeStep, openStage } from '../stage.ts';

const denied: PermissionResult = {
  allowed: false,
  why: 'RBAC: no patch on breakers',
  remedy: 'ask for the role operator',
};

test('what we may not do is refused before anybody says yes, with how to get it', async () => {
  await using stage = await openStage({ permits: async () => denied });
  const proposal = await stage.propose();
  expect(proposal).toMatchObject({
    refusal: { ending: 'forbidden', why: 'RBAC: no patch on breakers; ask for the role operator' },
    checks: expect.arrayContaining([
      {
        what: 'permission',
        ok: false,
        why: 'RBAC: no patch on breakers',
        remedy: 'ask for the role operator',
      },
    ]),
  });
  expect(await stage.go(proposal).end()).toMatchObject({ ending: 'forbidden', sent: [] });
  expect(stage.server.changes).toEqual([]);
});

test('a right that is taken away while the card is up is asked for again', async () => {
  const answers: PermissionResult[] = [{ allowed: true, why: 'RBAC: patch breakers' }, denied];
  await using stage = await openStage({ permits: async () => answers.shift() ?? denied });
  const proposal = await stage.propose();
  expect(proposal).not.toHaveProperty('refusal');
  expect(await stage.go(proposal).end()).toMatchObject({ ending: 'forbidden', sent: [] });
  expect(stage.server.changes).toEqual([]);
});

test.each([
  [
    'could not be asked',
    async () => Promise.reject(new WireError('timeout', 'no answer in 5s')),
    /no answer in 5s/,
  ],
  ['has no way to be asked', undefined, /bus\.move: permission cannot be checked in advance/],
])('a system that %s: unknown, said so, and no reason not to run', async (_, permits, why) => {
  await using stage = await openStage(permits === undefined ? {} : { permits });
  const proposal = await stage.propose();
  expect(proposal.checks).toContainEqual({
    what: 'permission',
    ok: 'unknown',
    why: expect.stringMatching(why),
  });
  expect(await stage.go(proposal).end()).toMatchObject({ ending: 'recovered' });
});

test('several operations that cannot be asked about share one sentence', async () => {
  const second = { ...closeStep, id: 'a2', with: { name: 'ledger', to: 'closed' } };
  await using stage = await openStage({ act: [closeStep, second] });
  expect((await stage.propose()).checks).toContainEqual({
    what: 'permission',
    ok: 'unknown',
    why: 'bus.move: permission cannot be checked in advance',
  });
});
