import { expect, test } from 'vitest';
import { type FactFold, foldRows } from '../../../src/expressions/rows/derivation.ts';
import { parseTest } from '../../../src/expressions/rows/parse.ts';
import type { Breaker } from '../../../src/kinds/breakers/fact.ts';
import { breaker, fault, lag, noon, snapshotWith } from '../../support/made-facts.ts';

const where = (kind: 'breakers' | 'lag', text: string) => {
  const parsed = parseTest(kind, text);
  if (!parsed.ok) throw new Error(parsed.message);
  return { where: parsed.test };
};

const all: readonly Breaker[] = [
  breaker('psp', { state: 'open', failureRate: 82 }),
  breaker('stock', { failureRate: 2 }),
  breaker('mail', { failureRate: 6, source: 'other' }),
  breaker('young', { state: 'unknown' }),
];

const folded = (spec: Partial<FactFold>, more: Parameters<typeof snapshotWith>[1] = {}) =>
  foldRows('breakers', snapshotWith({ breakers: all }, more).kinds.breakers, {
    kind: 'breakers',
    fold: 'count',
    ...spec,
  });

test.each([
  ['sum', 90],
  ['min', 2],
  ['max', 82],
  ['avg', 30],
  ['count', 3],
] as const)('%s of a field ignores rows without a value', (fold, value) => {
  expect(folded({ fold, field: 'failureRate' })).toEqual({ outcome: { value }, stale: false });
});

test('without a field, counts rows', () => {
  expect(folded({}).outcome).toEqual({ value: 4 });
  expect(folded(where('breakers', 'name matches /^s/')).outcome).toEqual({ value: 1 });
  expect(folded({ source: 'other' }).outcome).toEqual({ value: 1 });
});

test('the count of no rows is 0; other folds of no rows have no value', () => {
  const none = where('breakers', 'name = absent');
  expect(folded(none).outcome).toEqual({ value: 0 });
  expect(folded({ ...none, fold: 'sum', field: 'failureRate' }).outcome).toEqual({
    why: 'no breakers with name = absent',
  });
  expect(folded({ fold: 'max', field: 'bufferedCalls' }).outcome).toEqual({
    why: 'none of the 4 breakers has a value for bufferedCalls',
  });
});

test('a row with an undecidable test makes the result unknown, and is named', () => {
  expect(folded(where('breakers', 'state = open')).outcome).toEqual({
    why: 'breakers bus-0 · young state is unknown',
  });
});

test('a partially read kind is unknown, with the reason', () => {
  expect(folded({}, { faults: [fault('denied', 'GET /breakers: 403')] }).outcome).toEqual({
    why: 'some breakers unavailable: GET /breakers: 403',
  });
  expect(folded({}, { waiting: ['breakers'] }).outcome).toEqual({
    why: 'some breakers have not been read yet',
  });
});

test('faults of other sources do not affect a fold over one source', () => {
  expect(folded({ source: 'other' }, { faults: [fault('denied')] }).outcome).toEqual({ value: 1 });
});

test('stale rows keep their values and are marked stale', () => {
  const later = { now: noon + 60_000 };
  expect(folded({ fold: 'max', field: 'failureRate' }, later)).toEqual({
    outcome: { value: 82 },
    stale: true,
  });
  expect(folded(where('breakers', 'level >= warn'), later).outcome).toHaveProperty('why');
});

test('sums 64-bit offsets as numbers', () => {
  const rows = [lag('billing', { end: 5n }), lag('billing', { partition: 1, end: 7n })];
  const view = snapshotWith({ lag: rows }).kinds.lag;
  expect(foldRows('lag', view, { kind: 'lag', fold: 'sum', field: 'end' }).outcome).toEqual({ value: 12 });
});
