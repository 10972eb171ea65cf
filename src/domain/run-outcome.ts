import { findingsText, goesOn, type IncidentStatus, incidentText, incidentWord } from './incident-status.ts';
import {
  isStoppedAfterSending,
  isUnverified,
  type RunEnding,
  type RunEvent,
  stoppedAfterSending,
} from './run.ts';

/** The end of a run, and its reason. */
interface Ended {
  readonly ending: RunEnding;
  readonly why: string;
}

/** The newest status of the incident around a run; undefined if none was recorded. */
export const incidentOf = (events: readonly RunEvent[]): IncidentStatus | undefined =>
  events.findLast((event) => event.event === 'incident' || event.event === 'ended')?.incident;

/** Label of a run whose own verification holds while the incident around it goes on. */
const stepVerified = 'STEP VERIFIED';

/** Label of a run that was carried out and verified nothing. */
const notVerified = 'EXECUTED, NOT VERIFIED';

/** Labels of the endings. Only a passed verification makes a run RECOVERED. */
export const endingWords: Readonly<Record<RunEnding, string>> = {
  recovered: 'RECOVERED',
  'executed-not-recovered': 'EXECUTED, NOT RECOVERED',
  failed: 'FAILED',
  cancelled: 'CANCELED',
  declined: 'DECLINED',
  forbidden: 'FORBIDDEN',
  'not-applicable': 'NOT APPLICABLE',
  'dry-run': 'DRY RUN',
};

/**
 * The label of an outcome that the word of its ending would tell wrongly: a run stopped after sending is not merely
 * canceled, a verified step is not the recovery of an incident that goes on, and nothing is known of a run without
 * verification. Undefined for any other.
 */
export const qualifiedOutcome = (ended: Ended, incident?: IncidentStatus): string | undefined => {
  if (isStoppedAfterSending(ended)) return stoppedAfterSending.toUpperCase();
  if (isUnverified(ended)) return notVerified;
  if (ended.ending !== 'recovered' || incident === undefined || !goesOn(incident)) return undefined;
  return `${stepVerified}, INCIDENT ${incidentWord(incident)}`;
};

/** 'EXECUTED, NOT RECOVERED', 'STOPPED AFTER SENDING', 'STEP VERIFIED, INCIDENT ONGOING'. */
export const outcomeWord = (ended: Ended, incident?: IncidentStatus): string =>
  qualifiedOutcome(ended, incident) ?? endingWords[ended.ending];

/** The reason of an ending, without what its label says already. */
export const outcomeReason = (ended: Ended): string =>
  isStoppedAfterSending(ended) ? ended.why.slice(stoppedAfterSending.length).replace(/^: /, '') : ended.why;

const nextText = ({ next }: IncidentStatus): string => (next === undefined ? '' : `; next: ${next}`);

/** 'incident ongoing: 11 of 12 findings remain …; next: breakers-open'. */
export const incidentLine = (incident: IncidentStatus): string =>
  `incident ${incidentText(incident)}${nextText(incident)}`;

/** The outcome with its reason and the findings around it, each said once; for one line of a journal. */
export const outcomeLine = (ended: Ended, incident?: IncidentStatus): string => {
  const word = outcomeWord(ended, incident);
  const around = incident === undefined ? '' : incidentLine(incident);
  // 'STEP VERIFIED, INCIDENT ONGOING' has named the state.
  const isNamed = incident !== undefined && word.endsWith(`INCIDENT ${incidentWord(incident)}`);
  const findings = isNamed ? `${findingsText(incident)}${nextText(incident)}` : around;
  const why = [outcomeReason(ended), findings].filter((part) => part !== '').join('; ');
  return `${word}${why === '' ? '' : `: ${why}`}`;
};
