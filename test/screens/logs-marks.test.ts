import { expect, test } from 'vitest';
import type { JournalEntry } from '../../src/domain/facts/journal.ts';
import { noon } from '../support/made-facts.ts';
import { type MadeLines, type MadeRow, madeLines, stream } from './support/lines.ts';
import { shopLines, shopWith } from './support/shop-lines.ts';
import { openCockpit, type User } from './support/user.ts';

const entry = (kind: JournalEntry['kind'], ago: number, what: string): JournalEntry => ({
  ...{ at: noon - ago, kind, level: 'ok', what, change: 'changed', row: what, source: 'k8s' },
});

const open = async (
  lines: MadeLines,
  journal: readonly JournalEntry[] = [],
  size: readonly [number, number] = [120, 36],
): Promise<User> => {
  const scene = shopWith(lines);
  const user = await openCockpit({ size, scene: { ...scene, cockpit: { ...scene.cockpit, journal } } });
  await user.press('8');
  return user;
};

/** The row below the time axis of the histogram. */
const belowAxis = (user: User): string => {
  const rows = user.rows();
  return rows[rows.findIndex((row) => row.includes('≥ WARN')) + 2] ?? '';
};

test('deploys, runs and alerts are marked below the histogram, at their time', async () => {
  const user = await open(shopLines(), [
    entry('rollout', 600_000, 'deployment billing'),
    entry('run', 300_000, 'restart'),
    entry('alert', 30_000, 'alert PspDown'),
  ]);
  expect(belowAxis(user).trim()).toMatch(/^D {5,}R {5,}A$/);
  const none = await open(shopLines());
  expect(belowAxis(none)).not.toMatch(/^ +[DRAN]( |$)/);
});

test('the histogram begins at the time that a filter asks for, although the first line is later', async () => {
  const lines = shopLines();
  lines.look([{ is: 'time', from: noon - 1_500_000 }]);
  const user = await open(lines);
  const axis = user.rows().find((row) => / \d\d:\d\d +.* 10:15 /.test(row)) ?? '';
  expect(axis).toMatch(/^ +09:[0-4]\d /);
  expect(axis.slice(12, 40).trim()).toBe('');
});

const failure = (of: number): readonly MadeRow[] => [
  { text: '2026-03-04T10:14:57.036Z ERROR Application run failed', ago: 10_000, level: 'error', stream: of },
  { text: '2026-03-04T10:15:01.036Z INFO done', ago: 6000, level: 'info', stream: of },
];

test('equal lines have a rule with a legend of their streams; without equal ones there is none', async () => {
  const lines = madeLines([stream(0, 'bus-6d98-a7x'), stream(1, 'bus-6d98-b2k')]);
  lines.put(...failure(0), ...failure(1));
  const user = await open(lines);
  const rule = user.terminal.rows().find((row) => row.includes('the same line in'));
  expect(rule).toMatch(/^├─ 4 lines ─+ ×2: the same line in ● a7x ● b2k ─┤$/u);
  const other = await open(shopLines());
  expect(other.rows().join('\n')).not.toContain('the same line in');
});
