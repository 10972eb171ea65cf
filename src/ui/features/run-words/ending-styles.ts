import type { IncidentStatus } from '../../../domain/incidents/incident-status.ts';
import { type OutcomeKey, outcomeOf } from '../../../domain/runs/run-outcome.ts';
import type { PastRun } from '../../../store/cockpit.ts';
import type { GlyphName } from '../../kit/theme/glyphs.ts';
import type { TextRole } from '../../kit/theme/roles.ts';

export interface EndingStyle {
  readonly word: string;
  readonly glyph: GlyphName;
  readonly role: TextRole;
}

const markOf: Readonly<Record<OutcomeKey, Omit<EndingStyle, 'word'>>> = {
  recovered: { glyph: 'ok', role: 'ok' },
  'incident-goes-on': { glyph: 'warn', role: 'warn' },
  'not-verified': { glyph: 'none', role: 'plain' },
  'executed-not-recovered': { glyph: 'crit', role: 'crit' },
  healed: { glyph: 'warn', role: 'warn' },
  'symptom-not-proved': { glyph: 'crit', role: 'crit' },
  failed: { glyph: 'crit', role: 'crit' },
  'stopped-after-sending': { glyph: 'warn', role: 'warn' },
  cancelled: { glyph: 'warn', role: 'warn' },
  declined: { glyph: 'off', role: 'plain' },
  forbidden: { glyph: 'denied', role: 'down' },
  'not-applicable': { glyph: 'off', role: 'plain' },
  'dry-run': { glyph: 'none', role: 'loading' },
};

/** A recovered run whose verification has failed since. */
export const relapsedStyle: EndingStyle = { word: 'RELAPSED', glyph: 'crit', role: 'crit' };

/** Glyph and role of a verified step by the state of the incident around it. */
const verifiedStepStyles: Readonly<Record<IncidentStatus['state'], Omit<EndingStyle, 'word'>>> = {
  ongoing: { glyph: 'warn', role: 'warn' },
  unknown: { glyph: 'unknown', role: 'unknown' },
  clearing: { glyph: 'loading', role: 'warn' },
  'all-clear': { glyph: 'ok', role: 'ok' },
};

/** The style of an outcome. A verified step is no recovery while the incident around it goes on. */
export const outcomeStyle = (
  ended: Parameters<typeof outcomeOf>[0],
  incident: IncidentStatus | undefined,
): EndingStyle => {
  const { is, word } = outcomeOf(ended, incident);
  if (is === 'incident-goes-on' && incident !== undefined)
    return { word, ...verifiedStepStyles[incident.state] };
  return { word, ...markOf[is] };
};

/** Shortens 'EXECUTED, NOT RECOVERED', 'STOPPED AFTER SENDING' and 'STEP VERIFIED, INCIDENT …' for a column. */
export const shortOutcome = (word: string): string =>
  word
    .replace('EXECUTED, ', '')
    .replace('STOPPED AFTER SENDING', 'STOPPED, SENT')
    .replace(/, INCIDENT .*/, '');

export type UnfinishedReason = NonNullable<PastRun['unended']>;

/** Styles of runs without an ending. They must not look like failed runs or like runs that did nothing. */
export const unfinishedRunStyles: Readonly<Record<UnfinishedReason, EndingStyle>> = {
  going: { word: 'RUNNING', glyph: 'loading', role: 'loading' },
  died: { word: 'INTERRUPTED', glyph: 'unknown', role: 'unknown' },
  unknown: { word: 'UNFINISHED', glyph: 'unknown', role: 'unknown' },
};

/** Default reasons, used when the ledger has no better one. */
export const unfinishedReasonTexts: Readonly<Record<UnfinishedReason, string>> = {
  going: 'running in another opsdeck process',
  died: 'the opsdeck process died before the run ended',
  unknown: 'the run goes on in another process, or was interrupted',
};

/** Explains the step list in an unfinished run's card. */
export const unfinishedStepTexts: Readonly<Record<UnfinishedReason, string>> = {
  going: 'the steps below show how far the run got',
  died: 'the outcome of the calls below is unknown',
  unknown: 'the outcome of the calls below is unknown',
};
