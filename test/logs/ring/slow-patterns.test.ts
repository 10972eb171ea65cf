import { describe, expect, test } from 'vitest';
import { rowKind } from '../../../src/logs/format/parsed-line.ts';
import type { TimeGuard } from '../../../src/logs/ring/filter-matcher.ts';
import { FilteredView } from '../../../src/logs/ring/filtered-view.ts';
import { LogRing } from '../../../src/logs/ring/log-ring.ts';
import { runGuarded } from '../../../src/platform/runtime/run-guarded.ts';
import { longTest } from '../../support/layer.ts';

const ringOf = (texts: readonly string[]): LogRing => {
  const ring = new LogRing();
  for (const text of texts) ring.appendText(text, { at: 0, level: 0, stream: 0, kind: rowKind.line });
  return ring;
};
const include = (text: string) => ({
  is: 'include' as const,
  pattern: { text, regex: true, ignoreCase: false },
});
/** Look-around requires the backtracking engine. */
const endless = '(?=a)(a+)+$';
const short = (count: number): readonly string[] =>
  Array.from({ length: count }, (_, index) => `aa${index % 2 === 0 ? '' : 'b'}`);
const long = `${'a'.repeat(10_000)}b`;

/** Aborts matching on lines of this length, detected by the bytes read. */
const endsAt =
  (isBad: () => boolean): TimeGuard =>
  (work) => {
    if (isBad()) return 'over';
    work();
    return 'done';
  };

describe('a pattern with catastrophic backtracking', () => {
  test.each(['(a+)+$', '(.*)(.*)(.*)(.*)x'])('%s: the line is matched without backtracking', (pattern) => {
    const ring = ringOf([...short(1000), long, ...short(1000)]);
    const filtered = new FilteredView(ring, () => [], { guarded: runGuarded });
    filtered.setFilters([include(pattern)]);
    expect(filtered.judge(() => false)).toBe(true);
    expect([filtered.slowLines, filtered.tooSlow]).toEqual([0, []]);
    expect(filtered.passes(1000)).toBe(false);
    expect(filtered.shown).toBe(pattern === '(a+)+$' ? 1000 : 0);
  });

  longTest('with look-around, a line that times out is shown and counted', () => {
    const ring = ringOf([...short(1000), long, ...short(1000)]);
    const filtered = new FilteredView(ring, () => [], { guarded: runGuarded });
    filtered.setFilters([include(endless)]);
    expect(filtered.judge(() => false)).toBe(true);
    expect([filtered.slowLines, filtered.tooSlow]).toEqual([1, []]);
    expect(filtered.passes(1000)).toBe(true);
    expect(filtered.shown).toBe(1001);
  });

  test('is disabled after three such lines, and then hides nothing', () => {
    const ring = ringOf([...short(10), long, long, ...short(10), long, long]);
    const filtered = new FilteredView(ring, () => [], { guarded: runGuarded });
    filtered.setFilters([
      include(endless),
      { is: 'exclude', pattern: { text: 'b', regex: false, ignoreCase: false } },
    ]);
    expect(filtered.judge(() => false)).toBe(true);
    expect([filtered.slowLines, filtered.tooSlow]).toEqual([3, [endless]]);
    expect([filtered.shown, filtered.hides(0), filtered.hides(1)]).toEqual([10, 0, 14]);
    ring.appendText('c', { at: 0, level: 0, stream: 0, kind: rowKind.line });
    expect(filtered.judge(() => false)).toBe(true);
    expect(filtered.shown).toBe(11);
  });

  test('blocks one turn of the event loop at most for one attempt', () => {
    const ring = ringOf([long, long, long, long]);
    const calls: number[] = [];
    const filtered = new FilteredView(ring, () => [], {
      guarded: (work, ms) => {
        calls.push(ms);
        return runGuarded(work, ms);
      },
    });
    filtered.setFilters([include(endless)]);
    const tries: number[] = [];
    for (let turns = 0; !filtered.judge(() => calls.length > turns) && turns < 20; turns++)
      tries.push(calls.length);
    expect(filtered.tooSlow).toEqual([endless]);
    expect(Math.max(...tries.map((all, turn) => all - (tries[turn - 1] ?? 0)))).toBe(1);
    expect(Math.max(...calls)).toBeLessThanOrEqual(50);
  });

  test('a single slow moment of the machine disables no pattern', () => {
    const ring = ringOf(short(100));
    let over = 0;
    const filtered = new FilteredView(ring, () => [], { guarded: endsAt(() => over++ % 2 === 0) });
    filtered.setFilters([include('a+$')]);
    while (!filtered.judge(() => false));
    expect([filtered.slowLines, filtered.shown]).toEqual([0, 50]);
  });

  test('runs no watchdog for a fast pattern', () => {
    const ring = ringOf(short(100));
    const filtered = new FilteredView(ring, () => [], { guarded: endsAt(() => true) });
    filtered.setFilters([include('aab|c')]);
    expect(filtered.judge(() => false)).toBe(true);
    expect(filtered.shown).toBe(50);
  });

  test('runs no watchdog where few short lines contain a required text, and one where they are long', () => {
    const watchdogs = (length: number): number => {
      const lines = Array.from({ length: 1000 }, (_, row) => (row % 100 === 0 ? 'no Exception' : 'fine'));
      const ring = ringOf([...lines.map((text) => text.padEnd(length, '-')), 'end']);
      let calls = 0;
      const filtered = new FilteredView(ring, () => [], {
        guarded: (work) => {
          calls++;
          work();
          return 'done';
        },
      });
      filtered.setFilters([include('no .*Exception')]);
      expect(filtered.judge(() => false)).toBe(true);
      expect(filtered.shown).toBe(10);
      return calls;
    };
    // The last block receives rows and is not in searchable memory.
    expect(watchdogs(100)).toBe(1);
    expect(watchdogs(10_000)).toBeGreaterThan(1);
  });
});
