import type { Millis } from '../../domain/base/fault.ts';
import type { IncidentStatus } from '../../domain/incidents/incident-status.ts';
import type { Clock } from '../../platform/runtime/clock.ts';
import type { EnvironmentReader } from '../environment/environment-reader.ts';
import type { IncidentTracker } from './incident-tracker.ts';

const lookEveryMs: Millis = 2000;

/** Time limit of one reading: a source that is down must not keep the result away. */
const readMs: Millis = 3000;

/** For findings that remain or cannot be read: a source may need another reading, a restarted pod a moment. */
const patienceMs: Millis = 15_000;

/** For findings that only count the past, such as an alert whose rule looks at the last minute. */
const trailingMs: Millis = 60_000;

/** For findings that are gone and not yet for their hold time, which is the `for` of a signal at most. */
const holdMs: Millis = 5 * 60_000;

const limitOf = ({ state, waitsUntil }: IncidentStatus): Millis => {
  if (state === 'all-clear') return 0;
  if (state === 'clearing') return holdMs;
  return waitsUntil === undefined ? patienceMs : trailingMs;
};

interface SettleParts {
  readonly incident: IncidentTracker;
  readonly engine: EnvironmentReader;
  readonly clock: Clock;
  /** When the run was verified: its effect may be later than its action. */
  readonly verifiedAt: Millis;
}

/**
 * Waits until the incident around a verified run is over, or until waiting longer would tell nothing new. For a command, which
 * has no watch after its end: its exit code says how the incident stands.
 */
export const settleIncident = async (
  { incident, engine, clock, verifiedAt }: SettleParts,
  signal: AbortSignal,
): Promise<void> => {
  const began = clock.now();
  for (;;) {
    const left = began + limitOf(incident.status(verifiedAt)) - clock.now();
    if (left <= 0 || signal.aborted) return;
    const deadline = clock.deadline(Math.min(left, readMs));
    await engine.readNow(incident.feeds(), AbortSignal.any([signal, deadline.signal]));
    await incident.readEvidence(AbortSignal.any([signal, deadline.signal]));
    deadline.clear();
    if (incident.status(verifiedAt).state === 'all-clear') return;
    await clock.sleep(Math.min(left, lookEveryMs), signal);
  }
};
