import { defined } from '../../domain/base/defined.ts';
import type { Millis } from '../../domain/base/fault.ts';
import type { AlertRulesView } from '../../domain/facts/alert-rules.ts';
import type { Snapshot } from '../../domain/facts/snapshot.ts';
import { type AlertLife, alertLifeOf, type NamedAlert } from '../../expressions/alert-life.ts';
import type { Clock } from '../../platform/runtime/clock.ts';
import type { EnvironmentReader } from '../environment/environment-reader.ts';
import { createEvidenceReader } from './evidence-reader.ts';

/** Shows whether the alerts among the findings of an incident are resolved. */
export interface AlertProof {
  /**
   * Reads the rules that no poll reads, for 3 s at most, unless each was read less than `everyMs` ago, and since `actedAt`. Without them no
   * alert is known to be resolved. Does nothing without alerts.
   */
  read(signal: AbortSignal, everyMs: Millis, actedAt: Millis | undefined): Promise<void>;
  /** Returns the life of an alert that has not been confirmed as resolved since the action; undefined: it is. */
  openLife(alert: NamedAlert, snapshot: Snapshot, actedAt: Millis | undefined): AlertLife | undefined;
}

/** Creates the proof for alerts that were there in the snapshot `atStart`. */
export const createAlertProof = (
  alerts: readonly NamedAlert[],
  atStart: Snapshot,
  { engine, clock }: { readonly engine: EnvironmentReader; readonly clock: Clock },
): AlertProof => {
  /** The start, with the rules that were read for it before the action. */
  let before = atStart;
  const evidence = createEvidenceReader(engine, clock);

  const ruleFeeds = () =>
    engine.feeds.filter(({ readsAlertRules, everyMs }) => readsAlertRules === true && everyMs === 0);

  /** Rules of an answer before the one that failed say nothing of now. */
  const asAnswered = (view: AlertRulesView): AlertRulesView => {
    const isOld = ruleFeeds().some(
      ({ id, source }) => source === view.source && evidence.beganOf(id) < evidence.askedAt(id),
    );
    if (!isOld || view.faults.length === 0) return view;
    const { read: _, ...unread } = view;
    return unread;
  };

  return {
    read: async (signal, everyMs, actedAt) => {
      if (alerts.length === 0) return;
      const ids = ruleFeeds().map(({ id }) => id);
      const isRead = await evidence.read(ids, signal, everyMs, actedAt);
      if (!isRead || actedAt !== undefined) return;
      const { alertRules } = engine.snapshot();
      if (alertRules !== undefined) before = { ...atStart, alertRules };
    },
    openLife: (alert, snapshot, actedAt) => {
      const { alertRules } = snapshot;
      const now =
        alertRules === undefined ? snapshot : { ...snapshot, alertRules: alertRules.map(asAnswered) };
      const life = alertLifeOf(alert, now, { before, ...defined({ actedAt }) });
      return life.is === 'resolved' ? undefined : life;
    },
  };
};
