import type { Millis } from '../../../domain/base/fault.ts';
import type { Runbook } from '../../../domain/runbooks/runbook.ts';
import { formatClockTime } from '../../../domain/text/format.ts';
import type { IncidentRow } from '../../../runs/incidents/incident-rows.ts';
import type { LastAct } from './run-attempts.ts';

/** The time now, and the offset of the wall clock. */
interface Times {
  readonly now: Millis;
  readonly wallOffset: Millis;
}

/**
 * Why a match only counts the time before the latest run: each row because of which the condition matches looks back beyond its
 * end. Undefined: a row shows the state of now, or nothing is known of the rows.
 */
export const residueReason = (
  { when }: Pick<Runbook, 'when'>,
  found: readonly Pick<IncidentRow, 'matches' | 'trailsMs'>[],
  act: LastAct,
  { now, wallOffset }: Times,
): string | undefined => {
  const rows = when === undefined ? [] : found.filter((row) => row.matches(when));
  const trails = rows.flatMap(({ trailsMs }) => trailsMs ?? []);
  if (rows.length === 0 || trails.length < rows.length || now - Math.min(...trails) >= act.at)
    return undefined;
  const clock = (at: Millis): string => formatClockTime(at + wallOffset).slice(0, 'hh:mm'.length);
  const deed = act.isVerified ? 'fix' : 'run';
  return `counts from ${clock(now - Math.max(...trails))}, before the ${deed} at ${clock(act.at)}`;
};
