import { expect, test } from 'vitest';
import { exceeded, folderOf, shrunk } from '../../scripts/words/baseline.ts';
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

test('counts a file in the second level of its path', () => {
  expect(['src/ui/keys/a.ts', 'src/main.ts', 'docs/decisions/1.md', 'README.md'].map(folderOf)).toEqual([
    'src/ui',
    'src',
    'docs/decisions',
    'README.md',
  ]);
});

test('fails a folder above its baseline, and one without a baseline', () => {
  const counts = new Map([
    ['src/ui', 3],
    ['src/cli', 2],
    ['docs', 1],
  ]);
  expect(exceeded({ 'src/ui': 3, 'src/cli': 1 }, counts)).toEqual(['src/cli', 'docs']);
});

test('the baseline only shrinks', () => {
  const counts = new Map([
    ['src/ui', 1],
    ['src/cli', 9],
  ]);
  expect(shrunk({ 'src/ui': 3, 'src/cli': 2, docs: 4 }, counts)).toEqual({ 'src/cli': 2, 'src/ui': 1 });
});
