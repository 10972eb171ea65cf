import { expect, test } from 'vitest';
import { readLedger } from '../../src/persistence/ledger/read-ledger.ts';
import { openStage } from './stage.ts';

const never = new AbortController().signal;

test('an object that is not there is an obstacle, and nothing is recorded or pending', async () => {
  await using stage = await openStage();
  const { executor, runbook } = stage;
  expect(await executor.obstacle({ runbook, params: { name: 'nothing' } }, never)).toBe(
    'there is no breaker nothing',
  );
  expect(await executor.obstacle({ runbook, params: { name: 'broker' } }, never)).toBeUndefined();
  expect(await readLedger(stage.stateDir, {}).catch(() => [])).toEqual([]);
  expect(stage.server.changes).toEqual([]);
});

test('a missing permission is an obstacle', async () => {
  const permits = async () => ({ allowed: false, why: 'RBAC: no patch on breakers' }) as const;
  await using stage = await openStage({ permits });
  const { executor, runbook } = stage;
  expect(await executor.obstacle({ runbook, params: { name: 'broker' } }, never)).toBe(
    'RBAC: no patch on breakers',
  );
});

test('a draft is an obstacle, and a source that cannot be read is none', async () => {
  await using stage = await openStage();
  const { executor, runbook } = stage;
  const draft = { ...runbook, reviewed: false as const };
  expect(await executor.obstacle({ runbook: draft, params: { name: 'broker' } }, never)).toMatch(
    /draft|review/,
  );
  const unknown = { ...runbook, act: runbook.act.map((step) => ({ ...step, use: 'gone.move' })) };
  expect(await executor.obstacle({ runbook: unknown, params: { name: 'broker' } }, never)).toBeUndefined();
});
