import { expect, test } from 'vitest';
import { parseBound } from '../../../src/domain/facts/threshold.ts';
import type { VerifyStep } from '../../../src/domain/runbooks/runbook.ts';
import { evaluateExpression } from '../../../src/expressions/evaluate.ts';
import { parseExpression } from '../../../src/expressions/rows/parse.ts';
import type { Witnesses } from '../../../src/expressions/witness/former.ts';
import { createVerificationCheck } from '../../../src/runs/evidence/verification-check.ts';
import type { Feed } from '../../../src/sources/kit/contract/source.ts';
import { createFactsStore } from '../../../src/store/facts-store.ts';
import { buildSnapshot } from '../../../src/store/snapshot.ts';
import { feedInfo, frame, learn, noon, sample, spec } from '../../support/made-facts.ts';

test('a value beyond its limit that is not critical for long enough is no proof of its level', () => {
  const parsed = parseExpression('errors <= ok');
  const limit = parseBound('>=5');
  if (!parsed.ok || 'error' in limit) throw new Error('it does not parse');
  const threshold = { crit: limit, forMs: 60_000 };
  const store = createFactsStore(frame({ signals: [spec('errors', { threshold })] }));
  const info = feedInfo('bus/query:errors', 'samples', { signals: ['errors'] });
  const worth = (errors: number, witnesses?: Witnesses) => {
    learn(store, info, { samples: [sample('errors', errors)] });
    const snapshot = buildSnapshot(store.getState(), noon);
    return evaluateExpression(parsed.expression, snapshot, {
      now: noon,
      before: snapshot,
      ...(witnesses === undefined ? {} : { witnesses }),
    });
  };
  expect(worth(1, { effects: [] }).value).toBe('true');
  expect(worth(48).value).toBe('true');
  expect(worth(48, { effects: [] })).toMatchObject({
    value: 'unknown',
    why: expect.stringMatching(/^errors is ok only for the moment: 48.*, crit after 0s of 1m$/),
  });
});

const step: VerifyStep = {
  id: 'v1',
  title: 'Few errors',
  that: 'errors < 5 for 10s',
  withinMs: 60_000,
  forMs: 0,
};

test('the window of a check begins again after another server has answered', () => {
  const store = createFactsStore(frame({ signals: [spec('errors')] }));
  const info = feedInfo('bus/query:errors', 'samples', { signals: ['errors'], staleMs: 60_000 });
  const feed: Feed = { ...info, read: async () => ({ items: [], faults: [] }) };
  let problem: string | undefined;
  const nothing = () => undefined;
  const systems = {
    ...{ read: async () => {}, problem: () => problem, difference: nothing, clockProblem: nothing },
    tie: () => 'same' as const,
  };
  const at = { feeds: () => [feed], mayGrow: false, signals: [], systems };
  const check = createVerificationCheck(step, at, { params: {} }, noon);
  const valueAt = (seconds: number, errors: number): string => {
    const now = noon + 1000 * seconds;
    learn(store, info, { samples: [sample('errors', errors)] });
    const { feeds, history } = store.getState();
    return check.evaluate({ snapshot: buildSnapshot(store.getState(), now), history, feeds, now }).value;
  };
  expect(valueAt(0, 9)).toBe('false');
  expect(valueAt(1, 1)).toBe('false');
  problem = 'another server answers';
  expect(valueAt(6, 1)).toBe('unknown');
  problem = undefined;
  expect(valueAt(12, 1)).toBe('unknown');
  expect(valueAt(21, 1)).toBe('unknown');
  expect(valueAt(22, 1)).toBe('true');
});
