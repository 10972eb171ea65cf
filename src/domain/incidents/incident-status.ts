import type { Level } from '../facts/level.ts';
import type { MissingObservation } from '../facts/missing-observation.ts';
import { formatDuration } from '../text/duration.ts';

/** A finding that is part of an incident. */
export interface IncidentFinding {
  /** 'breakers bus-0 · database open', 'Heap usage bus-0'. */
  readonly what: string;
  readonly level: Level;
  /**
   * Reason why a finding that is not there is not known to be cleared: 'Errors is silenced by ana: not resolved', 'errors
   * instance=orders-1 is gone, it was 48 % before the action'.
   */
  readonly why?: string;
  /** The observation without which it is unknown whether it is cleared. */
  readonly missing?: MissingObservation;
}

/** A signal or an object that was a finding when the run was confirmed: what it showed before the action, and shows now. Null: unknown. */
export interface FindingValue {
  /** 'Error rate', 'health broker'. */
  readonly object: string;
  readonly before: string | null;
  readonly after: string | null;
  /** The level of the value now. */
  readonly level: Level;
}

/**
 * The incident around a run: the findings that were there when it was confirmed. Separate from the ending, which only
 * says what the run itself has verified.
 */
export interface IncidentStatus {
  /**
   * `ongoing`: a finding remains, or a new critical one has appeared. `unknown`: none is known to remain, but some cannot
   * be read, or has vanished. `clearing`: all are cleared, but not yet for their hold time. `all-clear`: cleared for their hold time.
   */
  readonly state: 'ongoing' | 'unknown' | 'clearing' | 'all-clear';
  /** Number of findings at the confirmation: the critical ones, or the warnings when none was critical. */
  readonly began: number;
  readonly remaining: number;
  /** Findings of the start that cannot be read now, and alerts that are not shown to be resolved: neither gone nor remaining. */
  readonly unknown: number;
  /**
   * Findings of the start whose row or series is gone without a declared effect of the run: nothing says that they were solved. Not
   * among `unknown`. Absent: none.
   */
  readonly vanished?: number;
  /** Critical findings that were not there at the start. */
  readonly arisen: number;
  /** The worst ones of those that remain, are unknown or are new; at most a few. */
  readonly worst: readonly IncidentFinding[];
  /** The signals and states of the start, before the action and now; at most a few. Absent: none is known, or the ledger is older. */
  readonly values?: readonly FindingValue[];
  /** Id of the next runbook that matches the facts, preferably not the one of the run; absent: none does. */
  readonly next?: string;
  /**
   * Ms on the clock of the run. Until then no runbook is suggested: the run was verified, and the findings that remain
   * only count the past.
   */
  readonly waitsUntil?: number;
  /**
   * Ms. The findings that remain only count the past, the longest of them over this time: too long to wait until they
   * clear, as an SLO over 30 days.
   */
  readonly countsMs?: number;
}

/** 'the finding is', 'both findings are', 'all 12 findings are' */
const allAre = (count: number): string => {
  if (count === 1) return 'the finding is';
  return count === 2 ? 'both findings are' : `all ${count} findings are`;
};

/** Text on the remaining ones of several findings: '1 of 12 findings remains, 2 unknown'. Of a single one: 'the state of the finding is unknown'. */
const leftTexts = ({
  began,
  remaining,
  unknown,
  vanished = 0,
  arisen,
}: IncidentStatus): readonly string[] => {
  if (began === 1 && remaining > 0) return ['the finding remains'];
  if (began === 1 && vanished > 0) return ['the finding is no longer reported'];
  if (began === 1 && unknown > 0) return ['the state of the finding is unknown'];
  if (remaining === 0 && arisen === 0 && vanished + unknown > 0)
    return [
      `${began} findings: ${began - unknown - vanished} cleared`,
      vanished > 0 ? `${vanished} vanished` : '',
      unknown > 0 ? `${unknown} unknown` : '',
    ];
  return [
    remaining > 0 || arisen === 0
      ? `${remaining} of ${began} findings ${remaining === 1 ? 'remains' : 'remain'}`
      : '',
    unknown > 0 ? `${unknown} unknown` : '',
    vanished > 0 ? `${vanished} vanished` : '',
  ];
};

/** The state in words: 'ONGOING'. */
export const incidentWord = ({ state }: IncidentStatus): string => state.replace('-', ' ').toUpperCase();

/** 'worst: health billing down'; of one that is not there, why it is not known to be cleared. */
const firstText = ({ what, why }: IncidentFinding): string => why ?? `worst: ${what}`;

/** 'all 12 findings are cleared' */
export const clearedText = ({ began }: IncidentStatus): string => `${allAre(began)} cleared`;

/** The findings in words: '11 of 12 findings remain, 1 unknown; worst: breakers bus-0 · database open'. */
export const findingsText = (incident: IncidentStatus): string => {
  const { state, arisen, worst } = incident;
  const [first] = worst;
  switch (state) {
    case 'all-clear':
      return `${clearedText(incident)}, and stayed so for the hold time`;
    case 'clearing':
      return `${clearedText(incident)}, but not yet for the whole hold time`;
    default: {
      const parts = [...leftTexts(incident), arisen > 0 ? `${arisen} new critical` : ''].filter(
        (part) => part !== '',
      );
      return `${parts.join(', ')}${first === undefined ? '' : `; ${firstText(first)}`}${countsText(incident)}`;
    }
  }
};

/** The state and its findings: 'ongoing: 11 of 12 findings remain'. Without the next runbook. */
export const incidentText = (incident: IncidentStatus): string =>
  `${incidentWord(incident).toLowerCase()}: ${findingsText(incident)}`;

/** '; the rest counts the last 30d, and clears only as that time passes' */
const countsText = ({ countsMs }: IncidentStatus): string =>
  countsMs === undefined
    ? ''
    : `. What remains counts the last ${formatDuration(countsMs)}, and clears only as that time passes`;

/** True while the incident keeps a verified step from being called a recovery. */
export const goesOn = (incident: IncidentStatus | undefined): boolean =>
  incident !== undefined && incident.state !== 'all-clear';
