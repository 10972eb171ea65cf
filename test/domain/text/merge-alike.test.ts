import { expect, test } from 'vitest';
import { mergeAlike } from '../../../src/domain/text/merge-alike.ts';

test('texts that differ in the names of their objects are one text with all names', () => {
  expect(
    mergeAlike([
      'Force open circuit breaker psp of bus-0, bus-1 (was OPEN. FORCED_OPEN does not recover by itself)',
      'Force open circuit breaker psp of orders-0, orders-1 (was OPEN. FORCED_OPEN does not recover by itself)',
    ]),
  ).toEqual([
    'Force open circuit breaker psp of bus-0, bus-1, orders-0, orders-1 (was OPEN. FORCED_OPEN does not recover by itself)',
  ]);
});

test('the mark after a name stays after the last one', () => {
  expect(
    mergeAlike([
      'the sliding window starts empty; OPEN of a-0: undo opens it',
      'the sliding window starts empty; OPEN of b-0: undo opens it',
      'the sliding window starts empty; OPEN of c-0: undo opens it',
    ]),
  ).toEqual(['the sliding window starts empty; OPEN of a-0, b-0, c-0: undo opens it']);
});

test('texts of other objects and of other acts stay apart', () => {
  const texts = ['Scale billing to 3', 'Restart the broker', 'effects of this request: unknown'];
  expect(mergeAlike(texts)).toEqual(texts);
  expect(mergeAlike(['Restart a', 'Stop a'])).toEqual(['Restart a', 'Stop a']);
  expect(mergeAlike(['Scale a to 3', 'Scale b to 4'])).toEqual(['Scale a to 3', 'Scale b to 4']);
  expect(mergeAlike([])).toEqual([]);
});
