import type { StoreApi } from 'zustand/vanilla';
import type { JournalEntry } from '../../../domain/facts/journal.ts';
import type { CockpitState } from '../../../store/cockpit.ts';
import type { RecordedMark } from './format.ts';

/** Identity of an entry: folded ones are replaced by newer objects. */
const identityOf = ({ at, kind, what, change }: JournalEntry): string => `${at} ${kind} ${what} ${change}`;

/** The entries of the journal that were added after another state of it, and happened since `from`. */
const newJournalEntries = (
  was: readonly JournalEntry[],
  now: readonly JournalEntry[],
  from: number,
): readonly JournalEntry[] => {
  const known = new Set(was);
  const added = now.filter((entry) => !known.has(entry) && entry.at >= from);
  if (added.length === 0) return [];
  const before = new Set(was.map(identityOf));
  return added.filter((entry) => !before.has(identityOf(entry)));
};

/** The mark for an opened environment. */
const openMark = ({ system, env, title, embedded }: NonNullable<CockpitState['open']>): RecordedMark => ({
  kind: 'open',
  level: 'ok',
  what: `${system}/${env}`,
  change: `opened${embedded ? ' on a simulator' : ''}: ${title}`,
});

/**
 * Calls `mark` for every environment that is opened, and for every change that Changes shows from now on. Returns an unsubscribe function.
 */
export const watchJournal = (
  cockpit: StoreApi<CockpitState>,
  now: () => number,
  mark: (mark: RecordedMark) => void,
): (() => void) => {
  const from = now();
  return cockpit.subscribe((state, was) => {
    const { open, journal } = state;
    const isOther = open !== undefined && (open.system !== was.open?.system || open.env !== was.open.env);
    if (isOther) mark(openMark(open));
    if (journal === was.journal) return;
    for (const { kind, level, what, change } of newJournalEntries(isOther ? [] : was.journal, journal, from))
      mark({ kind, level, what, change });
  });
};
