import { describe, expect, test } from 'vitest';
import { residueReason } from '../../../../src/engine/cockpit/runs/residue.ts';
import { noon } from '../../../support/made-facts.ts';

const minute = 60_000;
const when = 'errors > 0';

const row = (trailsMs?: number, isMatching = true) => ({
  matches: () => isMatching,
  ...(trailsMs === undefined ? {} : { trailsMs }),
});

/** The reason at noon, of a run that ended two minutes ago. */
const reason = (
  rows: readonly ReturnType<typeof row>[],
  isVerified = true,
  wanted: string | undefined = when,
) =>
  residueReason(
    wanted === undefined ? {} : { when: wanted },
    rows,
    { at: noon - 2 * minute, isVerified },
    { now: noon, wallOffset: Date.UTC(2026, 0, 1, 12) - noon },
  );

describe('residue', () => {
  test('a match that looks back beyond the run says how far, and whether the run was verified', () => {
    expect(reason([row(5 * minute)])).toBe('counts from 11:55, before the fix at 11:58');
    expect(reason([row(5 * minute)], false)).toBe('counts from 11:55, before the run at 11:58');
    expect(reason([row(5 * minute), row(undefined, false)])).toContain('before the fix');
  });
  test('not a row of now, one whose window has passed, or none at all', () => {
    expect(reason([row(5 * minute), row()])).toBeUndefined();
    expect(reason([row(5 * minute), row(minute)])).toBeUndefined();
    expect(reason([row(minute)])).toBeUndefined();
    expect(reason([])).toBeUndefined();
  });
});
