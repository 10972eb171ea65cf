import fc from 'fast-check';
import { expect, test } from 'vitest';
import { PatternCounts } from '../../../src/logs/ring/pattern-counts.ts';
import { madeLines, stream } from '../../screens/support/lines.ts';
import { noon } from '../../support/made-facts.ts';

const never = (): boolean => false;
const linesOfTwo = () => madeLines([stream(0, 'a'), stream(1, 'b')]);

const countsOf = (lines: ReturnType<typeof madeLines>): PatternCounts => {
  const counts = new PatternCounts(lines.state().filteredView);
  counts.count(never);
  return counts;
};

test('lines that differ in numbers are one pattern, with their count and first and last time', () => {
  const lines = linesOfTwo();
  lines.put(
    { text: 'order 4711 took 12 ms', ago: 3000 },
    { text: 'order 77ab took 9 ms', ago: 1000, stream: 1 },
    { text: 'order lost', ago: 500 },
  );
  expect(countsOf(lines).patterns).toMatchObject([
    { count: 2, first: noon - 3000, last: noon - 1000, newest: 1 },
    { count: 1, first: noon - 500, last: noon - 500, newest: 2 },
  ]);
});

test('the highest level is first, then the most frequent', () => {
  const lines = linesOfTwo();
  lines.put({ text: 'often' }, { text: 'often' }, { text: 'seldom' }, { text: 'bad', level: 'error' });
  expect(countsOf(lines).patterns.map(({ newest }) => newest)).toEqual([3, 1, 2]);
});

test('hidden lines are not counted; after a change of the filter they are', () => {
  const lines = linesOfTwo();
  lines.put({ text: 'a 1', level: 'info' }, { text: 'a 2', level: 'error' });
  const counts = countsOf(lines);
  lines.look([{ is: 'level', least: 'error' }]);
  counts.count(never);
  expect(counts.patterns.map(({ count }) => count)).toEqual([1]);
});

test('every shown row is counted once: by a pattern, as rare, or as a continuation', () =>
  fc.assert(
    fc.property(
      fc.array(
        fc.record({
          text: fc.oneof(fc.constantFrom('order 1', 'order 22', '\tat A', 'x'), fc.string()),
          kind: fc.constantFrom('line' as const, 'continuation' as const, 'gap' as const),
          stream: fc.nat(1),
        }),
        { maxLength: 400 },
      ),
      (rows) => {
        const lines = madeLines([stream(0, 'a'), stream(1, 'b')], { lines: 300, bytes: 1 << 20 });
        lines.put(...rows.map((row) => ({ ...row, text: row.text.replaceAll('\n', ' ') })));
        const counts = countsOf(lines);
        const sum = counts.patterns.reduce((all, { count }) => all + count, 0);
        expect(sum + counts.others + counts.continuations).toBe(lines.state().filteredView.shown);
      },
    ),
  ));

test('memory is bounded: templates beyond the limit are counted as rare', () => {
  const lines = linesOfTwo();
  const word = (at: number): string =>
    `${String.fromCharCode(97 + (at % 26))}${'z'.repeat(Math.floor(at / 26))}`;
  lines.put(...Array.from({ length: 1000 }, (_, at) => ({ text: `word ${word(at)}` })));
  const counts = countsOf(lines);
  const perBlock = 128;
  expect(counts.patterns.length).toBeLessThanOrEqual(perBlock * lines.ring.blocks.length);
  expect(counts.patterns.length + counts.others).toBe(1000);
});

test('work that is cut is pending, and goes on where it was', () => {
  const lines = linesOfTwo();
  lines.put({ text: 'one' }, { text: 'two' });
  const counts = new PatternCounts(lines.state().filteredView);
  expect(counts.count(() => true)).toBe(false);
  expect(counts.pending).toBe(2);
  expect(counts.count(never)).toBe(true);
  expect(counts.pending).toBe(0);
});
