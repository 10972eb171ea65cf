import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type FilterChip, type LinePattern, lineRegex } from '../../../src/logs/format/filter-chip.ts';
import { rowKind } from '../../../src/logs/format/parsed-line.ts';
import { FilteredView } from '../../../src/logs/ring/filtered-view.ts';
import { LogRing } from '../../../src/logs/ring/log-ring.ts';
import { longTest } from '../../support/layer.ts';

const words = [
  'timeout',
  'TimeOut',
  'ERROR',
  'java.lang.IllegalStateException: no',
  'order=1a',
  'order=42',
  'psp call ok',
  'password=[masked]',
  'café',
  'CAFÉ',
  '注文',
  '\t',
  '  ',
  'x'.repeat(300),
];
const line = fc.array(fc.constantFrom(...words), { maxLength: 6 }).map((all) => all.join(' '));
const escaped = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
const flipped = (text: string): string =>
  [...text].map((part) => (part === part.toLowerCase() ? part.toUpperCase() : part.toLowerCase())).join('');

/** A part of a line, or a text that may be in none. */
const textIn = (lines: readonly string[]): fc.Arbitrary<string> =>
  fc
    .tuple(fc.nat(lines.length - 1), fc.nat(400), fc.integer({ min: 1, max: 12 }), fc.constantFrom('', 'q'))
    .map(([row, from, length, more]) => (lines[row] ?? '').slice(from % 40, (from % 40) + length) + more)
    .filter((text) => text !== '');

const patternIn = (lines: readonly string[]): fc.Arbitrary<LinePattern> =>
  fc
    .record({
      texts: fc.array(textIn(lines), { minLength: 1, maxLength: 3 }),
      shape: fc.constantFrom('text', 'any', 'both', 'begin', 'end', 'class'),
      isFlipped: fc.boolean(),
      ignoreCase: fc.boolean(),
    })
    .map(({ texts, shape, isFlipped, ignoreCase }) => {
      const of = isFlipped ? texts.map(flipped) : texts;
      const [first = 'x', second = 'no'] = of.map(escaped);
      const sources = {
        text: of[0] ?? 'x',
        any: of.map(escaped).join('|'),
        both: `${first}.*${second}`,
        begin: `^${first}`,
        end: `${first}$`,
        class: `[a-z]${first}\\s?`,
      };
      return { text: sources[shape], regex: shape !== 'text', ignoreCase };
    });

/** Several full blocks and one that receives rows. */
const ringOf = (lines: readonly string[]): LogRing => {
  const ring = new LogRing({ lines: 400, bytes: 1e9 });
  for (const text of lines) ring.appendText(text, { at: 0, level: 0, stream: 0, kind: rowKind.line });
  return ring;
};

const matching = (ring: LogRing, chips: readonly FilterChip[], view: FilteredView): readonly number[] => {
  view.setFilters(chips);
  expect(view.judge(() => false)).toBe(true);
  return Array.from({ length: ring.count }, (_, id) => id).filter((id) => view.passes(id));
};

const rounds = fc
  .array(line, { minLength: 1, maxLength: 200 })
  .chain((lines) => fc.tuple(fc.constant(lines), fc.array(patternIn(lines), { minLength: 1, maxLength: 5 })));

const showsWhatMatches = (withMemory: boolean): void =>
  fc.assert(
    fc.property(rounds, ([lines, patterns]) => {
      const ring = ringOf(lines);
      for (const block of withMemory ? [] : ring.blocks) delete block.memory;
      const view = new FilteredView(ring, () => [], { physical: true });
      for (const pattern of patterns) {
        const regex = lineRegex(pattern);
        const rows = lines.flatMap((text, row) => (regex.test(text) ? [row] : []));
        const others = lines.flatMap((text, row) => (regex.test(text) ? [] : [row]));
        expect(matching(ring, [{ is: 'include', pattern }], view)).toEqual(rows);
        expect(view.hides(0)).toBe(others.length);
        expect(matching(ring, [{ is: 'exclude', pattern }], view)).toEqual(others);
        expect(view.hides(0)).toBe(rows.length);
      }
    }),
    { numRuns: 40 },
  );

describe('random queries over random lines', () => {
  longTest('show the rows that the expression matches one by one', () => showsWhatMatches(true));

  test('show the same in blocks that are not in searchable memory', () => showsWhatMatches(false));

  test('full blocks are in searchable memory', () => {
    const { blocks } = ringOf(Array.from({ length: 200 }, (_, row) => `row ${row}`));
    expect(blocks.length).toBeGreaterThan(2);
    expect(blocks.map(({ memory }) => memory !== undefined)).toEqual(blocks.map(({ sealed }) => sealed));
    expect(new Set(blocks.map(({ memory }) => memory)).size).toBe(2);
  });

  longTest('memory of evicted rows is used again, and the kept rows stay as they were', () => {
    const ring = new LogRing({ lines: 1e9, bytes: 6e6 });
    const memories = new Set<unknown>();
    const textOf = (row: number): string => `row ${row} ${'x'.repeat(row % 2000)}`;
    for (let row = 0; row < 30_000; row++) {
      ring.appendText(textOf(row), { at: 0, level: 0, stream: 0, kind: rowKind.line });
      const memory = ring.blocks.at(-2)?.memory;
      if (memory !== undefined) memories.add(memory);
    }
    const kept = Array.from({ length: ring.count }, (_, index) => ring.first + index);
    expect(kept.every((id) => ring.row(id)?.text === textOf(id))).toBe(true);
    expect(ring.evicted).toBeGreaterThan(20_000);
    // 128 KiB to 2 MiB at first, and four of 2 MiB for 6 MB.
    expect(memories.size).toBeLessThan(12);
  });
});
