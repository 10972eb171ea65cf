import { expect, test } from 'vitest';
import type { Runbook } from '../../../src/domain/runbooks/runbook.ts';
import { createSuggester, suggestOnce } from '../../../src/runs/runbooks/suggest.ts';
import { breaker, noon, snapshotWith } from '../../support/made-facts.ts';

const runbook = (id: string, when?: string): Runbook => ({
  id,
  title: id,
  covers: [],
  ...(when !== undefined && { when }),
  params: [],
  diagnose: [],
  act: [],
  verify: [],
  position: { file: 'test.yaml', line: 1, col: 1 },
});
const open = snapshotWith({ breakers: [breaker('psp', { state: 'open' })] });
const closed = snapshotWith({ breakers: [breaker('psp')] });
const later = (seconds: number): number => noon + seconds * 1000;
const none = () => undefined;

test('lists all runbooks in order, each with its match state', () => {
  const runbooks = [
    runbook('close-breaker', 'any(breakers | state = open) for 30s'),
    runbook('calm', 'all(breakers | state = closed)'),
    runbook('scale-pool', 'any(pools | pending > 0)'),
    runbook('restart'),
    runbook('odd', 'any(breakers | stat = open)'),
  ];
  expect(suggestOnce(runbooks, open, noon).map(({ runbook: { id }, fits, why }) => [id, fits, why])).toEqual([
    ['close-breaker', 'yes', 'breakers bus-0 · psp state is open'],
    ['calm', 'no', 'breakers bus-0 · psp state is open'],
    ['scale-pool', 'unknown', 'no source provides pools'],
    ['restart', 'never', 'the runbook has no when:, so opsdeck cannot suggest the runbook'],
    ['odd', 'unknown', 'when, col 16: no field is called stat in breakers. Did you mean state?'],
  ]);
});

test('with memory a runbook matches only once its `when` has held', () => {
  const suggest = createSuggester([runbook('close-breaker', 'any(breakers | state = open) for 30s')]);
  const fits = (seconds: number, snapshot = open) => suggest(snapshot, later(seconds), none)[0]?.fits;
  expect([fits(0), fits(29), fits(30), fits(31, closed), fits(32), fits(62)]).toEqual([
    'no',
    'no',
    'yes',
    'no',
    'no',
    'yes',
  ]);
});

test('two runbooks with the same expression are remembered separately', () => {
  const words = 'any(breakers | state = open) for 30s';
  const first = createSuggester([runbook('a', words)]);
  const second = createSuggester([runbook('b', words)]);
  first(open, later(0), none);
  expect(second(open, later(30), none)[0]?.fits).toBe('no');
  expect(first(open, later(30), none)[0]?.fits).toBe('yes');
});
