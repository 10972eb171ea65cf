import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { FaultKind } from '../../src/domain/base/fault.ts';
import type { Level } from '../../src/domain/facts/level.ts';
import { isExpectedAbsence, type SignalRow } from '../../src/domain/facts/snapshot.ts';
import { createFactsStore } from '../../src/store/facts-store.ts';
import { buildSnapshot } from '../../src/store/snapshot.ts';
import { calcSpec } from '../support/derived-specs.ts';
import { longTest, rounds } from '../support/layer.ts';
import { fault, feedInfo, frame, learn, noon, sample, spec } from '../support/made-facts.ts';

const feed = feedInfo('bus/metrics', 'samples', { signals: ['q', 'unread'] });

/** Possible answers of a feed: a value, no value, an empty answer, or a fault. */
type Answer = { readonly value: number | string } | 'no value' | 'nothing' | FaultKind;

const answers = fc.oneof(
  fc.record({ value: fc.oneof(fc.integer({ min: 0, max: 20 }), fc.constant('up')) }),
  fc.constantFrom<Answer>('no value', 'nothing', 'missing', 'timeout', 'unreachable', 'denied', 'throttled'),
);

const batchOf = (answer: Answer, time: number) => {
  if (typeof answer === 'object') return { samples: [sample('q', answer.value, { at: time })] };
  if (answer === 'no value')
    return { samples: [sample('q', undefined, { at: time, why: 'first reading of a rate' })] };
  return answer === 'nothing' ? { samples: [] } : { faults: [{ ...fault(answer), at: time }] };
};

const steps = fc.array(fc.record({ answer: answers, waitMs: fc.constantFrom(0, 5000, 20_000, 100_000) }), {
  maxLength: 8,
});

const isHonest = (row: SignalRow, noData: Level | undefined): boolean => {
  if (row.level !== 'ok') return true;
  return (row.value !== undefined && !row.stale) || (noData === 'ok' && isExpectedAbsence(row) && !row.stale);
};

longTest(
  'no signal is OK without a present value, unless its profile expects none and its source responds',
  () => {
    fc.assert(
      fc.property(
        steps,
        fc.constantFrom<Level | undefined>(undefined, 'ok', 'warn', 'crit', 'unknown'),
        fc.boolean(),
        (taken, noData, memory) => {
          const threshold = {
            warn: { op: '>=', value: 10 } as const,
            ...(noData === undefined ? {} : { noData }),
          };
          const signals = [
            spec('q', { threshold }),
            spec('unread', { threshold }),
            calcSpec('doubled', '2 * q', { q: 'q' }, { threshold }),
          ];
          const store = createFactsStore(frame({ signals, memory }));
          let time = noon;
          for (const { answer, waitMs } of taken) {
            learn(store, feed, batchOf(answer, time), time);
            for (const now of [time, time + waitMs])
              for (const row of buildSnapshot(store.getState(), now).signals)
                expect(isHonest(row, noData), `${row.id} ${JSON.stringify({ answer, noData, row })}`).toBe(
                  true,
                );
            time += waitMs + 1;
          }
        },
      ),
      { numRuns: rounds(300) },
    );
  },
);

test('noData: ok means no data, not OK: only while the source responds', () => {
  const read = (kind: FaultKind, waitMs = 0) => {
    const store = createFactsStore(frame({ signals: [spec('q', { threshold: { noData: 'ok' } })] }));
    learn(store, feed, { faults: [fault(kind)] }, noon);
    return buildSnapshot(store.getState(), noon + waitMs).signals[0];
  };
  expect(read('missing')).toMatchObject({ level: 'ok' });
  for (const kind of ['timeout', 'unreachable', 'denied'] as const)
    expect(read(kind)).toMatchObject({ level: 'unknown' });
});

test('an answer without a value that is too old is unknown', () => {
  const store = createFactsStore(frame({ signals: [spec('q', { threshold: { noData: 'ok' } })] }));
  learn(store, feed, { samples: [] }, noon);
  expect(buildSnapshot(store.getState(), noon).signals[0]?.level).toBe('ok');
  expect(buildSnapshot(store.getState(), noon + 60_000).signals[0]?.level).toBe('unknown');
});
