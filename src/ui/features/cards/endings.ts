import type { Ending } from '../../../domain/run.ts';
import type { PastRun } from '../../../store/cockpit.ts';
import type { GlyphName } from '../../theme/glyphs.ts';
import type { Role } from '../../theme/roles.ts';

export interface Look {
  readonly word: string;
  readonly glyph: GlyphName;
  readonly role: Role;
}

/** How each ending reads. Only proofs make a run recovered; everything that was only done is said to be no more than that. */
export const endingLooks: Readonly<Record<Ending, Look>> = {
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
export const relapsedLook: Look = { word: 'RELAPSED', glyph: 'crit', role: 'crit' };

export type Unended = NonNullable<PastRun['unended']>;

/** How a run without an ending reads: nobody may take it for one that failed, or for one that did nothing. */
export const unendedLooks: Readonly<Record<Unended, Look>> = {
  going: { word: 'GOES ON', glyph: 'loading', role: 'loading' },
  died: { word: 'DIED', glyph: 'unknown', role: 'unknown' },
  unknown: { word: 'NO ENDING', glyph: 'unknown', role: 'unknown' },
};

/** Why it has none, where the ledger does not tell more. */
export const unendedWords: Readonly<Record<Unended, string>> = {
  going: 'it goes on in another opsdeck',
  died: 'its process died',
  unknown: 'it goes on elsewhere, or its process died',
};

/** What that means for what stands above it. */
export const unendedRest: Readonly<Record<Unended, string>> = {
  going: 'above is what it has done until now',
  died: 'what it sent is above, what came of it is not known',
  unknown: 'what it sent is above, what came of it is not known',
};
