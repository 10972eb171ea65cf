import { expect, test } from 'vitest';
import type { QuietHours } from '../../../src/domain/runbooks/guard.ts';
import { isQuiet, quietEnd, weekText } from '../../../src/runs/policy/freezes.ts';

const hours = (from: number, to: number, days: readonly number[], zone = 'Europe/Berlin'): QuietHours => ({
  days,
  from: from * 60,
  to: to * 60,
  zone,
  why: 'night',
  except: [],
  mayBreak: true,
});
const weekdays = [1, 2, 3, 4, 5];
const nights = hours(22, 6, weekdays);

test.each<[string, QuietHours, string, boolean]>([
  ['Friday evening', nights, '2026-03-06T21:30Z', true],
  ['the night that began on Friday', nights, '2026-03-07T04:59Z', true],
  ['its end', nights, '2026-03-07T05:00Z', false],
  ['Saturday evening, when no quiet night begins', nights, '2026-03-07T22:00Z', false],
  ['early Monday: no quiet night began on Sunday', nights, '2026-03-09T03:00Z', false],
  ['one minute before', nights, '2026-03-06T20:59Z', false],
  ['the same hour in summer is an hour earlier in UTC', nights, '2026-07-03T20:00Z', true],
  ['within one day', hours(9, 17, weekdays), '2026-03-06T15:59Z', true],
  ['the end is exclusive', hours(9, 17, weekdays), '2026-03-06T16:00Z', false],
  ['to 24:00', hours(20, 24, [5]), '2026-03-06T22:59Z', true],
  ['not after midnight', hours(20, 24, [5]), '2026-03-06T23:00Z', false],
  ['a whole day, from morning to morning', hours(6, 6, [6]), '2026-03-08T04:59Z', true],
  ['not before a whole day begins', hours(6, 6, [6]), '2026-03-07T04:59Z', false],
  [
    'a zone behind UTC: it is still Friday there',
    hours(18, 20, [5], 'America/New_York'),
    '2026-03-07T00:30Z',
    true,
  ],
])('%s', (_, quiet, at, holds) => {
  expect(isQuiet(quiet, Date.parse(at))).toBe(holds);
});

test.each<[string, QuietHours, string, string]>([
  ['a night', nights, '2026-03-06T21:30:20Z', '2026-03-07T05:00:00Z'],
  ['one minute before its end', nights, '2026-03-07T04:59:59Z', '2026-03-07T05:00:00Z'],
  ['the night in which clocks go forward', hours(22, 6, [6]), '2026-03-28T21:30Z', '2026-03-29T04:00:00Z'],
  ['the night in which clocks go back', hours(22, 6, [6]), '2026-10-24T20:30Z', '2026-10-25T05:00:00Z'],
  ['days without a gap between them', hours(6, 6, [5, 6]), '2026-03-06T12:00Z', '2026-03-08T05:00:00Z'],
])('the end of %s', (_, quiet, at, end) => {
  const found = quietEnd(quiet, Date.parse(at));
  expect(found === undefined ? undefined : new Date(found).toISOString()).toBe(end.replace('Z', '.000Z'));
});

test('quiet hours that cover the whole week have no end', () => {
  expect(quietEnd(hours(6, 6, [0, 1, 2, 3, 4, 5, 6]), Date.parse('2026-03-06T12:00Z'))).toBeUndefined();
});

test('converts an instant to the local time of its zone', () => {
  expect(weekText(Date.parse('2026-03-07T05:00Z'), 'Europe/Berlin')).toBe('Sat 06:00 Europe/Berlin');
});
