import { expect, test } from 'vitest';
import {
  formatOffsetMove,
  irreversibleEffects,
  type PartitionOffsets,
  planOffsetMoves,
  resetParams,
  resolveTimestamp,
} from '../../../src/sources/kafka/reset-plan.ts';

const standings: readonly PartitionOffsets[] = [
  { partition: 0, committed: 120n, low: 100n, high: 300n, offsetAtTime: 150n },
  { partition: 1, committed: 300n, low: 0n, high: 300n },
  { partition: 2, low: 5n, high: 9n },
];
const to = (written: unknown) => resetParams.parse({ group: 'g', topic: 't', to: written }).to;

test.each<readonly [string, unknown, readonly string[]]>([
  [
    'earliest',
    'earliest',
    [
      '0: 120 → 100, 20 messages are read again',
      '1: 300 → 0, 300 messages are read again',
      '2: nothing committed → 5',
    ],
  ],
  ['latest', 'latest', ['0: 120 → 300, 180 messages are skipped', '2: nothing committed → 9']],
  [
    'an offset, clamped to the log',
    200,
    [
      '0: 120 → 200, 80 messages are skipped',
      '1: 300 → 200, 100 messages are read again',
      '2: nothing committed → 9',
    ],
  ],
  [
    'a time. The end if there is no newer message',
    { at: '2026-03-04T10:00:00Z' },
    ['0: 120 → 150, 30 messages are skipped', '2: nothing committed → 9'],
  ],
  ['offsets by partition', { offsets: { 0: '110' } }, ['0: 120 → 110, 10 messages are read again']],
])('%s', (_, written, moves) => {
  const found = planOffsetMoves(standings, to(written));
  expect(typeof found === 'string' ? found : found.map(formatOffsetMove)).toEqual(moves);
});

test('by a number of messages, clamped to the log, and not without a commit', () => {
  const two = standings.slice(0, 2);
  expect(planOffsetMoves(two, to({ by: -50 }))).toEqual([
    { partition: 0, from: 120n, to: 100n },
    { partition: 1, from: 300n, to: 250n },
  ]);
  expect(planOffsetMoves(standings, to({ by: -50 }))).toMatch(
    /partition 2 has no committed offset, so there is nothing to count from\. Use earliest, latest or an offset/,
  );
});

test('skipped messages are counted', () => {
  const found = planOffsetMoves(standings, to(200));
  expect(typeof found === 'string' ? found : irreversibleEffects(found)).toBe(
    '80 messages are skipped: this group never processes them; 100 messages are processed again: that is safe only if the consumer is idempotent; partition 2 had no committed offset before, and undo cannot remove the new one',
  );
});

test('messages deleted by retention are already lost: a reset neither skips nor repeats them', () => {
  const behind: readonly PartitionOffsets[] = [
    { partition: 0, committed: 20n, low: 100n, high: 300n },
    { partition: 1, committed: 400n, low: 100n, high: 300n },
  ];
  const words = (written: unknown) => {
    const found = planOffsetMoves(behind, to(written));
    return typeof found === 'string' ? [found] : [...found.map(formatOffsetMove), irreversibleEffects(found)];
  };
  expect(words('earliest')).toEqual([
    '0: 20 → 100, 80 messages lost to retention',
    '1: 400 → 100, 100 offsets past the end, 200 messages are read again',
    'retention has already deleted some messages: 80; 200 messages are processed again: that is safe only if the consumer is idempotent',
  ]);
  expect(words('latest')).toEqual([
    '0: 20 → 300, 80 messages lost to retention, 200 messages are skipped',
    '1: 400 → 300, 100 offsets past the end',
    'retention has already deleted some messages: 80; 200 messages are skipped: this group never processes them',
  ]);
  expect(words('101')[0]).toBe('0: 20 → 101, 80 messages lost to retention, 1 message is skipped');
});

test('parsed params can be parsed again, as the executor does, and be stored as JSON', () => {
  for (const written of [5, '5', 'latest', { offsets: { 0: '5' } }, { by: -5 }, { at: '1h' }]) {
    const once = resetParams.parse({ group: 'g', topic: 't', to: written });
    expect(resetParams.parse(JSON.parse(JSON.stringify(once)))).toEqual(once);
  }
});

test('an invalid position is refused by the schema; an offset beyond 2^53 is exact', () => {
  for (const wrong of ['sometime', -1, 1.5, { at: 'teatime' }, { by: 0.5 }, { offsets: { x: 1 } }])
    expect(resetParams.safeParse({ group: 'g', topic: 't', to: wrong }).success, JSON.stringify(wrong)).toBe(
      false,
    );
  const far: PartitionOffsets = { partition: 0, committed: 1n, low: 0n, high: 2n ** 60n };
  expect(planOffsetMoves([far], to('9007199254740993'))).toEqual([
    { partition: 0, from: 1n, to: 9_007_199_254_740_993n },
  ]);
});

test('a time is a timestamp or a duration before now', () => {
  const now = Date.parse('2026-03-04T10:15:00Z');
  expect(resolveTimestamp('15m', now)).toBe(Date.parse('2026-03-04T10:00:00Z'));
  expect(resolveTimestamp('2026-03-04T10:00:00Z', now)).toBe(Date.parse('2026-03-04T10:00:00Z'));
});
