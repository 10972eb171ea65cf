import { expect, test } from 'vitest';
import type { Limits } from '../../../src/domain/facts/level.ts';
import { verdictStatuses } from '../../../src/engine/journal/verdict-statuses.ts';
import type { Lag } from '../../../src/kinds/lag/fact.ts';
import { groupVerdict } from '../../../src/kinds/lag/group-verdict.ts';
import { LagTree } from '../../../src/ui/features/lag/tree.ts';
import { lag, snapshotWith } from '../../support/made-facts.ts';

const part = (partition: number, more: Partial<Lag>): Lag =>
  lag('billing', { partition, lag: 7, committed: 3n, end: 10n, ...more });

const stuck = part(0, { motion: 'stalled' });
const behind = part(1, { motion: 'falling-behind', lag: 900 });

test.each<readonly [string, readonly Lag[], Limits, string, string]>([
  ['the most severe motion, in any order', [behind, stuck], {}, 'warn', 'stalled'],
  [
    'print the worst level takes precedence',
    [stuck, behind],
    { lag: { crit: '>500' } },
    'crit',
    'falling behind',
  ],
  ['ignores partitions that caught up', [part(0, { lag: 0 }), behind], {}, 'warn', 'falling behind'],
  [
    'lost messages in a group that makes progress',
    [part(0, { motion: 'gaining', lost: 4 })],
    {},
    'warn',
    'messages lost',
  ],
  ['a stall takes precedence over lost messages', [stuck, part(1, { lost: 4 })], {}, 'warn', 'stalled'],
  ['no commit', [lag('billing', { end: 10n, motion: 'unknown' })], {}, 'unknown', 'no commit'],
  ['an unreadable commit', [lag('billing', { motion: 'unknown' })], {}, 'unknown', 'unknown'],
])('a group: %s', (_, facts, limits, level, word) => {
  const snapshot = snapshotWith({ lag: facts }, { limits });
  const { rows } = snapshot.kinds.lag;
  expect(groupVerdict(rows)).toMatchObject({ level, word });
  // The pane and the journal show the same verdict.
  expect(new LagTree().build(rows).map(({ row }) => [row.level, row.verdict])).toEqual([[level, word]]);
  expect(verdictStatuses(snapshot).map((standing) => [standing.level, standing.word])).toEqual([
    [level, word],
  ]);
});
