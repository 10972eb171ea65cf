import type { JournalEntry } from '../../domain/journal.ts';
import type { CockpitState } from '../../store/cockpit.ts';

/** How many changes are kept in memory. */
const kept = 2000;

/** The journal with these behind it, oldest dropped. */
export const withEntries = (
  { journal }: Pick<CockpitState, 'journal'>,
  entries: readonly JournalEntry[],
): Pick<CockpitState, 'journal'> => ({ journal: [...journal, ...entries].slice(-kept) });
