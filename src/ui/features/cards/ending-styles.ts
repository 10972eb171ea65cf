import type { IncidentStatus } from '../../../domain/incident-status.ts';
import { isStoppedAfterSending, isUnverified, type RunEnding } from '../../../domain/run.ts';
import { endingWords, qualifiedOutcome } from '../../../domain/run-outcome.ts';
import type { PastRun } from '../../../store/cockpit.ts';
import type { GlyphName } from '../../theme/glyphs.ts';
import type { TextRole } from '../../theme/roles.ts';

export interface EndingStyle {
  readonly word: string;
  readonly glyph: GlyphName;
  readonly role: TextRole;
}

const markOf: Readonly<Record<RunEnding, Omit<EndingStyle, 'word'>>> = {
  recovered: { glyph: 'ok', role: 'ok' },
  'executed-not-recovered': { glyph: 'crit', role: 'crit' },
  failed: { glyph: 'crit', role: 'crit' },
  cancelled: { glyph: 'warn', role: 'warn' },
  declined: { glyph: 'off', role: 'plain' },
  forbidden: { glyph: 'denied', role: 'down' },
  'not-applicable': { glyph: 'off', role: 'plain' },
  'dry-run': { glyph: 'none', role: 'loading' },
};

/** Label, glyph and role of an ending. */
const endingStyle = (ending: RunEnding): EndingStyle => ({
  word: endingWords[ending],
  ...markOf[ending],
});

/** A recovered run whose verification has failed since. */
export const relapsedStyle: EndingStyle = { word: 'RELAPSED', glyph: 'crit', role: 'crit' };

/** A run that was stopped while something it sent is, or may be, in effect. */
const stoppedStyle: EndingStyle = { word: 'STOPPED AFTER SENDING', glyph: 'warn', role: 'warn' };

/** Glyph and role of a verified step by the state of the incident around it. */
const verifiedStepStyles: Readonly<Record<IncidentStatus['state'], Omit<EndingStyle, 'word'>>> = {
  ongoing: { glyph: 'warn', role: 'warn' },
  unknown: { glyph: 'unknown', role: 'unknown' },
  clearing: { glyph: 'loading', role: 'warn' },
  'all-clear': { glyph: 'ok', role: 'ok' },
};

/** The style of an outcome. A verified step is no recovery while the incident around it goes on. */
export const outcomeStyle = (
  ended: { readonly ending: RunEnding; readonly why: string },
  incident: IncidentStatus | undefined,
): EndingStyle => {
  if (isStoppedAfterSending(ended)) return stoppedStyle;
  const word = qualifiedOutcome(ended, incident);
  if (word !== undefined && isUnverified(ended)) return { word, glyph: 'none', role: 'plain' };
  return word === undefined || incident === undefined
    ? endingStyle(ended.ending)
    : { word, ...verifiedStepStyles[incident.state] };
};

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
  died: 'its opsdeck process died',
  unknown: 'still running elsewhere, or its process died',
};

/** Explains the step list above in an unfinished run's card. */
export const unfinishedStepTexts: Readonly<Record<UnfinishedReason, string>> = {
  going: 'the steps so far are listed above',
  died: 'the calls sent are listed above; outcome unknown',
  unknown: 'the calls sent are listed above; outcome unknown',
};
