import { describe, expect, test } from 'vitest';
import { type Consumption, lagFlow, motionOf } from '../../../src/kinds/lag/motion.ts';
import { type OffsetSample, summarizeConsumption } from '../../../src/sources/kafka/offset-history.ts';
import { lagSpec } from '../../../src/sources/prometheus/lag.ts';
import { kafkaExporter, zMetricNames } from '../../../src/sources/prometheus/metric-names.ts';

const idle = { members: 2, commits: false, holderCommits: false };
const busy = { members: 2, commits: true, holderCommits: true };
const base: Consumption = {
  lag: 1000,
  growth: 0,
  consumed: 10,
  spanMs: 300_000,
  wasCaughtUp: false,
  group: busy,
};

test.each<readonly [string, Partial<Consumption>, string]>([
  ['nothing committed', { lag: undefined }, 'unknown'],
  ['caught up', { lag: 0, consumed: undefined, growth: undefined, group: { ...idle, members: 0 } }, 'steady'],
  ['no members', { growth: 40, group: { ...busy, members: 0 } }, 'stopped'],
  ['no members and no window yet', { growth: undefined, group: { ...idle, members: 0 } }, 'stopped'],
  ['caught up at some time in the window', { growth: 40, wasCaughtUp: true }, 'steady'],
  ['no window yet', { growth: undefined }, 'unknown'],
  ['window too short', { growth: 40, spanMs: 400 }, 'unknown'],
  ['no progress', { consumed: 0, growth: 0, group: idle }, 'stalled'],
  ['no progress, members unknown', { consumed: 0, group: { ...idle, members: undefined } }, 'stalled'],
  [
    'no progress in a partition whose member commits elsewhere, with new messages',
    { consumed: 0, growth: 3 },
    'falling-behind',
  ],
  [
    'no progress in a partition whose member commits elsewhere, without new messages',
    { consumed: 0, growth: 0 },
    'unknown',
  ],
  [
    'no progress in a partition, only other members commit',
    { consumed: 0, growth: 3, group: { ...busy, holderCommits: false } },
    'stalled',
  ],
  ['grows', { growth: 3 }, 'falling-behind'],
  ['grows, but less than 10 s of messages', { growth: 3, lag: 130 }, 'steady'],
  ['grows, more than 10 s of messages', { growth: 3, lag: 131 }, 'falling-behind'],
  ['shrinks', { growth: -3 }, 'gaining'],
  ['grows without a trend', { growth: 3, isTrend: false }, 'steady'],
  ['shrinks without a trend', { growth: -3, isTrend: false }, 'steady'],
  ['grows below the threshold', { growth: 0.09 }, 'steady'],
  ['shrinks below the threshold', { growth: -0.09 }, 'steady'],
  ['one message in the window', { consumed: 0.01, growth: 1 / 300 }, 'steady'],
  ['two messages in the window', { consumed: 0.01, growth: 2 / 300 }, 'falling-behind'],
])('%s', (_, change, motion) => {
  expect(motionOf({ ...base, ...change })).toBe(motion);
});

test('a shrinking lag has an ETA; a lag of unknown growth has neither rate nor ETA', () => {
  expect(lagFlow({ ...base, lag: 100, growth: -3 })).toEqual({
    motion: 'gaining',
    rate: -3,
    etaSeconds: 33,
  });
  expect(lagFlow({ ...base, growth: 3 })).toEqual({ motion: 'falling-behind', rate: 3 });
  expect(lagFlow({ ...base, growth: undefined })).toEqual({ motion: 'unknown' });
});

/** Offsets of one partition every five seconds: [committed, end]. */
type Offsets = readonly (readonly [number, number])[];

/** Motions of the partitions of a group, derived by the Kafka source from a broker's offsets. */
const byKafka = (partitions: readonly Offsets[], members: number): readonly string[] => {
  const samples = partitions.map((offsets) =>
    offsets.map(
      ([committed, end], index): OffsetSample => ({
        at: 5000 * index,
        committed: BigInt(committed),
        end: BigInt(end),
      }),
    ),
  );
  const commits = samples.some((all) => (all.at(-1)?.committed ?? 0n) > (all[0]?.committed ?? 0n));
  const group = { members, commits, holderCommits: commits };
  return samples.map((all) => motionOf(summarizeConsumption(all, group)));
};

