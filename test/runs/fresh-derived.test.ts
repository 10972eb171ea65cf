import { expect, test } from 'vitest';
import { freshState } from '../../src/runs/evidence/check-feeds.ts';
import { createFactsStore } from '../../src/store/facts-store.ts';
import { buildSnapshot } from '../../src/store/snapshot.ts';
import { calcSpec, factSpec } from '../support/derived-specs.ts';
import { breaker, feedInfo, frame, learn, noon, sample, spec } from '../support/made-facts.ts';

const second = 1000;
const errors = feedInfo('bus/errors', 'samples', { signals: ['errors'] });
const total = feedInfo('bus/total', 'samples', { signals: ['total'] });
const ratio = calcSpec(
  'ratio',
  '100 * a / b',
  { a: 'errors', b: 'total' },
  { threshold: { warn: { op: '>=', value: 5 }, noData: 'ok' } },
);
const open = factSpec('open', { kind: 'breakers', fold: 'count' }, { threshold: { noData: 'ok' } });

test('a check ignores a calculation with an input that was read before the action', () => {
  const store = createFactsStore(frame({ signals: [spec('errors'), spec('total'), ratio] }));
  const acted = noon + second;
  const seen = (now: number) =>
    buildSnapshot(freshState(store.getState(), acted, now), now).signals.find(({ id }) => id === 'ratio');
  learn(store, errors, { samples: [sample('errors', 0)] }, noon);
  learn(store, total, { samples: [sample('total', 100)] }, noon);
  learn(store, errors, { samples: [sample('errors', 0)] }, noon + 2 * second);
  expect(seen(noon + 2 * second)).toMatchObject({ level: 'unknown' });
  learn(store, total, { samples: [sample('total', 100)] }, noon + 3 * second);
  expect(seen(noon + 3 * second)).toMatchObject({ level: 'ok', value: 0 });
});

test('noData proves nothing until the feed has been read again', () => {
  const breakers = feedInfo('bus/breakers', 'breakers');
  const store = createFactsStore(frame({ signals: [open] }));
  const acted = noon + second;
  const seen = (now: number) => buildSnapshot(freshState(store.getState(), acted, now), now).signals[0];
  learn(store, breakers, { items: [breaker('psp')] }, noon);
  expect(seen(noon + 2 * second)).toMatchObject({ level: 'unknown' });
  learn(store, breakers, { items: [] }, noon + 3 * second);
  expect(seen(noon + 3 * second)).toMatchObject({ level: 'ok', value: 0 });
});

test('a reading that a cache had stored before the action proves nothing, and before the action it counts', () => {
  const store = createFactsStore(frame({ signals: [spec('errors')] }));
  const acted = noon + second;
  const now = noon + 5 * second;
  const seen = (mayBeStored?: boolean) =>
    buildSnapshot(freshState(store.getState(), acted, now, mayBeStored), now).signals[0];
  learn(store, errors, { samples: [sample('errors', 0)], ageMs: 60 * second }, now);
  expect(seen(false)?.value).toBeUndefined();
  expect(seen()).toMatchObject({ value: 0 });
  learn(store, errors, { samples: [sample('errors', 0)], ageMs: 2 * second }, now);
  expect(seen(false)).toMatchObject({ value: 0 });
});
