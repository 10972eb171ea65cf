import { expect, test } from 'vitest';
import { createHitFinder } from '../../../../src/ui/features/logs/view/search-hits.ts';

const regex = (text: string, ignoreCase = false) => ({ text, regex: true, ignoreCase });

test.each([
  [regex('time\\w+'), 'a timeout, two timeouts', ['timeout', 'timeouts']],
  [regex('PSP|Order', true), 'psp took ORDER', ['psp', 'ORDER']],
  [regex('\\S+=\\d', true), 'Order=1 no=x', ['Order=1']],
  [{ text: 'a.b(', regex: false, ignoreCase: true }, 'A.B( axb(', ['A.B(']],
  [{ text: 'Straße', regex: false, ignoreCase: true }, 'İ straße', ['straße']],
  [regex('x*'), 'abc', []],
])('%o matches in %s', (pattern, text, expected) =>
  expect(createHitFinder(pattern)(text).map(([from, to]) => text.slice(from, to))).toEqual(expected),
);

test.each([false, true])(
  'matches a pattern with exponential backtracking in linear time (ignore case: %s)',
  (any) => expect(createHitFinder(regex('(x+x+)+y', any))('x'.repeat(2000))).toEqual([]),
);

test('a pattern that requires backtracking matches nothing', () =>
  expect(createHitFinder(regex('(?=(x+x+)+y)'))('x'.repeat(2000))).toEqual([]));
