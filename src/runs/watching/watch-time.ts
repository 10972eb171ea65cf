import type { Millis } from '../../domain/base/fault.ts';
import { isReplacedBy } from '../../expressions/witness/explain.ts';
import type { PendingRun } from '../context/pending-run.ts';
import { effectsOf } from '../verification/witnesses.ts';

/** Watch time of a recovered run. */
const usualMs: Millis = 10 * 60_000;

/** Longer than this a relapse would rather be another incident. */
const longestMs: Millis = 60 * 60_000;

/**
 * The time for which a run is watched: that of its runbook, or ten minutes. After a restart as long as what was restarted
 * had run before, at most an hour: memory that leaks is full again only then. `actedAt`: when the action ended.
 */
export const watchTimeOf = (
  { runbook, steps, before }: Pick<PendingRun, 'runbook' | 'steps' | 'before'>,
  actedAt: Millis,
): Millis => {
  if (runbook.watchMs !== undefined) return runbook.watchMs;
  const effects = effectsOf(steps);
  const rows = (before?.known ?? before?.snapshot)?.kinds.workloads.rows ?? [];
  const ages = rows.flatMap((row) =>
    row.fact.startedAt !== undefined && isReplacedBy('workloads', row, effects)
      ? [actedAt - row.fact.startedAt]
      : [],
  );
  return Math.min(longestMs, Math.max(usualMs, ...ages));
};
