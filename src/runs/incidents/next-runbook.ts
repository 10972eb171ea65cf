import type { Millis } from '../../domain/base/fault.ts';
import type { Snapshot } from '../../domain/facts/snapshot.ts';
import type { Runbook } from '../../domain/runbooks/runbook.ts';
import { parseExpression } from '../../expressions/rows/parse.ts';
import { suggestOnce } from '../runbooks/suggest.ts';
import type { IncidentRow } from './incident-rows.ts';

/** The number of alternatives of a `when`: a condition that asks for one thing says more than one of many. */
const alternativesOf = (when: string): number => {
  const parsed = parseExpression(when);
  return parsed.ok && parsed.expression.root.is === 'or' ? parsed.expression.root.parts.length : 1;
};

interface Candidate {
  readonly id: string;
  /** Findings that are rows, and so objects to act on. */
  readonly rows: number;
  /** Findings that are signals, mostly symptoms. */
  readonly signals: number;
  readonly alternatives: number;
}

/** Most objects first, then the narrower condition, then most signals; the order of the profile otherwise. */
const mostLikelyFirst = (a: Candidate, b: Candidate): number =>
  b.rows - a.rows || (a.rows === 0 ? 0 : a.alternatives - b.alternatives) || b.signals - a.signals;

/**
 * Returns the id of the runbook to try next for these findings. The one of the run comes last, for targets that it left
 * out. Undefined: none matches the facts.
 */
export const suggestNextRunbook = (
  findings: readonly IncidentRow[],
  runbook: string,
  facts: { readonly runbooks: readonly Runbook[]; readonly snapshot: Snapshot; readonly now: Millis },
): string | undefined => {
  const candidates = suggestOnce(facts.runbooks, facts.snapshot, facts.now).flatMap(
    ({ fits, runbook: { id, when } }): readonly Candidate[] => {
      if (fits !== 'yes' || when === undefined) return [];
      const matched = findings.filter((finding) => finding.matches(when));
      const signals = matched.filter(({ of }) => 'signal' in of).length;
      return [{ id, rows: matched.length - signals, signals, alternatives: alternativesOf(when) }];
    },
  );
  const ids = candidates.toSorted(mostLikelyFirst).map(({ id }) => id);
  return ids.find((id) => id !== runbook) ?? ids[0];
};
