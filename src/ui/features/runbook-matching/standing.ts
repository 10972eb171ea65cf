import type { RunbookSuggestion } from '../../../store/runbook-suggestion.ts';
import type { TextRole } from '../../kit/theme/roles.ts';
import { hindranceWords, suggestionStanding } from '../../shell/state/blocked-reasons.ts';

const cannotTell = { glyph: 'unknown', role: 'unknown', word: 'cannot tell' } as const;

/** The match of a suggested runbook, or what is known against it. */
export const matchStyles = {
  yes: { glyph: 'chosen', role: 'focus', word: 'matches' },
  no: cannotTell,
  unknown: cannotTell,
  never: cannotTell,
  blocked: { glyph: 'off', role: 'warn', word: hindranceWords.blocked },
  tried: { glyph: 'off', role: 'warn', word: hindranceWords.tried },
  residue: { glyph: 'off', role: 'warn', word: hindranceWords.residue },
} as const;

/** The standing of a suggestion in some words: 'matches', 'fixes the cause', 'symptom only', 'tried'. */
export const suggestionWord = (
  suggestion: Pick<RunbookSuggestion, 'fits' | 'hindrance' | 'reason' | 'fixesCause'>,
): { readonly word: string; readonly role: TextRole } => {
  const { role, word } = matchStyles[suggestionStanding(suggestion)];
  const isSymptom = suggestion.fits === 'yes' && suggestion.reason?.startsWith('symptom') === true;
  if (suggestion.hindrance === undefined && suggestion.fixesCause === true)
    return { word: 'fixes the cause', role: 'ok' };
  if (isSymptom) return { word: 'symptom only', role: 'warn' };
  return { word, role: role === 'focus' ? 'ok' : role };
};
