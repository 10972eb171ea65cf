import { describe, expect, test } from 'vitest';
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

/** The rows of the histogram: bars of severe lines, all lines, and the time axis. */
const histogram = (user: User): readonly string[] => {
  const rows = user.rows();
  const first = rows.findIndex((row) => row.includes('Lines ≥ '));
  return rows.slice(first, first + 4);
};

test('deploys, runs and alerts are marked on the time axis, at their time', async () => {
  const user = await open(shopLines(), [
    entry('rollout', 600_000, 'deployment billing'),
    entry('run', 300_000, 'restart'),
    entry('alert', 150_000, 'alert PspDown'),
  ]);
  expect(histogram(user)[3]?.trim()).toMatch(/^\d\d:\d\d +D {5,}R {5,}A +now$/);
  const none = await open(shopLines());
  expect(histogram(none)[3]?.trim()).toMatch(/^\d\d:\d\d +now$/);
});

test('the histogram begins at the time that a filter asks for; time without read lines is dotted', async () => {
  const lines = shopLines();
  lines.look([{ is: 'time', from: noon - 1_500_000 }]);
  const user = await open(lines);
  const [, bars, , axis] = histogram(user);
  expect(axis?.trim()).toMatch(/^09:[0-5]\d +now$/);
  expect(bars).toMatch(/^ per \d+s +·{20,}▁/);
});

test('time for which lines were asked has an axis, although none was written in it', async () => {
  const lines = shopLines();
  lines.change({ scope: { title: 'billing', of: [], since: noon - 1_500_000 } });
  lines.look([{ is: 'time', from: noon - 1_500_000 }]);
  expect(histogram(await open(lines))[1]).toMatch(/^ per \d+s +▁{20,}/);
});

test('the histogram ends now, however long there has been no line', async () => {
  const lines = madeLines([stream(0, 'billing-0')]);
  lines.put(
    { text: 'INFO started', ago: 600_000, level: 'info' },
    { text: 'ERROR failed', ago: 590_000, level: 'error' },
  );
  const user = await open(lines);
  const [first, bars] = histogram(user);
  expect(first).toMatch(/^ Lines ≥ WARN +(?:✗ 1 line ▇|▇ ✗ 1 line) {40,}$/);
  expect(bars).toMatch(/█▁{40,} *$/);
  expect(user.rows().join('\n')).toContain('-- no lines for 9m50s --');
});

test('the axis has a date where it begins on another day; large counts are grouped', async () => {
  const lines = madeLines([stream(0, 'billing-0')]);
  lines.put(
    ...Array.from(
      { length: 300 },
      (_, index): MadeRow => ({ text: 'INFO idle', ago: (300 - index) * 864_000, level: 'info' }),
    ),
    ...Array.from({ length: 1340 }, (): MadeRow => ({ text: 'ERROR failed', ago: 9000, level: 'error' })),
  );
  const [first, , , axis] = histogram(await open(lines));
  expect(axis?.trim()).toMatch(/^02-28 \d\d:\d\d +now$/);
  expect(first).toMatch(/✗ 1,340 lines/);
});

test('while only severe lines are shown, the histogram counts them once', async () => {
  const lines = shopLines();
  lines.look([{ is: 'level', least: 'error' }]);
  const user = await open(lines);
  expect(histogram(user)[0]).toContain('Lines ≥ ERROR');
  expect(histogram(user)[2]).not.toContain('all');
});

const failure = (of: number): readonly MadeRow[] => [
  { text: '2026-03-04T10:14:57.036Z ERROR Application run failed', ago: 10_000, level: 'error', stream: of },
  { text: '2026-03-04T10:15:01.036Z INFO done', ago: 6000, level: 'info', stream: of },
];

test('the rule above the lines counts them, and names the streams of equal ones', async () => {
  const lines = madeLines([stream(0, 'bus-6d98-a7x'), stream(1, 'bus-6d98-b2k')]);
  lines.put(...failure(0), ...failure(1));
  const user = await open(lines);
  const rule = user.terminal.rows().find((row) => row.includes('the same line in'));
  expect(rule).toMatch(/^├─ 4 lines in 2 groups · ✗ 2 errors ─+ ×2: the same line in ● a7x ● b2k ─┤$/u);
  const other = await open(shopLines());
  expect(other.rows().join('\n')).not.toContain('the same line in');
});

test('columns of lines have heads; the logger only where a line has one', async () => {
  const headOf = (user: User): string => user.rows().find((row) => row.includes(' MESSAGE')) ?? '';
  const plain = await open(shopLines());
  expect(headOf(plain)).toMatch(/^ {3}TIME {9}STREAM {7}LEVEL MESSAGE +$/);
  const row = plain.rows().find((line) => line.includes('GET /healthz')) ?? '';
  expect(row.indexOf('GET')).toBe(headOf(plain).indexOf('MESSAGE'));
  const lines = madeLines([stream(0, 'billing-0')]);
  lines.put({ text: '{"level":"info","message":"started","logger":"app.Main"}', ago: 5000, level: 'info' });
  lines.put({ text: '{"level":"info","message":"ready","logger":"app.Main"}', ago: 4000, level: 'info' });
  const logged = await open(lines);
  expect(headOf(logged)).toMatch(/^ {3}TIME {11}LEVEL MESSAGE +LOGGER ?$/);
});

describe('a few much older lines are counted left of the histogram', () => {
  const withOldLines = (): MadeLines => {
    const lines = madeLines([stream(0, 'billing-0')]);
    lines.put(
      ...Array.from(
        { length: 3 },
        (_, index): MadeRow => ({
          text: `WARN slow start ${index}`,
          ago: 260_000_000 - index,
          level: 'warn',
        }),
      ),
      ...Array.from(
        { length: 90 },
        (_, index): MadeRow => ({
          text: `ERROR failed ${index}`,
          ago: (90 - index) * 10_000,
          level: 'error',
        }),
      ),
    );
    return lines;
  };

  test('the bars show the recent ones over the whole width', async () => {
    const rows = histogram(await open(withOldLines()));
    expect(rows[3]?.trim()).toMatch(/^‹ 3 earlier · 09:5\d +now$/);
    expect(rows[1]?.match(/[▂-█]/g)?.length).toBeGreaterThan(60);
  });

  test('a low pane has their number before its only row', async () => {
    const user = await open(withOldLines(), [], [80, 24]);
    expect(user.rows().join('\n')).toMatch(/^[^\n]* ‹ 3 earlier 09:59[^\n]* now/m);
  });

  test('a filter that shows mostly those shows the whole range', async () => {
    const lines = withOldLines();
    lines.look([{ is: 'include', pattern: { text: 'slow start', regex: false, ignoreCase: true } }]);
    const rows = histogram(await open(lines));
    expect(rows[3]?.trim()).toMatch(/^02-28 \d\d:\d\d +now$/);
  });

  test('the keys of the bars go to them, and back', async () => {
    const user = await open(withOldLines());
    const isSelected = (text: string): boolean => user.lookOf(text).inverse;
    await user.press('g l');
    expect(isSelected('failed 0')).toBe(true);
    await user.press('h h');
    expect(isSelected('slow start 1')).toBe(true);
  });
});
