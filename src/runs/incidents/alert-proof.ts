import type { Millis } from '../../domain/base/fault.ts';
import type { AlertRulesView } from '../../domain/facts/alert-rules.ts';
import type { Snapshot } from '../../domain/facts/snapshot.ts';
import { type AlertLife, alertLifeOf, type NamedAlert } from '../../expressions/alert-life.ts';
import type { Clock } from '../../platform/runtime/clock.ts';
import type { EnvironmentReader } from '../environment/environment-reader.ts';

/** Time limit: a source that is down must not delay the run. */
const readMs: Millis = 3000;

/** Shows whether the alerts among the findings of an incident are resolved. */
interface AlertProof {
  /**
   * Reads the rules that no poll reads, for 3 s at most, unless each was read less than `everyMs` ago, and since `actedAt`. Without them no
   * alert is known to be resolved. Does nothing without alerts.
   */
  read(signal: AbortSignal, everyMs: Millis, actedAt: Millis | undefined): Promise<void>;
  /** Returns the life of an alert that is not shown to be resolved since the action; undefined: it is. */
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
  /** When the rules of a feed were last asked for. */
  const askedAt = new Map<string, Millis>();

  const ruleFeeds = () =>
    engine.feeds.filter(({ readsAlertRules, everyMs }) => readsAlertRules === true && everyMs === 0);
  const beganOf = (id: string): Millis =>
    engine.facts.getState().feeds[id]?.known?.began ?? Number.NEGATIVE_INFINITY;

  /** Rules of an answer before the one that failed say nothing of now. */
  const asAnswered = (view: AlertRulesView): AlertRulesView => {
    const isOld = ruleFeeds().some(
      ({ id, source }) =>
        source === view.source && beganOf(id) < (askedAt.get(id) ?? Number.NEGATIVE_INFINITY),
    );
    if (!isOld || view.faults.length === 0) return view;
    const { read: _, ...unread } = view;
    return unread;
  };

  return {
    read: async (signal, everyMs, actedAt) => {
      if (alerts.length === 0) return;
      const now = clock.now();
      const isDue = (id: string): boolean => {
        const last = Math.max(beganOf(id), askedAt.get(id) ?? Number.NEGATIVE_INFINITY);
        return now - last >= everyMs || (actedAt !== undefined && last <= actedAt && now > actedAt);
      };
      const due = ruleFeeds().filter(({ id }) => isDue(id));
      if (due.length === 0 || signal.aborted) return;
      for (const { id } of due) askedAt.set(id, now);
      const deadline = clock.deadline(readMs);
      const ids = due.map(({ id }) => id);
      await engine.readNow(ids, AbortSignal.any([signal, deadline.signal]));
      deadline.clear();
      if (actedAt !== undefined) return;
      const { alertRules } = engine.snapshot();
      if (alertRules !== undefined) before = { ...atStart, alertRules };
    },
    openLife: (alert, snapshot, actedAt) => {
      const { alertRules } = snapshot;
      const now =
        alertRules === undefined ? snapshot : { ...snapshot, alertRules: alertRules.map(asAnswered) };
      const life = alertLifeOf(alert, now, { before, ...(actedAt === undefined ? {} : { actedAt }) });
      return life.is === 'resolved' ? undefined : life;
    },
  };
};
