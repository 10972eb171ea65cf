import type { Millis } from '../../domain/base/fault.ts';
import type { IncidentStatus } from '../../domain/incidents/incident-status.ts';
import type { Clock } from '../../platform/runtime/clock.ts';
import type { RunRecorder } from '../records/recorder.ts';
import type { IncidentTracker } from './incident-tracker.ts';

const lookEveryMs: Millis = 2000;

/** Counts change with every reading of a large incident; only a change of the state is recorded at once. */
const quietMs: Millis = 15_000;

/** Interval at which its evidence is read, which no poll does. */
const evidenceEveryMs: Millis = 10_000;

interface WatchIncidentParts {
  readonly incident: IncidentTracker;
  /** The status at the end of the run. */
  readonly last: IncidentStatus;
  readonly clock: Clock;
  readonly recorder: RunRecorder;
  readonly forMs: Millis;
  /** When the verified run has ended: its effect may be later than its action. */
  readonly verifiedAt: Millis;
}

const isSame = (a: IncidentStatus, b: IncidentStatus): boolean =>
  a.state === b.state &&
  a.remaining === b.remaining &&
  a.unknown === b.unknown &&
  a.vanished === b.vanished &&
  a.arisen === b.arisen &&
  a.next === b.next;

/**
 * Records every change of the incident around an ended run, until the watch time is over or the signal aborts. Continues
 * after the all-clear, because an incident that returns must be reported.
 */
export const watchIncident = async (
  { incident, last, clock, recorder, forMs, verifiedAt }: WatchIncidentParts,
  signal: AbortSignal,
): Promise<void> => {
  const until = clock.now() + forMs;
  let recorded = last;
  let recordedAt = clock.now();
  while (!signal.aborted && clock.now() < until) {
    await clock.sleep(Math.min(lookEveryMs, until - clock.now()), signal);
    if (signal.aborted) return;
    await incident.readEvidence(signal, evidenceEveryMs);
    if (signal.aborted) return;
    const status = incident.status(verifiedAt);
    const isDue = status.state !== recorded.state || clock.now() - recordedAt >= quietMs;
    if (isSame(status, recorded) || !isDue) continue;
    [recorded, recordedAt] = [status, clock.now()];
    await recorder.note({ event: 'incident', incident: status });
  }
};
