import { expect, test } from 'vitest';
import type { ChangeCoverage, JournalEntry, RecentChange } from '../../src/domain/facts/journal.ts';
import {
  type ChangeRecorder,
  readRecordedChanges,
  withRecordedChanges,
} from '../../src/engine/journal/recorded-changes.ts';
import { manualClock } from '../support/manual-clock.ts';

const change = (time: number, more: Partial<RecentChange> = {}): RecentChange => ({
  at: time,
  kind: 'rollout',
  level: 'ok',
  what: 'deployment billing',
  change: 'revision 4 → 5: the image is the same, but the pod template has changed',
  ...more,
});

const observed = (time: number, more: Partial<JournalEntry> = {}): JournalEntry => ({
  ...change(time),
  change: 'revision 4 → 5: the image is the same, but the pod template has changed',
  source: 'k8s',
  ...more,
});

test('recorded changes are inserted by time', () => {
  const journal = [observed(500_000, { what: 'deployment shop' })];
  const merged = withRecordedChanges(journal, 'k8s', [change(700_000), change(100_000)]);
  expect(merged.map(({ at }) => at)).toEqual([100_000, 500_000, 700_000]);
  expect(merged[0]).toMatchObject({ source: 'k8s' });
});

test('a change that was also observed is listed once', () => {
  const journal = [observed(500_000, { kind: 'image', change: 'image 1 → 2' })];
  expect(withRecordedChanges(journal, 'k8s', [change(470_000)])).toBe(journal);
  expect(withRecordedChanges(journal, 'k8s', [change(300_000)])).toHaveLength(2);
  expect(withRecordedChanges(journal, 'other', [change(470_000)])).toHaveLength(2);
});

/** Reads these recorders to the end, and returns the last coverage and all changes. */
const read = async (recorders: readonly ChangeRecorder[], advanceMs = 0) => {
  const clock = manualClock();
  const reports: { source: string; changes: readonly RecentChange[]; coverage: ChangeCoverage }[] = [];
  const reading = readRecordedChanges(recorders, clock, new AbortController(), (source, changes, coverage) =>
    reports.push({ source, changes, coverage }),
  );
  for (let passed = 0; passed < advanceMs; passed += 1000) await clock.advance(1000);
  await reading;
  return { reports, coverage: reports.at(-1)?.coverage };
};

test('the coverage names what was read, what failed, and what is not open', async () => {
  const time = 0;
  const denied = { kind: 'denied', source: 'am', message: 'answered 403', at: time } as const;
  const off = { kind: 'unconfigured', source: 'docker', message: 'no address', at: time } as const;
  const { coverage, reports } = await read([
    { id: 'k8s', source: { recentChanges: async () => ({ changes: [change(1)], faults: [] }) } },
    { id: 'am', source: { recentChanges: async () => ({ changes: [], faults: [denied] }) } },
    { id: 'docker', problem: off },
    {
      id: 'broken',
      source: {
        recentChanges: async () => {
          throw new Error('a defect of a plugin');
        },
      },
    },
  ]);
  expect(coverage).toMatchObject({ read: ['k8s'], isReading: false });
  expect(coverage?.unread.map(({ source }) => source).sort()).toEqual(['am', 'broken', 'docker']);
  expect(reports.find(({ source }) => source === 'k8s')?.changes).toEqual([change(1)]);
});

test('a source that does not answer is given up', async () => {
  const { coverage } = await read(
    [{ id: 'k8s', source: { recentChanges: () => new Promise(() => {}) } }],
    30_000,
  );
  expect(coverage).toMatchObject({ read: [], isReading: false, unread: [{ source: 'k8s' }] });
});

test('without a recorder the coverage is known at once', async () => {
  const { coverage } = await read([]);
  expect(coverage).toMatchObject({ read: [], unread: [], isReading: false });
});
