import { expect, test } from 'vitest';
import { lineDiff } from '../../src/logs/reading/line-diff.ts';
import { documentProblem } from '../../src/sources/kit/values/document-problem.ts';

test.each([
  ['a\nb\nc', 'a\nb\nc', []],
  ['a\nb\nc', 'a\nx\nc', ['-2 b', '+2 x']],
  ['a\nb\nc\nd', 'a\nc\nd\ne', ['-2 b', '+4 e']],
  ['', 'a', ['-1 ', '+1 a']],
  ['a\nb\nc\nb', 'b\nc\nb\na', ['-1 a', '+4 a']],
])('%j → %j', (was, is, diff) => {
  expect(lineDiff(was, is)).toEqual(diff);
});

test('texts too long for a line-by-line comparison are removed and added, between their common parts', () => {
  const many = (name: string): string =>
    Array.from({ length: 2000 }, (_, index) => `${name}${index}`).join('\n');
  const diff = lineDiff(`same\n${many('a')}\nsame`, `same\n${many('b')}\nsame`);
  expect(diff).toHaveLength(4000);
  expect(diff[0]).toBe('-2 a0');
});

test.each([
  ['a.yml', 'a: 1\nb:\n  - 2\n', undefined],
  ['a.yml', 'a: 1\n---\nb: 2\nb: 3\n', '4:1: Map keys must be unique'],
  ['a.yaml', 'a: "x\n', expect.stringMatching(/^2:1: /)],
  ['a.json', '{"a":', expect.stringMatching(/JSON/)],
  ['a.txt', ': : :', undefined],
])('%s %j', (name, text, problem) => {
  expect(documentProblem(name, text)).toEqual(problem);
});
