import { expect, test } from 'vitest';
import { stripControls } from '../../../src/domain/text/controls.ts';
import { createLineScan } from '../../../src/logs/following/line-scan.ts';
import type { LinePattern } from '../../../src/logs/format/filter-chip.ts';
import { lineRegex } from '../../../src/logs/format/filter-chip.ts';
import { longTest } from '../../support/layer.ts';

const re = (text: string, ignoreCase = false): LinePattern => ({ text, regex: true, ignoreCase });
const noLevel = (): number => 0;

/** Reference implementation, line by line. */
const plainly = (
  bytes: Buffer,
  include: readonly LinePattern[],
  exclude: readonly LinePattern[],
): readonly string[] => {
  const lines = bytes.toString('utf8').split('\n');
  if (lines.at(-1) === '') lines.pop();
  const wantedPatterns = include.map(lineRegex);
  const unwanted = exclude.map(lineRegex);
  return lines
    .map((line) => stripControls(line))
    .filter((line) => wantedPatterns.length === 0 || wantedPatterns.some((pattern) => pattern.test(line)))
    .filter((line) => !unwanted.some((pattern) => pattern.test(line)));
};

const taken = (parts: readonly (Uint8Array | string)[]): readonly string[] => {
  const text = parts.map((part) => (typeof part === 'string' ? part : Buffer.from(part).toString())).join('');
  return text === '' ? [] : text.split('\n').slice(0, -1);
};

/** A deterministic random number generator. */
const numbers = (seed: number): ((below: number) => number) => {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fffffff;
    return (state >>> 8) % below;
  };
};

const pieces = [
  'ERROR',
  'warn',
  'FATAL',
  ' ',
  'a',
  'b',
  'aab',
  '\t',
  'order=77',
  'é',
  '注文',
  '\u2028',
  '\r',
  '\x1b[31m',
  '\x1b[0m',
  '\x1b]0;t\x07',
  '\x1b]open',
  '\0',
  '\x7f',
  '\u200f',
  '12',
  '.',
  'x'.repeat(300),
];
const patterns = [
  re('ERROR'),
  re('^ERROR'),
  re('ERROR$'),
  re('err', true),
  re('a+b'),
  re('.'),
  re('^$'),
  re('\\s$'),
  re('[^a-z]$'),
  re('\\bwarn\\b'),
  re('(?:ERROR|FATAL|warn)'),
  re('E.*4?.*R'),
  re('\\d\\s'),
  re('注'),
  re('^.{2}$'),
  re('x(?!x)'),
  re(''),
  re('\\n'),
  re('[\\s\\S]'),
  re('\\u2028'),
  { text: 'a.b', regex: false, ignoreCase: false },
  { text: '12', regex: false, ignoreCase: true },
];

test('the bulk scan passes the same lines as a scan line by line, whatever they contain', () => {
  for (let seed = 1; seed <= 300; seed++) {
    const below = numbers(seed);
    const dirt = below(4) === 0 ? pieces.length : below(2) === 0 ? 11 : 9;
    const lines = Array.from({ length: below(60) }, () =>
      Array.from({ length: below(8) }, () => pieces[below(dirt)] ?? '').join(''),
    );
    const bytes = Buffer.from(lines.join('\n') + (below(3) === 0 || lines.length === 0 ? '' : '\n'));
    if (below(5) === 0 && bytes.length > 3) bytes[below(bytes.length)] = 0xff;
    const pick = (count: number) =>
      Array.from({ length: count }, () => patterns[below(patterns.length)] ?? re('a'));
    const filter = { include: pick(below(3)), exclude: pick(below(3)) };
    const scan = createLineScan(filter, noLevel);
    const expected = plainly(bytes, filter.include, filter.exclude);
    expect(taken(scan.take(bytes)), JSON.stringify({ seed, filter })).toEqual(expected);
    expect(scan.count(bytes)).toBe(expected.length);
  }
});

test('slices end at the end of a line, regardless of its length and position', () => {
  const long = 'y'.repeat(200_000);
  const bytes = Buffer.from(`${'short ERROR\n'.repeat(9000)}${long}ERROR\n${'other\n'.repeat(9000)}ERROR`);
  for (const shift of [0, 1, 2, 3]) {
    const moved = Buffer.concat([Buffer.alloc(shift, 0x41), bytes]).subarray(shift);
    const scan = createLineScan({ include: [re('ERROR$')], exclude: [] }, noLevel);
    expect(scan.count(moved)).toBe(9002);
    expect(createLineScan({ include: [], exclude: [re('ERROR')] }, noLevel).count(moved)).toBe(9000);
  }
});

test('a level hides lines of lower levels and without a level', () => {
  const bytes = Buffer.from('ERROR a\nINFO b\nc\nFATAL d\n');
  const levelOf = (line: Uint8Array, begin: number, end: number): number => {
    const [word = ''] = Buffer.from(line.subarray(begin, end)).toString().split(' ');
    return ['', 'TRACE', 'DEBUG', 'INFO', 'WARN', 'ERROR', 'FATAL'].indexOf(word);
  };
  const scan = createLineScan({ include: [], exclude: [], minLevel: 'warn' }, levelOf);
  expect(taken(scan.take(bytes))).toEqual(['ERROR a', 'FATAL d']);
  const both = createLineScan({ include: [re('a|b|d')], exclude: [re('d')], minLevel: 'info' }, levelOf);
  expect(taken(both.take(bytes))).toEqual(['ERROR a', 'INFO b']);
  expect(both.passes('INFO b')).toBe(true);
  expect(both.passes('INFO c')).toBe(false);
  expect([scan.passes('x'), scan.passes('x', 5), scan.passes('x', 3)]).toEqual([false, true, false]);
});

longTest('counts the same with few or many matches, in bytes or texts', () => {
  const line = (n: number): string =>
    n % 20_000 < 10_000 ? 'often rare-not' : n % 500 === 3 ? 'often' : 'seldom';
  const lines = Array.from({ length: 60_000 }, (_, n) => `${line(n)} ${n}${n % 9000 === 1 ? 'é' : ''}`);
  const bytes = Buffer.from(`${lines.join('\n')}\n`);
  const wantedLines = lines.filter((text) => text.includes('often'));
  for (const pattern of [re('often'), { ...re('often'), regex: false }]) {
    const include = createLineScan({ include: [pattern], exclude: [] }, noLevel);
    expect(include.count(bytes)).toBe(wantedLines.length);
    expect(taken(include.take(bytes))).toEqual(wantedLines);
    const exclude = createLineScan({ include: [], exclude: [pattern, re('not 7$')] }, noLevel);
    expect(exclude.count(bytes)).toBe(lines.length - wantedLines.length);
    expect(taken(exclude.take(bytes))).toHaveLength(lines.length - wantedLines.length);
  }
  const split = createLineScan({ include: [{ ...re('a\nb'), regex: false }], exclude: [] }, noLevel);
  expect(split.count(Buffer.from('a\nb\n'))).toBe(0);
});
