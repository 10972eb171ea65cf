import type { Millis } from '../base/fault.ts';
import { isSameMissing, type MissingObservation } from '../facts/missing-observation.ts';
import type { IncidentStatus } from '../incidents/incident-status.ts';
import type { CheckState, RunEvent } from './run.ts';

type Ended = Extract<RunEvent, { event: 'ended' }>;

/** The observations that are missing at the end of a run: for its checks that are unknown, and for the findings of the incident around it. Each once. */
const missingAtEnd = (
  proofs: readonly CheckState[],
  ended: Pick<Ended, 'ending'>,
  incident: IncidentStatus | undefined,
): readonly MissingObservation[] => {
  const isVerified = ended.ending === 'recovered' || ended.ending === 'executed-not-recovered';
  const ofChecks = isVerified
    ? proofs.flatMap(({ value, missing }) => (value === 'unknown' ? (missing ?? []) : []))
    : [];
  const ofFindings = incident?.worst.flatMap(({ missing }) => missing ?? []) ?? [];
  return [...ofChecks, ...ofFindings].filter(
    (missing, index, all) => all.findIndex((other) => isSameMissing(other, missing)) === index,
  );
};

/** The observations that are missing after the events of a run, and the time of its newest record. Empty while it goes on. */
export const missingIn = (
  events: readonly RunEvent[],
): { readonly missing: readonly MissingObservation[]; readonly at: Millis } => {
  const ended = events.findLast((event) => event.event === 'ended');
  const newest = events.findLast((event) => event.event === 'incident') ?? ended;
  const states = events.findLast((event) => event.event === 'verifying')?.proofs ?? [];
  if (ended === undefined || newest === undefined) return { missing: [], at: 0 };
  return { missing: missingAtEnd(states, ended, newest.incident), at: newest.at };
};
