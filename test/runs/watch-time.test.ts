import { expect, test } from 'vitest';
import type { PendingRun } from '../../src/runs/context/pending-run.ts';
import { watchTimeOf } from '../../src/runs/watching/watch-time.ts';

const minute = 60_000;
const actedAt = 1_000 * minute;

const pod = (name: string, ageMinutes: number | undefined) => ({
  ...{ key: name, level: 'crit', stale: false, feed: 'k8s/pods' },
  fact: {
    ...{ source: 'k8s', kind: 'pod', namespace: 'shop', name, owner: 'deploy orders', node: '' },
    ...(ageMinutes === undefined ? {} : { startedAt: actedAt - ageMinutes * minute }),
  },
});

const restart = (names: readonly string[], does = 'restarts') => ({
  source: 'k8s',
  plan: {
    interrupts: {
      ...{ does, service: 'orders', instances: { kind: 'pod', namespace: 'shop' } },
      affected: names.map((name) => ({ name })),
    },
  },
});

const run = (
  ages: Readonly<Record<string, number | undefined>>,
  act: object,
  watchMs?: number,
): Pick<PendingRun, 'runbook' | 'steps' | 'before'> =>
  ({
    runbook: watchMs === undefined ? {} : { watchMs },
    steps: [{ act }],
    before: {
      known: { kinds: { workloads: { rows: Object.entries(ages).map(([name, age]) => pod(name, age)) } } },
    },
  }) as unknown as Pick<PendingRun, 'runbook' | 'steps' | 'before'>;

test.each([
  ['a restarted pod that had run for 16 minutes', run({ a: 16 }, restart(['a'])), 16],
  ['one that had run for two', run({ a: 2 }, restart(['a'])), 10],
  ['one that had run for a day', run({ a: 1440 }, restart(['a'])), 60],
  ['one whose start is unknown', run({ a: undefined }, restart(['a'])), 10],
  ['the older of two that are restarted', run({ a: 16, b: 25 }, restart(['a', 'b'])), 25],
  ['a pod that is not restarted', run({ a: 16, b: 25 }, restart(['a'])), 16],
  ['a pod that is stopped for good', run({ a: 16 }, restart(['a'], 'stops')), 10],
  ['the time of the runbook', run({ a: 16 }, restart(['a']), 3 * minute), 3],
  ['a runbook that is not watched', run({ a: 16 }, restart(['a']), 0), 0],
] as const)('%s sets how long the run is watched', (_, pending, minutes) => {
  expect(watchTimeOf(pending, actedAt)).toBe(minutes * minute);
});
