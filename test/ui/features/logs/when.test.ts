import { describe, expect, test } from 'vitest';
import { parseLogTime, parseLogTimeRange } from '../../../../src/ui/features/logs/view/time-format.ts';

const at = (text: string): number => Date.parse(`2026-03-${text}Z`);
const now = at('04T10:15:07');

describe('parseLogTime', () => {
  test.each([
    ['10:14', at('04T10:14:00')],
    ['10:14:30', at('04T10:14:30')],
    ['10:20', at('03T10:20:00')],
    ['-15m', now - 900_000],
    ['2026-03-04T10:14', at('04T10:14:00')],
    ['2026-03-04 10:14:30.250', at('04T10:14:30.250')],
    ['2026-03-04T10:14+02:00', at('04T08:14:00')],
    // As rows and messages show it.
    ['03-03 10:14:30.250', at('03T10:14:30.250')],
    ['03-04 10:14', at('04T10:14:00')],
    ['12-31 10:14', Date.parse('2025-12-31T10:14:00Z')],
    ['25:00', undefined],
    ['2026-13-04T10:14', undefined],
    ['soon', undefined],
  ])('%s', (text, expected) => expect(parseLogTime(text, now, 'UTC')).toBe(expected));

  test('uses the local time zone when the clock setting is local', () => {
    const ahead = -new Date(now).getTimezoneOffset() * 60_000;
    expect(parseLogTime('2026-03-04T10:14', now, 'local')).toBe(at('04T10:14:00') - ahead);
    expect(parseLogTime('2026-03-04T10:14Z', now, 'local')).toBe(at('04T10:14:00'));
  });
});

describe('parseLogTimeRange', () => {
  test.each([
    ['10:14-10:20', { from: at('04T10:14:00'), to: at('04T10:20:00') }],
    ['10:04 – 10:14', { from: at('04T10:04:00'), to: at('04T10:14:00') }],
    ['23:50-00:10', { from: at('03T23:50:00'), to: at('04T00:10:00') }],
    ['-30m--10m', { from: now - 1_800_000, to: now - 600_000 }],
    ['-30m..', { from: now - 1_800_000 }],
    ['10:14-', { from: at('04T10:14:00') }],
    ['-10:14', { to: at('04T10:14:00') }],
    ['2026-03-04T10:04-2026-03-04T10:14', { from: at('04T10:04:00'), to: at('04T10:14:00') }],
    ['-', undefined],
    ['10:14-soon', undefined],
  ])('%s', (text, expected) => expect(parseLogTimeRange(text, now, 'UTC')).toEqual(expected));
});
