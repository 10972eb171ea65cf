import { expect, test } from 'vitest';
import type { ParamValues, Runbook } from '../../../../src/domain/runbooks/runbook.ts';
import { createObstacleChecks } from '../../../../src/engine/cockpit/runs/obstacle-checks.ts';
import { breaker, snapshotWith } from '../../../support/made-facts.ts';
import { manualClock } from '../../../support/manual-clock.ts';

const runbook = (id: string, more: Partial<Runbook> = {}): Runbook => ({
  id,
  title: id,
  covers: [],
  params: [],
  diagnose: [],
  act: [{ id: 'a1', title: 'Act', use: 'bus.move' }],
  verify: [],
  position: { file: 'test.yaml', line: 1, col: 1 },
  ...more,
});

const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

const snapshot = snapshotWith({
  breakers: [breaker('broker', { state: 'open' }), breaker('psp', { state: 'open' })],
});

const opened = (obstacleOf: (id: string, params: ParamValues) => string | undefined) => {
  const clock = manualClock();
  const asked: string[] = [];
  let changes = 0;
  const checks = createObstacleChecks(
    {
      obstacle: async ({ runbook: { id }, params }) => {
        asked.push([id, ...Object.values(params)].join(' '));
        return obstacleOf(id, params);
      },
    },
    clock,
    () => {
      changes += 1;
    },
  );
  return { clock, asked, checks, changes: () => changes };
};

test('suggestions are planned one after the other, and again after a minute', async () => {
  const { clock, asked, checks, changes } = opened((id) => (id === 'a' ? 'no revision before 1' : undefined));
  const all = [runbook('a'), runbook('manual', { act: [] }), runbook('b')];
  for (const _ of all) {
    checks.check(all, snapshot);
    checks.check(all, snapshot);
    await settle();
  }
  expect(asked).toEqual(['a', 'b']);
  expect(changes()).toBe(1);
  expect(checks.obstacleOf(runbook('a'), snapshot)).toBe('no revision before 1');
  expect(checks.obstacleOf(runbook('b'), snapshot)).toBeUndefined();
  await clock.advance(60_000);
  checks.check(all, snapshot);
  await settle();
  expect(asked).toEqual(['a', 'b', 'a']);
});

test('a runbook is prevented only if each of its targets is', async () => {
  const params = [{ name: 'name', type: 'choice', from: 'breakers.name' }] as const;
  const { asked, checks } = opened((id, { name }) =>
    id === 'all' || name === 'broker' ? `${String(name)} cannot be moved` : undefined,
  );
  const all = [runbook('all', { params }), runbook('one', { params })];
  for (const _ of all) {
    checks.check(all, snapshot);
    await settle();
    await settle();
  }
  expect(asked).toEqual(['all broker', 'all psp', 'one broker', 'one psp']);
  expect(checks.obstacleOf(runbook('all', { params }), snapshot)).toBe('broker cannot be moved');
  expect(checks.obstacleOf(runbook('one', { params }), snapshot)).toBeUndefined();
});

test('the condition of the first call is looked at now', () => {
  const { checks } = opened(() => undefined);
  const needs = 'all(breakers[name = broker] | state = closed)';
  const waiting = runbook('waiting', { act: [{ id: 'a1', title: 'Act', use: 'bus.move', needs }] });
  expect(checks.obstacleOf(waiting, snapshot)).toBe(`requires ${needs}, which is not the case`);
  const closed = snapshotWith({ breakers: [breaker('broker', { state: 'closed' })] });
  expect(checks.obstacleOf(waiting, closed)).toBeUndefined();
});

test('what was learned before a run is forgotten, and so is the plan under way', async () => {
  const { checks } = opened(() => 'gone');
  checks.check([runbook('a')], snapshot);
  checks.forget();
  await settle();
  expect(checks.obstacleOf(runbook('a'), snapshot)).toBeUndefined();
});
