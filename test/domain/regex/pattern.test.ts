import { expect, test } from 'vitest';
import { compilePattern } from '../../../src/domain/regex/pattern.ts';

test.each([
  '^api',
  'foo.*bar',
  '(ERROR|WARN)',
  '(ERROR|WARN)+',
  '[a-z]+-\\d+',
  '(\\d{1,3}\\.){3}\\d+',
  '\\(a+\\)+',
  '[(]a+[)]+',
  '(?:ab)+',
])('accepts /%s/', (source) => {
  expect(compilePattern(source)).toMatchObject({ source, needsBacktracking: false });
});

test.each([
  '(a+)+$',
  '(a*)*b',
  '((ab)+c)*',
  '(a|a)*$',
  '(a|ab)+x',
  '(.|b)*',
  '(?:x+y)+',
  '([a-z]+)*',
  '(a+){11,}',
  '(a{2,})+',
])('rejects /%s/: it can backtrack indefinitely', (source) => {
  expect(compilePattern(source)).toBe(
    'a repetition inside a repeated group can backtrack without end. Repeat only one of them',
  );
});

test.each(['(a', '[z-a]', '*'])('rejects /%s/ with the syntax error', (source) => {
  expect(compilePattern(source)).toMatch(/Invalid regular expression/);
});
