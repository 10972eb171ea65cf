import { expect, test } from 'vitest';
import {
  formatPastTime,
  formatShortPastTime,
  formatTimeAgo,
  parsePastTime,
} from '../../../src/ui/kit/text/past-time.ts';

const now = Date.parse('2026-03-04T10:15:07Z');

test.each([
  ['09:40', '2026-03-04T09:40:00Z'],
  ['9:40', '2026-03-04T09:40:00Z'],
  ['09:40:15', '2026-03-04T09:40:15Z'],
  ['10:15:07', '2026-03-04T10:15:07Z'],
  ['10:15:08', '2026-03-03T10:15:08Z'],
  ['23:59', '2026-03-03T23:59:00Z'],
  ['-25m', '2026-03-04T09:50:07Z'],
  [' 1h30m ago ', '2026-03-04T08:45:07Z'],
  ['- 15s', '2026-03-04T10:14:52Z'],
])('%s', (text, moment) => {
  expect(parsePastTime(text, now)).toBe(Date.parse(moment));
});

test.each(['', 'noon', '25:00', '10:60', '10:00:60', '10', '-', '25', '1:2', `25m${' '.repeat(99)}ago`])(
  '%j is not a time',
  (text) => {
    expect(parsePastTime(text, now)).toBeUndefined();
  },
);

test('formats a time with its day if it is not today, and with seconds if there are any', () => {
  expect(formatPastTime(Date.parse('2026-03-04T00:00:01Z'), now)).toBe('00:00:01');
  expect(formatPastTime(Date.parse('2026-03-03T23:59:59Z'), now)).toBe('Tue 03 Mar 23:59:59');
  expect(formatShortPastTime(Date.parse('2026-03-04T03:10:00Z'), now)).toBe('03:10');
  expect(formatShortPastTime(Date.parse('2026-03-04T03:10:15Z'), now)).toBe('03:10:15');
});

test.each([
  [0, '0s'],
  [59_999, '59s'],
  [2_085_000, '34m45s'],
  [7_500_000, '2h05m'],
])('formats %d ms', (ms, text) => {
  expect(formatTimeAgo(ms)).toBe(text);
});
