import { describe, expect, test } from 'vitest';
import { bulkSource, compileLinePattern } from '../../../src/logs/format/filter-chip.ts';
import { seededRandom } from '../../../src/simulator/model/spec/seeded-random.ts';
import { longTest, rounds } from '../../support/layer.ts';

const regex = (text: string, ignoreCase = false) => compileLinePattern({ text, regex: true, ignoreCase });

/** Indices of the lines that the bulk expression finds; each match extends to the end of its line. */
const bulkLines = (bulk: RegExp, lines: readonly string[]): readonly number[] => {
  const text = lines.join('\n');
  const found: number[] = [];
  bulk.lastIndex = 0;
  while (bulk.lastIndex <= text.length && bulk.test(text)) {
    found.push(text.slice(0, bulk.lastIndex).split('\n').length - 1);
    const end = text.indexOf('\n', bulk.lastIndex);
    if (end < 0) break;
    bulk.lastIndex = end + 1;
  }
  return found;
};

const alone = (line: RegExp, lines: readonly string[]): readonly number[] =>
  lines.flatMap((text, index) => (line.test(text) ? [index] : []));

describe('a pattern for many lines at once', () => {
  test.each([
    ['a[^x]c', 'a[^\\nx]c'],
    ['[^-a]', '[^\\n\\-a]'],
    ['[^]', '[^\\n]'],
    ['\\sx\\W\\D', '[^\\S\\n]x[^\\w\\n][^\\d\\n]'],
    ['^a$', '(?<![^\\n])a(?![^\\n])'],
    ['\\[a\\]\\.', '\\[a\\]\\.'],
    ['(?:a|b)(?<n>c)', '(?:a|b)(?<n>c)'],
    ['.*.*?error', 'error'],
    ['.*a|b', '.*a|b'],
    ['[\\d.-]+', '[\\d.-]+'],
  ])('%s is %s', (source, bulk) => expect(bulkSource(source)).toBe(bulk));

  test.each([
    '(?=a)',
    '(?!a)',
    '(?<=a)',
    '(?<!a)',
    '(?i:a)',
    '\\n',
    '\\x0a',
    '\\u000a',
    '\\cJ',
    '\\0',
    '(a)\\1',
    '\\12',
  ])('%s is matched line by line', (source) => expect(bulkSource(source)).toBeUndefined());
  test.each([
    '[\\s]',
    '[\\W]',
    '[\\D]',
    '[\\n]',
    '[\\x0a]',
    '[\\t-\\r]',
    '[\b-z]',
    '\n',
    '[\\12]',
    '[\\b-a]',
    '\\p{L}',
    '(?<n>a)\\k<n>',
  ])('%s is matched line by line, too', (source) => expect(bulkSource(source)).toBeUndefined());

  longTest('finds the same lines as the pattern line by line', () => {
    const random = seededRandom('patterns');
    const pick = <T>(of: readonly T[]): T => of[Math.floor(random() * of.length)] as T;
    const atoms = [
      'a',
      'b',
      'A',
      '.',
      '\\s',
      '\\S',
      '\\w',
      '\\W',
      '\\d',
      '\\D',
      '[ab]',
      '[^a]',
      '[^\\s]',
      '[^]',
      '[^-b]',
      '\\b',
      '\\B',
      '^',
      '$',
      ' ',
      'é',
      '\\.',
      '[\\d-]',
      '[a-z ]',
      '{',
      ']',
      '\u2028',
      '[^\\Wb]',
      '[]',
      '\\r',
    ];
    const counts = ['', '', '', '*', '+', '?', '*?', '{2}', '{0,2}'];
    const make = (depth: number): string => {
      let text = '';
      for (let parts = 1 + Math.floor(random() * 3); parts > 0; parts--) {
        const atom = pick(atoms);
        const nested =
          depth > 0 && random() < 0.25 ? `${pick(['(', '(?:'])}${make(depth - 1)}|${make(depth - 1)})` : atom;
        text += nested + (/^(\^|\$|\\b|\\B|\{)$/.test(nested) ? '' : pick(counts));
      }
      return text;
    };
    const letters = [
      'a',
      'b',
      'A',
      'B',
      ' ',
      '1',
      '.',
      '-',
      '\t',
      'é',
      '\u2028',
      '\u2029',
      '\r',
      '_',
      '{',
      '界',
      '😀',
    ];
    let bulks = 0;
    for (let round = 0; round < rounds(3000); round++) {
      const { line, bulk } = regex(make(2), random() < 0.3);
      if (bulk === undefined) continue;
      bulks++;
      const lines = Array.from({ length: 8 }, () =>
        Array.from({ length: Math.floor(random() * 7) }, () => pick(letters)).join(''),
      );
      expect({ source: line.source, lines, found: bulkLines(bulk, lines) }).toEqual({
        source: line.source,
        lines,
        found: alone(new RegExp(line.source, bulk.flags.replace('g', '')), lines),
      });
    }
    expect(bulks).toBeGreaterThan(rounds(2500));
  });
});

describe('properties of a pattern', () => {
  test('a case-sensitive text is found verbatim', () => {
    expect(compileLinePattern({ text: 'a.b*', regex: false, ignoreCase: false })).toMatchObject({
      plain: 'a.b*',
      isQuick: true,
    });
    expect(regex('timeout').plain).toBe('timeout');
    expect(regex('time.out').plain).toBeUndefined();
    expect(regex('timeout', true).plain).toBeUndefined();
    expect(compileLinePattern({ text: '\ud800', regex: false, ignoreCase: false }).plain).toBeUndefined();
  });

  test('a pattern with repetitions may be slow', () => {
    expect(regex('a|b?').isQuick).toBe(true);
    expect(regex('(a+)+$').isQuick).toBe(false);
  });

  test('an invalid pattern throws', () => expect(() => regex('(')).toThrow(SyntaxError));
});
