import { describe, expect, test } from 'vitest';
import type { JournalEntry } from '../../src/domain/facts/journal.ts';
import type { Level } from '../../src/domain/facts/level.ts';
import { lastOkAt, levelHistory } from '../../src/ui/features/health/level-history.ts';
import { longTest } from '../support/layer.ts';
import { noon } from '../support/made-facts.ts';
import { detailsOf } from './support/screen.ts';
import { shop } from './support/shop.ts';
import { drawn, fitsEverySize } from './support/sizes.ts';
import { openCockpit, type Scene } from './support/user.ts';

const minutesAgo = (count: number): number => noon - 60_000 * count;

const entry = (time: number, level: Level, change: string, row = 'a'): JournalEntry => ({
  at: time,
  kind: 'verdict',
  level,
  what: 'billing',
  change,
  row,
  source: 'api',
});

const hour = { now: noon, spanMs: 3_600_000, steps: 6 };
const crit = { key: 'a', level: 'crit' as const, since: minutesAgo(13) };

describe('health history of a row', () => {
  test.each<[string, readonly JournalEntry[], readonly (Level | undefined)[]]>([
    [
      'without a change: the current level since the first reading',
      [],
      [undefined, undefined, undefined, undefined, 'crit', 'crit'],
    ],
    [
      'unknown before the first change',
      [entry(minutesAgo(35), 'warn', 'up → degraded')],
      [undefined, undefined, 'warn', 'warn', 'warn', 'warn'],
    ],
    [
      'a step shows the worst of its levels',
      [entry(minutesAgo(59), 'ok', 'down → up'), entry(minutesAgo(13), 'crit', 'up → down')],
      ['ok', 'ok', 'ok', 'ok', 'crit', 'crit'],
    ],
  ])('%s', (_, journal, steps) => {
    expect(levelHistory(journal, [crit], hour).steps).toEqual(steps);
  });

  test('one healthy instance does not hide another unhealthy one', () => {
    const journal = [
      entry(minutesAgo(50), 'crit', 'up → down', 'a'),
      entry(minutesAgo(40), 'ok', 'down → up', 'b'),
    ];
    const rows = [crit, { key: 'b', level: 'ok' as const }];
    expect(levelHistory(journal, rows, hour).steps.at(-1)).toBe('crit');
  });

  test('the last OK time is shown only if a change recorded it', () => {
    expect(lastOkAt([entry(minutesAgo(13), 'crit', 'up → down')], crit)).toBe(minutesAgo(13));
    expect(lastOkAt([entry(minutesAgo(13), 'crit', 'degraded → down')], crit)).toBeUndefined();
    expect(lastOkAt([], crit)).toBeUndefined();
  });
});

/** The shop with this morning's changes of billing. */
const remembered = (): Scene => {
  const scene = shop();
  const row = 'api/production/billing/';
  const journal = [
    entry(minutesAgo(290), 'ok', 'unknown → up', row),
    entry(minutesAgo(200), 'warn', 'up → degraded', row),
    entry(minutesAgo(180), 'ok', 'degraded → up', row),
    entry(minutesAgo(13), 'crit', 'up → down', row),
    entry(minutesAgo(12), 'crit', 'up → down', 'api/production/other/'),
  ];
  return { ...scene, cockpit: { ...scene.cockpit, journal } };
};

test('the history of a cell shows its level over six hours and each change, newest first', () => {
  const screen = drawn(remembered(), '1 z H', [120, 36]);
  expect(detailsOf(screen, 'Health', 'billing · production')).toEqual([
    ' billing · production  api  503 in 4.8s, 2s ago  CRIT for 13m since 10:02:07 · last OK 10:02:07',
    '   readiness: psp DOWN (connect timeout 3s)  db UP · kafka UP',
    '   level    ···············●●●●●●●●●●●●●●●●●●●▲▲▲▲▲▲●●●●●●●●●●●●●●●●●●●●●●●●●●●●●●●●●●●✗✗✗  last 6h, · unknown',
    '   latency  no latency signal is configured. Add one with read: { latency: CHECK }',
    '   10:02:07  ✗ CRIT  up → down  13m ago',
    '   07:15:07  ● OK  degraded → up  3h ago',
    '   06:55:07  ▲ WARN  up → degraded  3h ago',
    '   05:25:07  ● OK  unknown → up  4h ago',
  ]);
});

longTest('the history of a cell fits every size', () => {
  fitsEverySize(remembered(), '1 z H', 'Health');
});

test('the last response includes the last OK time', async () => {
  const user = await openCockpit({ scene: remembered() });
  await user.press('1 z enter');
  expect(user.rowWith('last OK')).toContain('last OK 10:02:07');
});

test('the changes of another environment are shown when it is open; H again hides the history', async () => {
  const user = await openCockpit({ scene: remembered() });
  await user.press('1 z H h');
  expect(user.rowWith('press e')).toContain('staging');
  await user.press('H');
  expect(user.rows().some((row) => row.includes('not known'))).toBe(false);
});
