import { expect, test } from 'vitest';
import { suggestColumns } from '../../../src/logs/format/column-suggestions.ts';
import { parseLine } from '../../../src/logs/format/parse-line.ts';

const namesOf = (lines: readonly string[], most?: number): readonly string[] =>
  suggestColumns(
    lines.map((line) => parseLine(line)),
    most,
  ).map(({ name }) => name);

const line = (n: number, more = ''): string =>
  `2026-03-04T10:15:07.123Z  INFO 1 --- [exec-${n}] c.e.Psp : call ok order=${n} region=eu${more}`;

test('ranks fields first that most lines have and that distinguish them', () => {
  expect(namesOf([1, 2, 3, 4].map((n) => line(n)))).toEqual(['order', 'thread', 'logger', 'region', 'pid']);
  expect(
    namesOf(
      [1, 2, 3, 4].map((n) => line(n)),
      2,
    ),
  ).toEqual(['order', 'thread']);
});

test('does not offer rare fields, and ignores lines without fields', () => {
  const lines = Array.from({ length: 40 }, (_, n) => line(n, n < 4 ? ' rare=1' : ''));
  expect(namesOf(lines)).not.toContain('rare');
  expect(namesOf([...lines, ...Array.from({ length: 400 }, () => 'just words')])).toContain('order');
  expect(namesOf([])).toEqual([]);
});

test('reports the width and the number of values of a field', () => {
  const offers = suggestColumns([line(9), line(10), line(11)].map((text) => parseLine(text)));
  expect(offers.find(({ name }) => name === 'order')).toEqual({
    name: 'order',
    share: 1,
    distinct: 3,
    width: 2,
  });
});
