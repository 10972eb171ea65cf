import { expect, test } from 'vitest';
import { formatThreshold, isInBound, parseBound } from '../../src/domain/facts/threshold.ts';

test.each([
  ['>=500', { op: '>=', value: 500 }],
  ['<95', { op: '<', value: 95 }],
  ['>5', { op: '>', value: 5 }],
  ['  <=  -0.5 ', { op: '<=', value: -0.5 }],
  ['= 3', { op: '=', value: 3 }],
  ['>=1e3', { op: '>=', value: 1000 }],
  ['!= closed', { op: '!=', value: 'closed' }],
  ['=half-open', { op: '=', value: 'half-open' }],
  ['!= near max', { op: '!=', value: 'near max' }],
])('parses %j', (text, bound) => {
  expect(parseBound(text)).toEqual(bound);
});

test.each([
  ['>>5', '">>5" is not a limit. Write ">5"'],
  ['=>5', '"=>5" is not a limit. Write ">=5"'],
  ['==5', '"==5" is not a limit. Write "=5"'],
  ['≥ 5', '"≥ 5" is not a limit. Write ">=5"'],
  ['500', '"500" is not a limit. Write ">=500"'],
  ['5ms', '"5ms" is not a limit. A comparison is missing. Write ">=5"'],
  ['>5ms', '">5ms" is not a limit. Write the number alone, in the unit of the signal: ">5"'],
  ['>= 1,000', '">= 1,000" is not a limit. Write the number without separators: ">=1000"'],
  ['>= 80 %', '">= 80 %" is not a limit. Write the number without a unit: ">=80"'],
  ['', '"" is not a limit. Write a comparison and a number or a word: ">=500", "!= closed"'],
  ['>=', '">=" is not a limit. Write a comparison and a number or a word: ">=500", "!= closed"'],
  [
    '>closed',
    '">closed" is not a limit. A word can only be compared with = or !=. Write "= closed" or "!= closed"',
  ],
  [
    'closed',
    '"closed" is not a limit. A word can only be compared with = or !=. Write "= closed" or "!= closed"',
  ],
  ['!!5', '"!!5" is not a limit. Write one of = != < <= > >= before 5'],
  ['> {5}', '"> {5}" is not a limit. "{5}" is neither a number nor a word. Write ">=500" or "= running"'],
])('rejects %j with a remedy', (text, error) => {
  expect(parseBound(text)).toEqual({ error });
});

test.each([
  ['>=1500', '≥ 1,500'],
  ['<-0.5', '< -0.5'],
  ['<=0.0625', '≤ 0.063'],
  ['!= closed', '≠ closed'],
  ['= open', '= open'],
])('formats the bound %s as %s', (text, expected) => expect(formatThreshold(parse(text))).toBe(expected));

const parse = (text: string) => {
  const bound = parseBound(text);
  if ('error' in bound) throw new Error(bound.error);
  return bound;
};

test.each([
  ['>=500', 500, true],
  ['>=500', 499.9, false],
  ['<95', 95, false],
  ['!= closed', 'open', true],
  ['!= closed', 'closed', false],
  ['= 5', '5', true],
  ['>=500', 'many', undefined],
  ['>=500', Number.NaN, undefined],
  ['= 3', 3, true],
])('%s on %j: %j', (text, value, expected) => {
  expect(isInBound(parse(text), value)).toBe(expected);
});
