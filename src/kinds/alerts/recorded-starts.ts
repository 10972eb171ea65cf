import type { Millis } from '../../domain/base/fault.ts';
import type { RecentChange } from '../../domain/facts/journal.ts';
import type { Level } from '../../domain/facts/level.ts';
import type { Alert } from './fact.ts';
import { alertSubject } from './merged-alerts.ts';

const isCritical = /^(critical|page|p0|p1)$/i;

const levelOf = ({ state, severity }: Alert): Level => {
  if (state !== 'firing') return 'ok';
  return isCritical.test(severity) ? 'crit' : 'warn';
};

/** Returns the starts of alerts that are still active as changes, oldest first. Pending ones have not started. */
export const recordedAlertStarts = (alerts: readonly Alert[], since: Millis): readonly RecentChange[] =>
  alerts
    .flatMap((alert): readonly RecentChange[] => {
      if (alert.since === undefined || alert.since < since || alert.state === 'pending') return [];
      const subject = alertSubject(alert.labels);
      return [
        {
          at: alert.since,
          kind: 'alert',
          level: levelOf(alert),
          what: subject === '' ? `alert ${alert.name}` : `alert ${alert.name} · ${subject}`,
          change: `${alert.state.toUpperCase()}${alert.summary === '' ? '' : `: ${alert.summary}`}`,
        },
      ];
    })
    .sort((a, b) => a.at - b.at);
