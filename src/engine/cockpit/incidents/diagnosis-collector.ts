import type { StoreApi } from 'zustand/vanilla';
import type { IncidentEvent } from '../../../domain/incidents/incident-event.ts';
import { diagnosisAttachments } from '../../../incidents/attachments.ts';
import { attachToOpen, type IncidentRecords } from '../../../incidents/record-changes.ts';
import type { Clock } from '../../../platform/runtime/clock.ts';
import type { CockpitState, RunView } from '../../../store/cockpit.ts';

/** The finished steps of diagnoses on cards, which are in no record yet. */
interface DiagnosisCollector {
  /** Attaches them to the open incidents; without one they are dropped. Rejects as the records do, and keeps them. */
  attach(records: Pick<IncidentRecords, 'append'>, who: string): Promise<void>;
}

interface Parts {
  readonly cockpit: StoreApi<CockpitState>;
  readonly clock: Pick<Clock, 'now' | 'wallNow'>;
  /** False: nothing is collected. */
  isOpen(): boolean;
}

/** Collects what the diagnoses on cards find, also of runs that are declined. */
export const createDiagnosisCollector = ({ cockpit, clock, isOpen }: Parts): DiagnosisCollector => {
  let collected: readonly IncidentEvent[] = [];
  /** The steps of a run whose results are collected. */
  const noticed = new WeakMap<RunView, Set<string>>();

  cockpit.subscribe(({ run }, before) => {
    if (run === undefined || run.runbook.reports !== undefined || run.diagnosis === before.run?.diagnosis)
      return;
    const known = (before.run && noticed.get(before.run)) ?? new Set<string>();
    noticed.set(run, known);
    const results = Object.entries(run.diagnosis).flatMap(([step, result]) =>
      result.done && !known.has(step) ? [{ step, ...result }] : [],
    );
    if (results.length === 0 || !isOpen()) return;
    for (const { step } of results) known.add(step);
    const { id, title } = run.runbook;
    collected = [
      ...collected,
      // The start of each step identifies it, however often the view of the run is replaced.
      ...results.flatMap((result) =>
        diagnosisAttachments({
          id: `${id} ${result.since ?? clock.now()}`,
          runbook: title,
          results: [result],
          at: clock.wallNow(),
        }),
      ),
    ];
  });

  return {
    attach: async (records, who) => {
      const events = collected;
      if (events.length === 0) return;
      await attachToOpen(records, cockpit.getState().incidents ?? [], events, { who, at: clock.wallNow() });
      // Kept until they are on disk: a record that is locked or full is tried again.
      collected = collected.filter((incidentEvent) => !events.includes(incidentEvent));
    },
  };
};
