import { array, assert, constantFrom, property } from 'fast-check';
import picomatch from 'picomatch';
import { expect, test } from 'vitest';
import { segmentMatcher } from '../../../src/domain/text/glob-segment.ts';
import { expandBraces } from '../../../src/platform/files/glob.ts';
import { longTest, rounds } from '../../support/layer.ts';

const joined = (parts: readonly string[]): string => parts.join('').replaceAll(/\*{2,}/g, '*');
const globs = array(constantFrom('a', 'b', '-1', '.', '*', '?', '[ab]', '[!a]', '[a-c]'), {
  minLength: 1,
  maxLength: 8,
}).map(joined);
const names = array(constantFrom('a', 'b', 'c', '1', '-', '.'), { minLength: 1, maxLength: 8 }).map(joined);

longTest('a segment matches the same names as in picomatch', () => {
  assert(
    property(globs, names, (glob, name) => {
      // picomatch writes a negated class as [^…]. A leading dot in a class is excluded: fnmatch leaves it to the shell.
      if (glob.startsWith('[') && name.startsWith('.')) return;
      if (name === '.' || name === '..') return;
      expect([glob, name, segmentMatcher(glob)(name)]).toEqual([
        glob,
        name,
        picomatch.isMatch(name, glob.replaceAll('[!', '[^')),
      ]);
    }),
    { numRuns: rounds(3000), seed: 20260304 },
  );
});

test.each(['a.{log,txt}', '{a,b}{1,2}', 'x{,y}z', '/var/{log,tmp/{a,b}}/c'])(
  'the braces of %s mean the same as in picomatch',
  (glob) => {
    const isMatch = picomatch(glob);
    for (const expandBrace of expandBraces(glob))
      expect([expandBrace, isMatch(expandBrace)]).toEqual([expandBrace, true]);
    for (const other of ['a.csv', 'a3', 'xz2', '/var/c'])
      expect(isMatch(other)).toBe(expandBraces(glob).includes(other));
  },
);

test('a pattern with many stars is evaluated without backtracking', () => {
  // With backtracking, this would not end.
  const matches = segmentMatcher(`${'*a'.repeat(40)}*b`);
  expect(matches('a'.repeat(250))).toBe(false);
  expect(matches(`${'a'.repeat(250)}b`)).toBe(true);
});
