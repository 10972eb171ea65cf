import type { Millis } from '../../domain/fault.ts';
import type { Snapshot } from '../../domain/snapshot.ts';
import { alertLifeOf } from '../../expressions/alert-life.ts';
import type { Clock } from '../../platform/clock.ts';
import type { EnvironmentReader } from '../environment-reader.ts';
import type { IncidentRow } from './incident-rows.ts';

/** Shows which alerts among the findings of an incident are resolved. */
interface AlertProof {
  /** Reads the rules of the alerts, unless they were read less than `everyMs` ago. Does nothing without alerts. */
  read(signal: AbortSignal, everyMs: Millis): Promise<void>;
  /**
   * Returns whether an alert that is no longer a problem is not shown to be resolved: it is silenced, inhibited, or only gone. False for
   * any other finding, and where a row disappears only because it was resolved.
   */
  isOpen(finding: IncidentRow, snapshot: Snapshot): boolean;
}

/**
 * The findings fired when the incident began, so any evaluation that was seen to follow the first one counts, however long it took:
 * a rule that holds nothing now was evaluated since.
 */
const toleratedMs: Millis = 60_000;

/** Creates the proof for the findings of an incident that begins now. */
export const createAlertProof = (
  findings: readonly IncidentRow[],
  engine: EnvironmentReader,
  clock: Clock,
): AlertProof => {
  const hasAlerts = findings.some(({ alert }) => alert !== undefined);
  const evaluatedSince = clock.now() - toleratedMs;
  const atStart = engine.snapshot();
  let earlier: Snapshot | undefined;
  let readAt = Number.NEGATIVE_INFINITY;
  return {
    read: async (signal, everyMs) => {
      if (!hasAlerts || clock.now() - readAt < everyMs) return;
      readAt = clock.now();
      const ids = engine.feeds.flatMap(({ id, readsAlertRules, everyMs }) =>
        readsAlertRules === true && everyMs === 0 ? [id] : [],
      );
      if (ids.length > 0) await engine.readNow(ids, signal);
      const { alertRules } = engine.snapshot();
      earlier ??= { ...atStart, ...(alertRules === undefined ? {} : { alertRules }) };
    },
    isOpen: ({ alert, feed }, snapshot) => {
      if (alert === undefined) return false;
      if (engine.feeds.find(({ id }) => id === feed)?.endsExplicitly === true) return false;
      return (
        alertLifeOf(alert, snapshot, { before: earlier ?? atStart, actedAt: evaluatedSince }).is !==
        'resolved'
      );
    },
  };
};
