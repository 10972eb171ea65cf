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
  'executed-not-recovered': { word: 'EXECUTED but NOT RECOVERED', glyph: 'crit', role: 'crit' },
  failed: { word: 'FAILED', glyph: 'crit', role: 'crit' },
  cancelled: { word: 'CANCELLED', glyph: 'warn', role: 'warn' },
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
  going: { word: 'GOES ON', glyph: 'loading', role: 'loading' },
  died: { word: 'DIED', glyph: 'unknown', role: 'unknown' },
  unknown: { word: 'NO ENDING', glyph: 'unknown', role: 'unknown' },
};

/** Why it has none, where the ledger does not tell more. */
export const unfinishedReasonTexts: Readonly<Record<UnfinishedReason, string>> = {
  going: 'it goes on in another opsdeck',
  died: 'its process died',
  unknown: 'it goes on elsewhere, or its process died',
};

/** What that means for what stands above it. */
export const unfinishedStepTexts: Readonly<Record<UnfinishedReason, string>> = {
  going: 'above is what it has done until now',
  died: 'what it sent is above, what came of it is not known',
  unknown: 'what it sent is above, what came of it is not known',
};
