import type { RunEnding } from '../../../domain/run.ts';
import type { PastRun } from '../../../store/cockpit.ts';
import type { GlyphName } from '../../theme/glyphs.ts';
import type { TextRole } from '../../theme/roles.ts';

export interface EndingStyle {
  readonly word: string;
  readonly glyph: GlyphName;
  readonly role: TextRole;
}

/** How each ending reads. Only proofs make a run recovered; everything that was only done is said to be no more than that. */
export const endingStyles: Readonly<Record<RunEnding, EndingStyle>> = {
  recovered: { word: 'RECOVERED', glyph: 'ok', role: 'ok' },
  'executed-not-recovered': { word: 'EXECUTED, NOT RECOVERED', glyph: 'crit', role: 'crit' },
  failed: { word: 'FAILED', glyph: 'crit', role: 'crit' },
  cancelled: { word: 'CANCELED', glyph: 'warn', role: 'warn' },
  declined: { word: 'DECLINED', glyph: 'off', role: 'plain' },
  forbidden: { word: 'FORBIDDEN', glyph: 'denied', role: 'down' },
  'not-applicable': { word: 'NOT APPLICABLE', glyph: 'off', role: 'plain' },
  'dry-run': { word: 'DRY RUN', glyph: 'none', role: 'loading' },
};

/** A run that had recovered, and of which a proof has failed since. */
export const relapsedStyle: EndingStyle = { word: 'RELAPSED', glyph: 'crit', role: 'crit' };

export type UnfinishedReason = NonNullable<PastRun['unended']>;

/** How a run without an ending reads: nobody may take it for one that failed, or for one that did nothing. */
export const unfinishedRunStyles: Readonly<Record<UnfinishedReason, EndingStyle>> = {
  going: { word: 'RUNNING', glyph: 'loading', role: 'loading' },
  died: { word: 'INTERRUPTED', glyph: 'unknown', role: 'unknown' },
  unknown: { word: 'UNFINISHED', glyph: 'unknown', role: 'unknown' },
};

/** Why it has none, where the ledger does not tell more. */
export const unfinishedReasonTexts: Readonly<Record<UnfinishedReason, string>> = {
  going: 'running in another opsdeck process',
  died: 'its opsdeck process died',
  unknown: 'still running elsewhere, or its process died',
};

/** What that means for what stands above it. */
export const unfinishedStepTexts: Readonly<Record<UnfinishedReason, string>> = {
  going: 'the steps so far are listed above',
  died: 'the calls sent are listed above; their outcome is unknown',
  unknown: 'the calls sent are listed above; their outcome is unknown',
};
