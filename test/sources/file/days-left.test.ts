import { expect, test } from 'vitest';
import { daysUntil } from '../../../src/sources/file/content-feeds.ts';

const left = daysUntil(Date.parse('2026-03-04T12:00:00Z'));

test.each([
  ['2026-03-05', 0.5],
  ['2026-03-04', -0.5],
  ['2025-03-04', -365.5],
  ['2026-03-05T12:00:00Z', 1],
  ['2026-03-05T12:00:00+01:00', 1],
  ['5 March', undefined],
  ['2026-13-01', undefined],
  ['12', undefined],
])('%s: %s days', (text, days) => {
  expect(left(text)).toBe(days);
});
