import { expect, test } from 'vitest';
import {
  isVisibleHit,
  nextHitFrom,
  visibleHitCount,
} from '../../../../src/ui/features/logs/view/search-hits.ts';
import { madeLines, stream } from '../../../screens/support/lines.ts';

const words = (text: string) => ({ text, regex: false, ignoreCase: false });

const made = () => {
  const lines = madeLines([stream(0, 'a'), stream(1, 'b')]);
  lines.put(
    { text: 'ERROR boom' },
    { text: 'java.lang.Error: boom', kind: 'continuation' },
    { text: 'INFO other boom', stream: 1 },
    { text: '\tat boom.Here', kind: 'continuation' },
    { text: '\tat calm', kind: 'continuation' },
    { text: 'INFO quiet' },
  );
  return lines;
};

test('has no matches without a search pattern', () => {
  const state = made().state();
  expect([isVisibleHit(state, 0), visibleHitCount(state), nextHitFrom(state, -1, 1)]).toEqual([
    false,
    0,
    undefined,
  ]);
});

test('counts matching lines, also those folded into a stack trace, but visits each row once', () => {
  const lines = made();
  lines.seek(words('boom'));
  const state = lines.state();
  expect(visibleHitCount(state)).toBe(4);
  expect([0, 1, 2, 5].map((id) => isVisibleHit(state, id))).toEqual([true, true, true, false]);
  expect(visibleHitCount(state, 2)).toBe(2);
  expect(nextHitFrom(state, -1, 1)).toBe(0);
  expect(nextHitFrom(state, 5, 1)).toBeUndefined();
  expect(nextHitFrom(state, 2, -1)).toBe(1);
});

test('marks the first row of a trace for a match folded into it', () => {
  const lines = made();
  lines.seek(words('Here'));
  expect([0, 1, 2].map((id) => isVisibleHit(lines.state(), id))).toEqual([false, true, false]);
});

test('lines hidden by a chip are not matches', () => {
  const lines = made();
  lines.seek(words('boom'));
  lines.look([{ is: 'stream', streams: ['k8s:a'], not: true }]);
  const state = lines.state();
  expect([visibleHitCount(state), nextHitFrom(state, -1, 1), isVisibleHit(state, 2)]).toEqual([1, 2, true]);
});
