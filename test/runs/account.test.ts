import { expect, test } from 'vitest';
import type { RunEvent } from '../../src/domain/runs/run.ts';
import { openStage, type StageOptions } from './stage.ts';

const plannedWith = async (account: NonNullable<StageOptions['account']>) => {
  const written: RunEvent[] = [];
  await using stage = await openStage({ account, onAppend: ({ entry }) => written.push(entry) });
  const proposal = await stage.propose({ name: 'broker' });
  const ended = await stage.go(proposal).end();
  const planned = written.find((event) => event.event === 'planned');
  return { ended, step: planned?.event === 'planned' ? planned.proposal.steps[0] : undefined };
};

test('a run records the account as which its system knows the login', async () => {
  const { ended, step } = await plannedWith(async () => 'system:serviceaccount:shop:deployer');
  expect([ended.ending, step?.account]).toEqual(['recovered', 'system:serviceaccount:shop:deployer']);
});

test.each<[how: string, account: NonNullable<StageOptions['account']>]>([
  ['does not tell', async () => undefined],
  ['fails to tell', () => Promise.reject(new Error('denied'))],
])('a system that %s hinders no run', async (_, account) => {
  const { ended, step } = await plannedWith(account);
  expect(ended.ending).toBe('recovered');
  expect(step).toBeDefined();
  expect(step).not.toHaveProperty('account');
});

test('a plan waits three seconds for an account that never comes, and no longer', async () => {
  await using stage = await openStage({ account: () => new Promise(() => {}) });
  const proposing = stage.propose({ name: 'broker' });
  let isPlanned = false;
  void proposing.then(() => (isPlanned = true));
  await stage.quiet();
  await stage.clock.advance(2_900);
  await stage.quiet();
  expect(isPlanned).toBe(false);
  await stage.clock.advance(400);
  expect((await proposing).steps[0]).toMatchObject({ id: 'a1', plan: { use: 'bus.move' } });
});
