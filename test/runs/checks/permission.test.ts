import { expect, test } from 'vitest';
import type { PermissionResult } from '../../../src/domain/runbooks/operation.ts';
import { WireError } from '../../../src/platform/runtime/wire-error.ts';
import { longTest } from '../../support/layer.ts';
import { closeStep, openStage } from '../stage.ts';

const denied: PermissionResult = {
  allowed: false,
  why: 'RBAC: no patch on breakers',
  remedy: 'ask for the role operator',
};

test('rejects a missing permission before confirmation, with the permission to request', async () => {
  await using stage = await openStage({ permits: async () => denied });
  const proposal = await stage.propose();
  expect(proposal).toMatchObject({
    refusal: { ending: 'forbidden', why: 'RBAC: no patch on breakers. Ask for the role operator' },
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

test('rechecks a permission that is revoked while the preview is open', async () => {
  const answers: PermissionResult[] = [{ allowed: true, why: 'RBAC: patch breakers' }, denied];
  await using stage = await openStage({ permits: async () => answers.shift() ?? denied });
  const proposal = await stage.propose();
  expect(proposal).not.toHaveProperty('refusal');
  expect(await stage.go(proposal).end()).toMatchObject({ ending: 'forbidden', sent: [] });
  expect(stage.server.changes).toEqual([]);
});

longTest.each([
  [
    'failed the permission check',
    async () => Promise.reject(new WireError('timeout', 'no answer in 5s')),
    /no answer in 5s/,
  ],
  ['has no permission check', undefined, /bus\.move: opsdeck cannot check the permission in advance/],
])('a system that %s: reported as unknown, which does not prevent the run', async (_, permits, why) => {
  await using stage = await openStage(permits === undefined ? {} : { permits });
  const proposal = await stage.propose();
  expect(proposal.checks).toContainEqual({
    what: 'permission',
    ok: 'unknown',
    why: expect.stringMatching(why),
  });
  expect(await stage.go(proposal).end()).toMatchObject({ ending: 'recovered' });
});

test('several operations without a permission check share one sentence', async () => {
  const second = { ...closeStep, id: 'a2', with: { name: 'ledger', to: 'closed' } };
  await using stage = await openStage({ act: [closeStep, second] });
  expect((await stage.propose()).checks).toContainEqual({
    what: 'permission',
    ok: 'unknown',
    why: 'bus.move: opsdeck cannot check the permission in advance',
  });
});
