import { expect, test } from 'vitest';
import { type Flow, flowFields, motionOf } from '../../../src/sources/prometheus/motion.ts';

const flow: Flow = { lag: 100, growth: 0, consumed: 10, members: 2, windowMs: 300_000 };

test.each<readonly [string, Partial<Flow>, string]>([
  ['nothing committed', { lag: undefined }, 'unknown'],
  ['caught up', { lag: 0, consumed: undefined, growth: undefined, members: 0 }, 'steady'],
  ['nobody consumes', { members: 0, growth: 40 }, 'stopped'],
  ['no window yet', { growth: undefined }, 'unknown'],
  ['no progress', { consumed: 0, growth: 0 }, 'stalled'],
  ['no progress, members not known', { consumed: 0, members: undefined }, 'stalled'],
  ['grows', { growth: 3 }, 'falling-behind'],
  ['shrinks', { growth: -3 }, 'gaining'],
  ['hardly moves', { growth: 0.09 }, 'steady'],
  ['hardly moves the other way', { growth: -0.09 }, 'steady'],
  ['one message in the window', { consumed: 0.01, growth: 1 / 300 }, 'steady'],
  ['two messages in the window', { consumed: 0.01, growth: 2 / 300 }, 'falling-behind'],
])('%s', (_, change, motion) => {
  expect(motionOf({ ...flow, ...change })).toBe(motion);
});

test('a lag that shrinks says when it is gone; one whose growth is not known says neither', () => {
  expect(flowFields({ ...flow, growth: -3 })).toEqual({ motion: 'gaining', rate: -3, etaSeconds: 33 });
  expect(flowFields({ ...flow, growth: 3 })).toEqual({ motion: 'falling-behind', rate: 3 });
  expect(flowFields({ ...flow, growth: undefined })).toEqual({ motion: 'unknown' });
});
