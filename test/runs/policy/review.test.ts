import { expect, test } from 'vitest';
import { draftRefusal, unreviewedParts } from '../../../src/runs/policy/review.ts';

const step = (id: string, reviewed?: false) => ({
  id,
  title: id,
  withinMs: 0,
  forMs: 0,
  ...(reviewed === false ? { reviewed } : {}),
});

test('a runbook without the mark is reviewed', () => {
  const runbook = { diagnose: [step('d1')], act: [step('a1')], verify: [step('v1')] };
  expect(unreviewedParts(runbook)).toEqual([]);
  expect(draftRefusal(runbook)).toBeUndefined();
  expect(draftRefusal({ ...runbook, verify: 'none' })).toBeUndefined();
});

test.each([
  ['the whole runbook', { reviewed: false as const, diagnose: [], act: [step('a1')], verify: [] }, 'runbook'],
  ['a diagnose step', { diagnose: [step('d1', false)], act: [step('a1')], verify: [] }, 'd1'],
  ['an act step', { diagnose: [], act: [step('a1'), step('a2', false)], verify: 'none' as const }, 'a2'],
  ['a verify step', { diagnose: [], act: [step('a1')], verify: [step('v1', false)] }, 'v1'],
])('%s that is not reviewed refuses the runbook by name', (_, runbook, part) => {
  expect(draftRefusal(runbook)).toBe(
    `draft, not reviewed: ${part}. Review the profile and remove reviewed: false`,
  );
});

test('a long list of parts is cut with its count', () => {
  const act = Array.from({ length: 8 }, (_, i) => step(`a${i + 1}`, false));
  expect(draftRefusal({ diagnose: [], act, verify: [] })).toMatch(/: a1, a2, a3, a4, a5 and 3 more\. /);
});
