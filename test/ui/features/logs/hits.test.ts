import { expect, test } from 'vitest';
import { createHitFinder } from '../../../../src/ui/features/logs/search-hits.ts';

const regex = (text: string, ignoreCase = false) => ({ text, regex: true, ignoreCase });

test.each([
  [regex('time\\w+'), 'a timeout, two timeouts', ['timeout', 'timeouts']],
  [regex('PSP|Order', true), 'psp took ORDER', ['psp', 'ORDER']],
  [regex('\\S+=\\d', true), 'Order=1 no=x', ['Order=1']],
  [{ text: 'a.b(', regex: false, ignoreCase: true }, 'A.B( axb(', ['A.B(']],
  [{ text: 'Straße', regex: false, ignoreCase: true }, 'İ straße', ['straße']],
  [regex('x*'), 'abc', []],
])('%o marks in %s', (pattern, text, expected) =>
  expect(createHitFinder(pattern)(text).map(([from, to]) => text.slice(from, to))).toEqual(expected),
);

test.each([false, true])('what steps back for ever is matched without stepping back (any case: %s)', (any) =>
  expect(createHitFinder(regex('(x+x+)+y', any))('x'.repeat(2000))).toEqual([]),
);

test('what cannot be matched without stepping back marks nothing', () =>
  expect(createHitFinder(regex('(?=(x+x+)+y)'))('x'.repeat(2000))).toEqual([]));
