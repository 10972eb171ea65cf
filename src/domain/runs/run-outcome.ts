import type { Level } from '../facts/level.ts';
import {
  findingsText,
  goesOn,
  type IncidentStatus,
  incidentText,
  incidentWord,
} from '../incidents/incident-status.ts';
import {
  type EndingReason,
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
  readonly reason?: EndingReason | undefined;
}

/** The newest status of the incident around a run; undefined if none was recorded. */
export const incidentOf = (events: readonly RunEvent[]): IncidentStatus | undefined =>
  events.findLast((event) => event.event === 'incident' || event.event === 'ended')?.incident;

/** An outcome as every view, report and command tells it. */
interface Outcome {
  readonly word: string;
  /** The exit code of a command that ends with it. */
  readonly exit: number;
  /** The level of the run. A run that did nothing is no problem. */
  readonly level: Level;
}

/** Exit code after ctrl-c: 128 + SIGINT. */
export const cancelledExit = 130;

/**
 * The table of outcomes. Only a passed verification makes a run RECOVERED: a verified step is not the recovery of an incident
 * that goes on, an incident that is over without a proof of the run has healed by itself as far as anyone knows, a run stopped
 * after sending is not merely canceled, nothing is known of a run without verification, and an act that took place has not cured
 * the symptom.
 */
const outcomes = {
  recovered: { word: 'RECOVERED', exit: 0, level: 'ok' },
  'incident-goes-on': { word: 'STEP VERIFIED', exit: 5, level: 'warn' },
  'not-verified': { word: 'EXECUTED, NOT VERIFIED', exit: 0, level: 'warn' },
  'executed-not-recovered': { word: 'EXECUTED, NOT RECOVERED', exit: 1, level: 'crit' },
  healed: { word: 'EXECUTED, INCIDENT ALL CLEAR', exit: 1, level: 'warn' },
  'symptom-not-proved': { word: 'EXECUTED, SYMPTOM NOT PROVED', exit: 1, level: 'crit' },
  failed: { word: 'FAILED', exit: 2, level: 'crit' },
  'stopped-after-sending': { word: stoppedAfterSending.toUpperCase(), exit: cancelledExit, level: 'warn' },
  cancelled: { word: 'CANCELED', exit: cancelledExit, level: 'warn' },
  declined: { word: 'DECLINED', exit: 3, level: 'ok' },
  forbidden: { word: 'FORBIDDEN', exit: 3, level: 'warn' },
  'not-applicable': { word: 'NOT APPLICABLE', exit: 3, level: 'ok' },
  'dry-run': { word: 'DRY RUN', exit: 0, level: 'ok' },
} as const satisfies Readonly<Record<string, Outcome>>;

/** The key of an outcome in the table: an ending, or what tells it more exactly. */
export type OutcomeKey = keyof typeof outcomes;

/** The outcome of a run, by its ending and the newest status of the incident around it. */
export const outcomeOf = (ended: Ended, incident?: IncidentStatus): Outcome & { readonly is: OutcomeKey } => {
  const is = keyOf(ended, incident);
  const { word, exit, level } = outcomes[is];
  if (is !== 'incident-goes-on' || incident === undefined) return { is, word, exit, level };
  return { is, word: `${word}, INCIDENT ${incidentWord(incident)}`, exit, level };
};

const keyOf = (ended: Ended, incident: IncidentStatus | undefined): OutcomeKey => {
  if (isStoppedAfterSending(ended)) return 'stopped-after-sending';
  if (isUnverified(ended)) return 'not-verified';
  if (ended.ending === 'recovered' && goesOn(incident)) return 'incident-goes-on';
  const isUnproved = ended.ending === 'executed-not-recovered' && ended.reason === undefined;
  if (isUnproved && incident?.state === 'all-clear') return 'healed';
  return ended.reason ?? ended.ending;
};

/** 'EXECUTED, NOT RECOVERED', 'STOPPED AFTER SENDING', 'STEP VERIFIED, INCIDENT ONGOING'. */
export const outcomeWord = (ended: Ended, incident?: IncidentStatus): string =>
  outcomeOf(ended, incident).word;

/** The reason of an ending, without what its label says already. */
export const outcomeReason = (ended: Pick<Ended, 'ending' | 'why'>): string =>
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
