import type { Millis } from '../../domain/base/fault.ts';
import type { SendOutcome, SentAction } from '../../domain/incidents/incident-event.ts';
import { isoTime } from '../../domain/text/format.ts';
import { type CheckRuling, forbids, passes } from './ruling.ts';

/** The message that a run is about to send about a declared incident. */
export interface IncidentReport {
  readonly run: string;
  readonly action: SentAction;
  /** 'INC-7' */
  readonly incident: string;
  /** The entry of the record that it sends; 0: none. */
  readonly update: number;
  /** The titles of the follow-ups that it files. Absent: none. */
  readonly issues?: readonly string[];
}

/** A run that has sent the same, or may have. */
export interface EarlierReport {
  readonly run: string;
  readonly outcome: SendOutcome;
  /** Wall-clock ms of the response, or of the last record. */
  readonly at: Millis;
  /** 'ana@desk-3' */
  readonly who: string;
}

/** The noun of what is sent; absent: PagerDuty itself tells whether it was done, and the recheck of its target reads it. */
export const reportNouns: Partial<Readonly<Record<SentAction, string>>> = {
  update: 'update',
  note: 'note',
  issue: 'issue',
  'follow-ups': 'follow-up issue',
};

const sentVerbs: typeof reportNouns = {
  update: 'posted',
  note: 'added',
  issue: 'filed',
  'follow-ups': 'filed',
};

const sentRemedies: typeof reportNouns = {
  issue: 'use the issue that is already filed',
  'follow-ups': 'close the card and file again: only the follow-ups without an issue are offered',
};

/**
 * Whether a report may be sent, in view of the runs that have sent the same. One that was sent is never sent again. One that
 * may have been sent is a decision of the operator, who must have known of it when the run was planned (`known`).
 */
export const repeatedReportRulings = (
  { action, incident, update }: IncidentReport,
  earlier: readonly EarlierReport[],
  known: readonly string[],
): readonly CheckRuling[] => {
  const noun = reportNouns[action];
  const what = update === 0 ? `the ${noun} of ${incident}` : `the ${noun} of ${incident} (entry ${update})`;
  const by = ({ run, who, at }: EarlierReport): string =>
    `by ${who} at ${isoTime(at).slice(11, 19)} UTC, run ${run}`;
  const sent = earlier.find(({ outcome }) => outcome === 'sent');
  if (sent !== undefined) {
    const verb = sentVerbs[action] ?? 'sent';
    const why = `${what} was already ${verb} ${by(sent)}`;
    const remedy =
      sentRemedies[action] ?? 'the same update is not sent twice: record a new update, then send that';
    return [forbids('report', why, remedy)];
  }
  const uncertain = earlier.find(({ outcome, run }) => outcome === 'unknown' && !known.includes(run));
  if (uncertain !== undefined) {
    const why = `${what} may have been sent meanwhile ${by(uncertain)}`;
    const remedy = 'check PagerDuty, Slack or GitHub for the message. To send again, plan the run again';
    return [forbids('report', why, remedy)];
  }
  return [passes('report', `the ledger has no record that ${what} was sent before`)];
};

/** The ruling where the earlier runs cannot be read: sending could repeat one of them. */
export const unreadableReports = (why: string): CheckRuling =>
  forbids(
    'report',
    `cannot read what was sent about the incident: ${why}`,
    'make the ledger readable for your user',
  );
