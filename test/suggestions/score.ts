import { simulatedSystems, systemSpec } from '../../src/simulator/systems.ts';
import { coveragePart } from '../coverage/support/part.ts';
import { type ExpectedSuggestion, expectedSuggestions } from './expected.ts';
import type { SuggestedAt } from './measure.ts';

/** An incident of the simulator with its expected suggestions. */
export interface RatedIncident extends ExpectedSuggestion {
  readonly system: string;
  readonly incident: string;
}

/** Every incident of every simulated system. Throws for one without an entry in `expected.ts`. */
export const ratedIncidents = (): readonly RatedIncident[] =>
  simulatedSystems.flatMap((system) =>
    systemSpec(system).incidents.map(({ name: incident }) => {
      const expected = expectedSuggestions[system]?.[incident];
      if (expected === undefined)
        throw new Error(
          `no expected suggestions for ${system}/${incident}: add them to test/suggestions/expected.ts`,
        );
      return { system, incident, ...expected };
    }),
  );

/**
 * All of them; with `COVERAGE_SAMPLE` only every sixth of the two systems with the most incidents, and every second of the
 * others: a complete run takes as long as all other tests together. Always the same ones, because a share of right suggestions
 * is judged: another sample, or a smaller one, could miss it by one incident.
 */
export const sampledIncidents = (): readonly RatedIncident[] => {
  const { every } = coveragePart(process.env.COVERAGE_SAMPLE);
  const large: ReadonlySet<string> = new Set(['trading', 'event-processing']);
  return ratedIncidents().filter(
    ({ system }, index) => index % Math.min(every, large.has(system) ? 6 : 2) === 0,
  );
};

/**
 * `right`: an expected runbook is first. `none`: none is suggested, as expected. `over`: none is suggested, because the
 * incident has ended by itself.
 */
export type Rating = 'right' | 'none' | 'over' | 'late' | 'wrong' | 'harmful';

/** The rating of the first suggestion; `late`: there is none although one is expected. */
const rate = (
  { right, harmful = [] }: ExpectedSuggestion,
  first: string | undefined,
  isOver: boolean,
): Rating => {
  if (first === undefined && right.length === 0) return 'none';
  if (first === undefined) return isOver ? 'over' : 'late';
  if (harmful.includes(first)) return 'harmful';
  return right.includes(first) ? 'right' : 'wrong';
};

/** The ratings of one incident over time. */
export interface SuggestionScore {
  readonly system: string;
  readonly incident: string;
  readonly isRated: boolean;
  /** By time after the start of the incident. */
  readonly at: readonly { readonly afterMs: number; readonly rating: Rating; readonly first: string }[];
}

export const scoreOf = (incident: RatedIncident, measured: readonly SuggestedAt[]): SuggestionScore => ({
  system: incident.system,
  incident: incident.incident,
  isRated: incident.right.length > 0,
  at: measured.map(({ afterMs, runbooks, isOver }) => {
    const first = runbooks[0]?.runbook.id;
    return { afterMs, rating: rate(incident, first, isOver), first: first ?? '' };
  }),
});

const untilMs = 30_000;

/** Incidents with a right runbook, those with it first within 30 s, and those with a harmful one first at any time. */
export const summaryOf = (scores: readonly SuggestionScore[]) => {
  const rated = scores.filter(({ isRated }) => isRated);
  const inTime = rated.filter(({ at }) =>
    at.some(({ afterMs, rating }) => afterMs <= untilMs && rating === 'right'),
  );
  const harmful = scores.filter(({ at }) => at.some(({ rating }) => rating === 'harmful'));
  return {
    rated: rated.length,
    inTime: inTime.length,
    percent: rated.length === 0 ? 100 : (100 * inTime.length) / rated.length,
    missed: rated
      .filter((suggestionScore) => !inTime.includes(suggestionScore))
      .map(({ system, incident }) => `${system}/${incident}`),
    harmful: harmful.map(({ system, incident }) => `${system}/${incident}`),
  };
};
