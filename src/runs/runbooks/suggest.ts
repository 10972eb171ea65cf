import { defined } from '../../domain/base/defined.ts';
import type { Millis } from '../../domain/base/fault.ts';
import type { Snapshot } from '../../domain/facts/snapshot.ts';
import type { Runbook } from '../../domain/runbooks/runbook.ts';
import {
  createConditionStarts,
  type EvaluateOptions,
  evaluateExpression,
  type SignalHistory,
} from '../../expressions/evaluate.ts';
import { parseExpression } from '../../expressions/rows/parse.ts';
import type { RunbookSuggestion } from '../../store/runbook-suggestion.ts';

/**
 * Evaluates every runbook's `when` against the facts, in the runbooks' order. Across calls it remembers how long each
 * `when` has held.
 */
export type Suggester = (
  snapshot: Snapshot,
  now: Millis,
  history: SignalHistory,
) => readonly RunbookSuggestion[];

type Judge = (snapshot: Snapshot, options: EvaluateOptions) => RunbookSuggestion;

const fitOf = { true: 'yes', false: 'no', unknown: 'unknown' } as const;

const judgeOf = (runbook: Runbook): Judge => {
  if (runbook.when === undefined)
    return () => ({
      runbook,
      fits: 'never',
      why: 'the runbook has no when:, so opsdeck cannot suggest the runbook',
    });
  const parsed = parseExpression(runbook.when);
  if (!parsed.ok)
    return () => ({ runbook, fits: 'unknown', why: `when, col ${parsed.col}: ${parsed.message}` });
  return (snapshot, options) => {
    const { value, why, isPending } = evaluateExpression(parsed.expression, snapshot, options);
    return { runbook, fits: fitOf[value], why, ...defined({ isPending }) };
  };
};

/** Creates a suggester with memory: one per open environment. */
export const createSuggester = (runbooks: readonly Runbook[]): Suggester => {
  const judges = runbooks.map(judgeOf);
  const memory = createConditionStarts();
  return (snapshot, now, history) => judges.map((judge) => judge(snapshot, { memory, history, now }));
};

/** Evaluates once, without memory: `for` counts as fulfilled, and `rising` and `falling` are unknown. */
export const suggestOnce = (
  runbooks: readonly Runbook[],
  snapshot: Snapshot,
  now: Millis,
): readonly RunbookSuggestion[] => runbooks.map((runbook) => judgeOf(runbook)(snapshot, { now }));
