import { expect, test } from 'vitest';
import { earliestStart, formatStateAge, type PossibleStart } from '../../../src/domain/facts/state-start.ts';

const now = 1_000_000;
const observed = (ageMs: number): PossibleStart => ({ since: now - ageMs });
const seen = (ageMs: number): PossibleStart => ({ since: now - ageMs, seenSince: now - ageMs });

test.each([
  ['an observed change', observed(3000), '3s'],
  ['a state that was already there', seen(3000), '≥3s'],
  [
    'a state seen before and after a time without data',
    { since: now - 600_000, seenSince: now - 3000 },
    '≥3s',
  ],
  ['nothing known', {}, '–'],
])('the age of %s', (_, start, text) => {
  expect(formatStateAge(start, now)).toBe(text);
});

test.each([
  ['observed ones', [observed(3000), observed(600_000)], '10m'],
  ['one that was already there', [seen(3000), observed(600_000)], '≥10m'],
  ['all that were already there', [seen(600_000), seen(3000)], '≥10m'],
  ['one whose kept values reach back', [observed(3000), { ...seen(5000), beganAt: now - 83_000 }], '1m23s'],
  ['none', [{}], '–'],
])('the age of a group: %s', (_, starts, text) => {
  expect(formatStateAge(earliestStart(starts), now)).toBe(text);
});
