import { expect, test } from 'vitest';
import { type GroupActivity, lagFlow, motionOf } from '../../../src/kinds/lag/motion.ts';
import {
  lagGrowthPerSecond,
  type OffsetSample,
  summarizeConsumption,
} from '../../../src/sources/kafka/offset-history.ts';

const motion = (seen: readonly OffsetSample[], group: GroupActivity) =>
  motionOf(summarizeConsumption(seen, group));
const flow = (seen: readonly OffsetSample[], group: GroupActivity) =>
  lagFlow(summarizeConsumption(seen, group));

/** Samples five seconds apart: [committed, end]. */
const samples = (
  everyMs: number,
  ...pairs: readonly (readonly [number, number])[]
): readonly OffsetSample[] =>
  pairs.map(([committed, end], index) => ({
    at: 1_000_000 + index * everyMs,
    committed: BigInt(committed),
    end: BigInt(end),
  }));
const slowly = (...pairs: readonly (readonly [number, number])[]) => samples(5000, ...pairs);
const quickly = (...pairs: readonly (readonly [number, number])[]) => samples(1000, ...pairs);
const group: GroupActivity = { members: 2, commits: false, holderCommits: false };

test.each<readonly [string, readonly OffsetSample[], string]>([
  ['no samples', [], 'unknown'],
  ['caught up', slowly([10, 10]), 'steady'],
  ['one sample', slowly([10, 20]), 'unknown'],
  ['committed past the end', slowly([10, 20], [30, 20]), 'unknown'],
  ['no lag at some time in the window', slowly([10, 10], [10, 60], [10, 160]), 'steady'],
  ['no commits while the lag grows', slowly([10, 60], [10, 110], [10, 160], [10, 210]), 'stalled'],
  ['no commits and constant lag', slowly([10, 60], [10, 60], [10, 60]), 'stalled'],
  ['commits with constant lag', slowly([10, 60], [60, 110], [110, 160], [160, 210]), 'steady'],
  ['commits with growing lag', slowly([10, 60], [20, 110], [30, 160], [40, 210]), 'falling-behind'],
  [
    'grows, but by less than ten seconds of messages',
    slowly([10, 12], [110, 114], [210, 216], [310, 318]),
    'steady',
  ],
  ['shrinking lag', slowly([10, 500], [110, 510], [210, 520], [310, 530]), 'gaining'],
  ['hardly growing lag', slowly([0, 1000], [1000, 2002], [2000, 3004], [3000, 4006]), 'steady'],
  [
    'periodic commits are not growth',
    slowly([0, 400], [0, 500], [200, 600], [200, 700], [400, 800], [400, 910]),
    'steady',
  ],
  ['one second: no commits, no progress of the group', quickly([10, 1000], [10, 1020]), 'stalled'],
  ['one second: no commits, lag above ten seconds of messages', quickly([10, 190], [10, 210]), 'steady'],
  ['one second: no change at all', quickly([10, 1000], [10, 1000]), 'unknown'],
  ['one second: grows by a fifth of the consumed messages', quickly([10, 5000], [110, 5120]), 'steady'],
  ['one second: grows by half of them', quickly([10, 5000], [110, 5150]), 'falling-behind'],
  ['one second: grows, but is less than ten seconds behind', quickly([10, 200], [110, 350]), 'steady'],
  ['one second: shrinks', quickly([10, 5000], [510, 5100]), 'gaining'],
  ['a quarter of a second', samples(250, [10, 5000], [10, 9000]), 'unknown'],
])('%s', (_, seen, expected) => {
  expect(motion(seen, group)).toBe(expected);
});

test('without members a lag is stopped at once, and no lag is none', () => {
  const noMembers = { members: 0, commits: false, holderCommits: false };
  expect(motion(slowly([10, 20]), noMembers)).toBe('stopped');
  expect(motion(slowly([10, 10], [10, 20]), noMembers)).toBe('stopped');
  expect(motion(slowly([20, 20]), noMembers)).toBe('steady');
  expect(motion(slowly([10, 20]), { ...group, members: undefined })).toBe('unknown');
});

test('a group that commits in other partitions is slow here, for any duration', () => {
  const busy = { members: 1, commits: true, holderCommits: true };
  expect(motion(quickly([10, 1000], [10, 1020]), busy)).toBe('falling-behind');
  expect(motion(slowly([10, 1000], [10, 1020], [10, 1040]), busy)).toBe('falling-behind');
});

test('a partition without progress is unknown while its member commits elsewhere: stuck, or waiting for its turn', () => {
  const busy = { members: 1, commits: true, holderCommits: true };
  expect(motion(quickly([10, 1000], [10, 1000]), busy)).toBe('unknown');
  expect(motion(slowly([10, 1000], [10, 1000], [10, 1000]), busy)).toBe('unknown');
});

test('a member that commits nothing is stalled, even if others commit', () => {
  const others = { members: 2, commits: true, holderCommits: false };
  expect(motion(quickly([10, 1000], [10, 1020]), others)).toBe('falling-behind');
  expect(motion(slowly([10, 1000], [10, 1020], [10, 1040]), others)).toBe('stalled');
});

test('growth is the slope over the window; a shrinking lag has an estimated end', () => {
  const shrinking = slowly([10, 500], [110, 510], [210, 520], [310, 530]);
  expect(lagGrowthPerSecond(shrinking)).toBeCloseTo(-18);
  expect(flow(shrinking, group)).toEqual({ motion: 'gaining', rate: -18, etaSeconds: 12 });
  expect(flow(slowly([10, 60], [20, 110], [30, 160], [40, 210]), group)).toEqual({
    motion: 'falling-behind',
    rate: 8,
  });
  expect(flow(slowly([10, 60]), group)).toEqual({ motion: 'unknown' });
  expect(flow(slowly([10, 20], [30, 20]), group)).toEqual({ motion: 'unknown' });
});

test('offsets beyond 2^53 are compared exactly', () => {
  const committed = 9_007_199_254_740_993n;
  const at = (ms: number, more: bigint): OffsetSample => ({ at: ms, committed, end: committed + more });
  expect(flow([at(0, 1n), at(12_000, 2n)], group)).toEqual({ motion: 'stalled', rate: 0.08 });
});
