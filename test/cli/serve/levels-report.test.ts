import { expect, test } from 'vitest';
import { exposition } from '../../../src/cli/serve/exposition.ts';
import { levelsReport } from '../../../src/cli/serve/levels-report.ts';
import type { FactKind } from '../../../src/domain/facts/facts.ts';
import type { FeedInfo, Reading } from '../../../src/domain/facts/reading.ts';
import type { SignalSpec } from '../../../src/domain/profile/profile.ts';
import { isoFormatter } from '../../../src/kinds/registry/check-rows.ts';
import { createFactsStore } from '../../../src/store/facts-store.ts';
import { buildSnapshot } from '../../../src/store/snapshot.ts';
import { fault } from '../../engine/toys.ts';

const time = Date.parse('2026-03-04T10:15:07Z');
const later = time + 60_000;
const alert = {
  source: 'a',
  at: time,
  name: 'Down',
  severity: 'critical',
  state: 'firing',
  labels: {},
  summary: '',
};
const up: SignalSpec = {
  id: 'up',
  title: 'Up',
  source: 'a',
  read: {},
  unit: '',
  threshold: {},
  covers: [],
  position: { file: 'p.yaml', line: 1, col: 1 },
};

const feed = (source: string, kind: FactKind | 'samples'): FeedInfo => ({
  ...{ id: `${source}/${kind}`, source, name: kind, kind, signals: kind === 'samples' ? ['up'] : [] },
  ...{ everyMs: 5000, staleMs: 15_000, timeoutMs: 3000 },
});

/** The report of readings by feed, at a time; `problem`: of a source that cannot be opened. */
const reportOf = (
  readings: readonly (readonly [FeedInfo, Partial<Reading<never>>])[],
  now = time,
  problem = false,
) => {
  const facts = createFactsStore({
    ...{ system: 'shop', env: 'test', limits: {}, signals: [up], memory: false },
    sources: problem
      ? { a: { type: 'toy', kinds: ['alerts'], problem: fault('unconfigured', { source: 'a' }) } }
      : { a: { type: 'toy' }, b: { type: 'toy' } },
  });
  facts.apply([{ is: 'opened', feeds: readings.map(([feedInfo]) => feedInfo) }], time);
  facts.apply(
    readings.map(([{ id }, { items = [], faults = [] }]) => ({
      ...{ is: 'learned' as const, feed: id, began: time, at: time },
      reading: { items, faults },
    })),
    time,
  );
  return levelsReport(buildSnapshot(facts.getState(), now), facts.getState(), isoFormatter(0));
};

const dead = { faults: [fault('unreachable', { source: 'a' })] };
const alertsOf = ({ kinds }: ReturnType<typeof reportOf>) => kinds.find(({ kind }) => kind === 'alerts');
const none = { ok: 0, unknown: 0, warn: 0, crit: 0 };

test.each([
  ['a source that does not answer', () => reportOf([[feed('a', 'alerts'), dead]])],
  ['a source that cannot be opened', () => reportOf([], time, true)],
  ['a stale feed without rows', () => reportOf([[feed('a', 'alerts'), {}]], later)],
])('%s: the number of rows is absent, not 0', (_, make) => {
  const report = make();
  expect(alertsOf(report)).toEqual({ kind: 'alerts', complete: false, rows: null });
  const text = exposition(report, '1.2.3');
  expect(text).not.toContain('opsdeck_rows');
  expect(text).toContain('opsdeck_kind_complete{system="shop",env="test",kind="alerts"} 0');
});

test('0 is the number of rows of a kind that was read', () => {
  expect(alertsOf(reportOf([[feed('a', 'alerts'), {}]]))).toEqual({
    ...{ kind: 'alerts', complete: true, rows: none },
  });
});

test('a kind that is partly read has lower bounds, and is not complete', () => {
  const report = reportOf([
    [feed('a', 'alerts'), dead],
    [feed('b', 'alerts'), { items: [alert as never] }],
  ]);
  expect(alertsOf(report)).toEqual({ kind: 'alerts', complete: false, rows: { ...none, crit: 1 } });
});

test('the number of series is absent while no value is known, and when it is stale', () => {
  const samples = { items: [{ source: 'a', at: time, signal: 'up', labels: {}, value: 1 } as never] };
  expect(reportOf([[feed('a', 'samples'), samples]]).signals).toMatchObject([{ series: 1, value: 1 }]);
  const unknown = [
    reportOf([[feed('a', 'samples'), dead]]),
    reportOf([[feed('a', 'samples'), samples]], later),
  ];
  for (const report of unknown) {
    expect(report.signals).toMatchObject([{ level: 'unknown', series: null, value: null }]);
    expect(exposition(report, '1.2.3')).not.toContain('opsdeck_signal_series');
  }
});
