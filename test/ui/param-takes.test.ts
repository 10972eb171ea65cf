import { expect, test } from 'vitest';
import type { ParamSpec } from '../../src/domain/runbooks/runbook.ts';
import { paramHint } from '../../src/ui/features/cards/param-card.ts';

const of = (spec: Omit<ParamSpec, 'name'>): string | undefined => paramHint({ name: 'n', ...spec });

test('describes the accepted values of a parameter', () => {
  expect(of({ type: 'int', min: 1, max: 3 })).toBe('integer, 1 to 3');
  expect(of({ type: 'int', min: 1 })).toBe('integer, at least 1');
  expect(of({ type: 'int', max: 3 })).toBe('integer, at most 3');
  expect(of({ type: 'int' })).toBe('integer');
  expect(of({ type: 'duration' })).toBe('duration with a unit: 30s, 5m, 1h30m');
  expect(of({ type: 'boolean' })).toBe('true or false');
  expect(of({ type: 'string', pattern: '[a-z]+' })).toBe('lowercase letters');
  expect(of({ type: 'string', pattern: '[^\\x00-\\x1f]{1,500}' })).toBe('one line, at most 500 characters');
  expect(of({ type: 'string' })).toBeUndefined();
  expect(of({ type: 'choice', of: ['a'] })).toBeUndefined();
});
