import { expect, test } from 'vitest';
import {
  dangers,
  declaredDanger,
  estimatedDanger,
  isAtLeast,
  isChanging,
  isDanger,
  isIrreversible,
  isNoticeable,
  moreDangerous,
  mostDangerous,
  plannedDanger,
  readPermission,
  stepDanger,
} from '../../../src/runs/policy/danger.ts';

test('dangers are ordered, and the highest of several counts', () => {
  for (const [i, low] of dangers.entries())
    for (const [j, high] of dangers.entries()) {
      expect(isAtLeast(high, low)).toBe(j >= i);
      expect(moreDangerous(low, high)).toBe(j >= i ? high : low);
    }
  expect(mostDangerous([])).toBe('read');
  expect(mostDangerous(['safe', 'destructive', 'read'])).toBe('destructive');
  expect(dangers.map(isChanging)).toEqual([false, true, true, true]);
  expect(dangers.map(isNoticeable)).toEqual([false, false, true, true]);
  expect(dangers.map(isIrreversible)).toEqual([false, false, false, true]);
  expect(isIrreversible(undefined)).toBe(false);
});

test('a missing or unknown danger counts as destructive', () => {
  for (const said of [undefined, null, '', 'harmless', 'READ', 3, {}]) {
    expect(declaredDanger(said)).toBe('destructive');
    expect(isDanger(said)).toBe(false);
  }
  for (const said of [...dangers, 'as-step']) expect(declaredDanger(said)).toBe(said);
});

test.each([
  ['disruptive', undefined, 'disruptive'],
  ['disruptive', 'safe', 'disruptive'],
  ['disruptive', 'destructive', 'destructive'],
  ['as-step', 'safe', 'safe'],
  ['as-step', undefined, undefined],
  [undefined, 'read', 'destructive'],
] as const)('a %s operation in a step that declares %s is %s', (own, step, danger) => {
  expect(stepDanger(own, step)).toBe(danger);
});

test('estimates the danger of a step before its parameters are bound', () => {
  expect(estimatedDanger(undefined, undefined)).toBe('read');
  expect(estimatedDanger(undefined, 'destructive')).toBe('destructive');
  expect(estimatedDanger('as-step', undefined)).toBe('read');
  expect(estimatedDanger('as-step', 'disruptive')).toBe('disruptive');
  expect(estimatedDanger('disruptive', 'safe')).toBe('disruptive');
});

test('a plan is at least as dangerous as its operation', () => {
  expect(plannedDanger('disruptive', undefined)).toBe('disruptive');
  expect(plannedDanger('disruptive', 'read')).toBe('disruptive');
  expect(plannedDanger('safe', 'destructive')).toBe('destructive');
  expect(plannedDanger('as-step', undefined)).toBe('safe');
  expect(plannedDanger('as-step', 'read')).toBe('read');
});

test('where only reading is allowed, the danger of a step counts only for an operation declared `as-step`', () => {
  expect(readPermission('read', undefined)).toBe('read');
  expect(readPermission('as-step', 'read')).toBe('declared');
  expect(readPermission('as-step', undefined)).toBe('nothing');
  for (const own of ['safe', 'disruptive', 'destructive', undefined])
    expect(readPermission(own, 'read')).toBe('nothing');
});
