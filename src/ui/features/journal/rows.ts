import type { JournalEntry } from '../../../domain/journal.ts';
import type { PaneRow } from '../../panes/row.ts';
import type { View } from '../../view.ts';

/** One change. */
export interface JournalRow extends PaneRow {
  readonly entry: JournalEntry;
}

const made = new WeakMap<JournalEntry, JournalRow>();

/** Entries do not change: the row of each is made once. */
const rowOf = (entry: JournalEntry): JournalRow => {
  const had = made.get(entry);
  if (had !== undefined) return had;
  const { at, kind, what, change, source, level } = entry;
  const row: JournalRow = {
    key: `${at} ${kind} ${what} ${change}`,
    level,
    label: `${what} ${change}`,
    text: `${kind} ${what} ${change} ${source}`,
    entry,
  };
  made.set(entry, row);
  return row;
};

/** What changed, newest first. */
export const journalRows = ({ cockpit }: View): readonly JournalRow[] =>
  cockpit.journal.toReversed().map(rowOf);
