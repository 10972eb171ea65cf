import { expect, test } from 'vitest';
import { isKnownChange } from '../../src/incidents/known-change.ts';

const noon = Date.parse('2026-03-04T12:00:00Z');
const line = (text: string, seconds: number, word = 'level') => ({
  ...{ at: noon + seconds * 1000, who: '', word, text, level: 'crit' as const },
});
const seen = (text: string, seconds: number, kind = 'level') => ({
  ...{ kind, text, seenAt: noon + seconds * 1000 },
});

const rises = 'Error rate OK → CRIT: 1.6, limit > 1';
const falls = 'Error rate CRIT → OK: 0, within limits';

test('another cockpit has read another value of the same change', () => {
  expect(isKnownChange([line(rises, 0)], seen('Error rate OK → CRIT: 2.1, limit > 1', 2))).toBe(true);
  expect(isKnownChange([line(rises, 2)], seen('Error rate OK → CRIT: 2.1, limit > 1', 0))).toBe(true);
});

test('an object that changes back and again has changed twice', () => {
  const timeline = [line(rises, 0), line(falls, 20)];
  expect(isKnownChange(timeline, seen('Error rate OK → CRIT: 2.1, limit > 1', 40))).toBe(false);
  expect(isKnownChange(timeline, seen(rises, 40))).toBe(false);
  expect(isKnownChange(timeline, seen('Error rate CRIT → OK: 0.1, within limits', 22))).toBe(true);
  expect(isKnownChange(timeline, seen(falls, 22))).toBe(true);
});

test.each([
  ['another object', seen('Error rate (bus) OK → CRIT: 1.6, limit > 1', 1)],
  ['another level', seen('Error rate OK → WARN: 1.6, limit > 1', 1)],
  ['another kind', seen(rises, 1, 'alert')],
  ['a minute later', seen('Error rate OK → CRIT: 2.1, limit > 1', 60)],
])('%s is another change', (_, change) => {
  expect(isKnownChange([line(rises, 0)], change)).toBe(false);
});

test('a text without a change of a level is compared as a whole', () => {
  const timeline = [line('pod billing-0 restarted', 0)];
  expect(isKnownChange(timeline, seen('pod billing-0 restarted', 5))).toBe(true);
  expect(isKnownChange(timeline, seen('pod billing-1 restarted', 5))).toBe(false);
});