const slope = (values: readonly number[]): number => {
  const mid = (values.length - 1) / 2;
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const spread = values.reduce((sum, _, index) => sum + (index - mid) ** 2, 0);
  return values.reduce((sum, value, index) => sum + (index - mid) * (value - mean), 0) / spread / 5;
};

/** Motions derived from the same offsets as exported by kafka_exporter and queried from Prometheus. */
const byPrometheus = (partitions: readonly Offsets[], members: number): readonly string[] => {
  const spanMs = 5000 * ((partitions[0]?.length ?? 1) - 1);
  const series = (number: (offsets: Offsets) => number) =>
    partitions.map((offsets, partition) => ({
      labels: { consumergroup: 'billing', topic: 'payments', partition: String(partition) },
      value: number(offsets),
    }));
  const lags = (offsets: Offsets): readonly number[] => offsets.map(([committed, end]) => end - committed);
  const firstAndLast = (offsets: Offsets) => [offsets[0]?.[0] ?? 0, offsets.at(-1)?.[0] ?? 0] as const;
  const { rows } = lagSpec(zMetricNames(kafkaExporter).parse(kafkaExporter.word), spanMs).toRows(
    {
      lag: series((offsets) => lags(offsets).at(-1) ?? 0),
      committed: series((offsets) => firstAndLast(offsets)[1]),
      end: [],
      growth: series((offsets) => slope(lags(offsets))),
      lowest: series((offsets) => Math.min(...lags(offsets))),
      consumed: series((offsets) => {
        const [first, last] = firstAndLast(offsets);
        return ((last - first) * 1000) / spanMs;
      }),
      members: [{ labels: { consumergroup: 'billing' }, value: members }],
    },
    { source: 'prom', at: 0 },
  );
  return rows.map((row) => ('motion' in row ? row.motion : ''));
};

describe('the Kafka and Prometheus sources derive the same motion', () => {
  test.each<readonly [string, number, readonly Offsets[], readonly string[]]>([
    [
      'caught up',
      1,
      [
        [
          [10, 10],
          [20, 20],
          [30, 30],
        ],
      ],
      ['steady'],
    ],
    [
      'no members',
      0,
      [
        [
          [10, 60],
          [10, 110],
          [10, 160],
        ],
      ],
      ['stopped'],
    ],
    [
      'caught up in between',
      1,
      [
        [
          [10, 10],
          [10, 60],
          [10, 160],
        ],
      ],
      ['steady'],
    ],
    [
      'no new commits, new messages',
      1,
      [
        [
          [10, 60],
          [10, 110],
          [10, 160],
        ],
      ],
      ['stalled'],
    ],
    [
      'no new commits, no new messages',
      1,
      [
        [
          [10, 60],
          [10, 60],
          [10, 60],
        ],
      ],
      ['stalled'],
    ],
    [
      'no commits in one of two partitions, with new messages',
      1,
      [
        [
          [10, 60],
          [10, 160],
          [10, 260],
        ],
        [
          [10, 500],
          [110, 600],
          [210, 700],
        ],
      ],
      ['falling-behind', 'steady'],
    ],
    [
      'no commits in one of two partitions, without new messages',
      1,
      [
        [
          [10, 60],
          [10, 60],
          [10, 60],
        ],
        [
          [10, 500],
          [110, 600],
          [210, 700],
        ],
      ],
      ['unknown', 'steady'],
    ],
    [
      'falls behind',
      1,
      [
        [
          [10, 200],
          [20, 300],
          [30, 400],
        ],
      ],
      ['falling-behind'],
    ],
    [
      'grows, but less than 10 s of messages',
      1,
      [
        [
          [10, 12],
          [110, 114],
          [210, 216],
        ],
      ],
      ['steady'],
    ],
    [
      'shrinks',
      1,
      [
        [
          [10, 500],
          [110, 510],
          [210, 520],
        ],
      ],
      ['gaining'],
    ],
    [
      'constant lag',
      1,
      [
        [
          [10, 500],
          [60, 550],
          [110, 600],
        ],
      ],
      ['steady'],
    ],
  ])('%s', (_, members, partitions, motions) => {
    expect(byKafka(partitions, members)).toEqual(motions);
    expect(byPrometheus(partitions, members)).toEqual(motions);
  });
});
