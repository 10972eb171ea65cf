import fc from 'fast-check';
import { expect, test } from 'vitest';
import { stripControls } from '../../../src/domain/text/controls.ts';
import type { LinePattern } from '../../../src/logs/format/filter-chip.ts';
import type { LineFilter } from '../../../src/logs/reading/tail.ts';
import { parseLogql } from '../../../src/simulator/servers/loki/logql.ts';
import { countingFilter, pushDownFilter } from '../../../src/sources/loki/logql.ts';
import { longTest, rounds } from '../../support/layer.ts';
import { anyEntry, anyPattern, cleanLine } from './patterns.ts';

const text = (words: string, ignoreCase = false): LinePattern => ({ text: words, regex: false, ignoreCase });
const regex = (words: string, ignoreCase = false): LinePattern => ({ text: words, regex: true, ignoreCase });

/** The lines that the simulated Loki returns for it. */
const passes = (logql: string): ((entry: string) => boolean) => {
  const query = parseLogql(`{a="b"}${logql}`);
  if (query.is !== 'log') throw new Error('no log query');
  return query.passes;
};

/** The local filter: several includes are "or", any exclude drops. */
const judge = ({ include, exclude }: LineFilter): ((line: string) => boolean) => {
  const tests = (patterns: readonly LinePattern[]) =>
    patterns.map((pattern) => {
      const source = pattern.regex ? pattern.text : pattern.text.replaceAll(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
      return new RegExp(source, pattern.ignoreCase ? 'i' : '');
    });
  const wantedPatterns = tests(include);
  const unwanted = tests(exclude);
  return (line) =>
    (wantedPatterns.length === 0 || wantedPatterns.some((pattern) => pattern.test(line))) &&
    !unwanted.some((pattern) => pattern.test(line));
};

const anyFilter: fc.Arbitrary<LineFilter> = fc.record({
  include: fc.array(anyPattern, { maxLength: 3 }),
  exclude: fc.array(anyPattern, { maxLength: 2 }),
});

test('includes are one "or", excludes are separate stages', () => {
  const { logql, left } = pushDownFilter({
    include: [text('timed out'), regex('took \\d{4,} ms')],
    exclude: [text('health', true)],
  });
  expect(logql).toMatch(
    /^ \|~ "timed out\|took \[0-9\]\{4,\} ms\|\\\\x1b" !~ "\^\[\^.*\]\*\(\?:\[hH\]\[eE\]\[aA\]\[lL\]\[tT\]\[hH\]\)\[\^.*\$"$/,
  );
  expect(left).toEqual([]);
});

test('a single condition of an "or" cannot be omitted; a single exclude can', () => {
  const lookaround = regex('a(?!b)');
  expect(pushDownFilter({ include: [text('x'), lookaround], exclude: [] })).toEqual({
    logql: '',
    left: [lookaround],
  });
  const { logql, left } = pushDownFilter({ include: [text('x')], exclude: [lookaround] });
  expect(logql).toBe(' |~ "x|\\\\x1b"');
  expect(left).toEqual([lookaround]);
});

test('an empty filter yields no query', () => {
  expect(pushDownFilter({ include: [], exclude: [], minLevel: 'error' })).toEqual({ logql: '', left: [] });
});

test('a text is data: it ends no string and starts no stage', () => {
  const evil = '"} | line_format "{{.x}}" |= `\\"\n';
  const clean = evil.replace('\n', '');
  const { logql } = pushDownFilter({ include: [text(clean)], exclude: [] });
  expect(passes(logql)(`x ${clean} y`)).toBe(true);
  expect(passes(logql)('x')).toBe(false);
});

longTest('Loki drops no line that the local filter would show', () => {
  fc.assert(
    fc.property(anyFilter, anyEntry, (filter, entry) => {
      const shown = entry.split('\n').map(stripControls).some(judge(filter));
      if (shown) expect(passes(pushDownFilter(filter).logql)(entry)).toBe(true);
    }),
    { numRuns: rounds(3000, 0.1) },
  );
});

longTest('of clean lines Loki returns exactly those that are shown', () => {
  fc.assert(
    fc.property(anyFilter, cleanLine, (filter, line) => {
      const { logql, left } = pushDownFilter(filter);
      if (left.length > 0) return;
      expect(passes(logql)(line)).toBe(judge(filter)(line));
    }),
    { numRuns: rounds(3000, 0.1) },
  );
});

test('counts by Loki equal the number of shown clean lines', () => {
  fc.assert(
    fc.property(anyFilter, cleanLine, (filter, line) => {
      const logql = countingFilter(filter);
      if (logql !== undefined) expect(passes(logql)(line)).toBe(judge(filter)(line));
    }),
    { numRuns: rounds(3000, 0.1) },
  );
});
