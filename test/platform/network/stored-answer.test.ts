import { expect, test } from 'vitest';
import { createAnswerAges } from '../../../src/platform/network/stored-answer.ts';

const noon = Date.parse('2026-03-04T12:00:00Z');
const dateOf = (ms: number): string => new Date(ms).toUTCString();

test('an answer with the date of an earlier one is as old as that', () => {
  let now = noon;
  const ageOf = createAnswerAges(() => now);
  const answer = (date: string, age?: string) => ageOf({ headers: { date, ...(age && { age }) } });
  expect(answer(dateOf(noon))).toBeUndefined();
  now += 2000;
  expect(answer(dateOf(noon)), 'a server makes it once a second').toBeUndefined();
  now += 18_000;
  expect(answer(dateOf(noon))).toBe(20_000);
  expect(answer(dateOf(noon), '90')).toBe(90_000);
  expect(answer(dateOf(now)), 'a new answer').toBeUndefined();
});

test('a server without a clock, and an answer without a date, tell no age', () => {
  let now = noon;
  const ageOf = createAnswerAges(() => now);
  for (const headers of [{ date: dateOf(0) }, { date: 'x' }, {}]) {
    ageOf({ headers });
    now += 60_000;
    expect(ageOf({ headers })).toBeUndefined();
  }
});
