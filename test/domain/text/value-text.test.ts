import { expect, test } from 'vitest';
import { formatFieldNumber, formatMeasurement, resultText } from '../../../src/domain/text/value-text.ts';

test.each([
  ['pid', 123456, '123456'],
  ['durationMs', 41233.33333333333, '41,233.3 ms'],
  ['memoryBytes', 536870912, '512 MiB'],
  ['etaSeconds', 40, '40 s'],
  ['cpuCores', 0.1234567890123, '0.123 cores'],
  ['failureRate', 50, '50 %'],
  ['lag', 48210, '48,210'],
])('formats field %s with value %d as %s', (name, value, text) => {
  expect(formatFieldNumber(name, value)).toBe(text);
});

test('formats a measurement with its unit and at most three decimals', () => {
  expect(formatMeasurement(0.30000000000000004, '')).toBe('0.3');
  expect(formatMeasurement(12.345678901234567, 'ms')).toBe('12.346 ms');
  expect(formatMeasurement(1073741824, 'B')).toBe('1 GiB');
  expect(formatMeasurement('primary', 's')).toBe('primary');
});

test.each([
  ['status.startTime', 1772619307, '2026-03-04T10:15:07.000Z'],
  ['last_archived_epoch', '1772619307', '2026-03-04T10:15:07.000Z'],
  ['createdAt', 1772619307000, '2026-03-04T10:15:07.000Z'],
  ['offset', 1772619307, '1,772,619,307'],
  ['uptime_time', 61, '61'],
  ['metadata.uid', '0f6c2d5e-8a3b-4c1d-9e7f-001122334455', '0f6c2d5e…'],
  ['ratio', '0.98765432109876543', '0.987654'],
  ['name', 'pg-0', 'pg-0'],
])('formats result %s %s as %s', (name, value, text) => {
  expect(resultText(name, value)).toBe(text);
});
