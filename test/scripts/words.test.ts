import { expect, test } from 'vitest';
import { phrases, usesIn } from '../../scripts/words/dialect.ts';

test('reports each use with its line and column', () => {
  const text = ['// Fine.', 'const title = "Nobody knows";', '# asked anew by somebody'].join('\n');
  expect(usesIn(text).map(({ line, column, text: word }) => [line, column, word])).toEqual([
    [2, 16, 'Nobody'],
    [3, 9, 'anew'],
    [3, 17, 'somebody'],
  ]);
});

test('has a hint for every phrase', () => {
  for (const { hint } of phrases) expect(hint.length).toBeGreaterThan(8);
});

test('does not match parts of words', () => {
  expect(usesIn('a newer release, recommended, amendment, theirs')).toEqual([]);
});

test('ignores lines that are marked as quoted', () => {
  expect(usesIn('await as("nobody"); // words: quoted: a Unix account')).toEqual([]);
});
