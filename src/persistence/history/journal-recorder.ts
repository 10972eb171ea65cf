import type { Millis } from '../../domain/base/fault.ts';
import type { JournalEntry } from '../../domain/facts/journal.ts';
import { dayMs } from '../../domain/text/duration.ts';
import type { Clock } from '../../platform/runtime/clock.ts';
import { type DocMask, maskedText } from '../../store/past/snapshot-doc.ts';
import type { HistoryDb } from './database/db.ts';
import type { JournalRecord } from './database/values.ts';

interface Place {
  readonly system: string;
  readonly env: string;
}

/** Access to the journal of the open environment. */
export interface JournalSource {
  /** Returns the open environment and its entries, oldest first; undefined while none is open. */
  now(): (Place & { readonly entries: readonly JournalEntry[] }) | undefined;
  /** Subscribes to changes; returns the unsubscribe function. */
  onChange(listener: () => void): () => void;
  /** Prepends earlier entries. */
  recall(place: Place, entries: readonly JournalEntry[]): void;
}

interface JournalRecorder {
  /** Writes new entries. Throws database errors; the next call tries the same entries again. */
  keep(db: HistoryDb): void;
  /** Prepends the recorded entries of the last day, if this environment is still open. */
  recall(db: HistoryDb, place: Place): void;
  stop(): void;
}

/** Maximum time in ms between two cockpits' entries for the same change. */
const sameChangeMs: Millis = 30_000;

const textOf = ({ at: _, ...entry }: JournalEntry): string => JSON.stringify(entry);

const isEntry = (value: unknown): value is Omit<JournalEntry, 'at'> =>
  typeof value === 'object' &&
  value !== null &&
  ['kind', 'level', 'what', 'change', 'source'].every((name) => typeof Reflect.get(value, name) === 'string');

const entryOf = (text: string, time: Millis): JournalEntry | undefined => {
  try {
    const value: unknown = JSON.parse(text);
    return isEntry(value) ? { ...value, at: time } : undefined;
  } catch {
    return undefined;
  }
};

/** Removes duplicate changes; the earliest entry remains. `entries`: oldest first. */
const distinct = (entries: readonly JournalEntry[]): readonly JournalEntry[] => {
  const seen = new Map<string, Millis>();
  return entries.filter((entry) => {
    // The ledger and the history may both have an event of a run, in slightly different words.
    const text = entry.run === undefined ? textOf(entry) : `run ${entry.run} ${entry.change}`;
    const before = seen.get(text);
    seen.set(text, entry.at);
    return before === undefined || entry.at - before > sameChangeMs;
  });
};

/** Merges earlier entries into the journal, without duplicates. */
export const mergeJournals = (
  journal: readonly JournalEntry[],
  earlier: readonly JournalEntry[],
): readonly JournalEntry[] => distinct([...earlier, ...journal].toSorted((a, b) => a.at - b.at));

/** Creates a recorder that stores and recalls journal entries of the environments that `isKept` accepts. */
export const createJournalRecorder = (
  source: JournalSource,
  { clock, mask }: { readonly clock: Pick<Clock, 'now' | 'wallNow' | 'wallOffset'>; readonly mask: DocMask },
  isKept: (place: Place) => boolean,
): JournalRecorder => {
  /** Entries that are stored, are waiting to be stored, or were recalled. */
  let known = new WeakSet<JournalEntry>();
  let waiting: readonly JournalRecord[] = [];

  const collect = (): void => {
    const journal = source.now();
    if (journal === undefined || !isKept(journal)) return;
    const fresh = journal.entries.filter((entry) => !known.has(entry));
    if (fresh.length === 0) return;
    const ahead = clock.wallOffset();
    for (const entry of fresh) known.add(entry);
    const { system, env } = journal;
    waiting = [
      ...waiting,
      ...fresh.map((entry) => ({
        system,
        env,
        at: entry.at + ahead,
        entry: maskedText(textOf(entry), mask),
      })),
    ];
  };
  const stop = source.onChange(collect);

  return {
    keep: (db) => {
      if (waiting.length === 0) return;
      db.note(waiting, clock.wallNow());
      waiting = [];
    },
    recall: (db, place) => {
      const ahead = clock.wallOffset();
      const until = clock.now() + ahead;
      const entries = db
        .entries(place.system, place.env, until - dayMs, until)
        .flatMap(({ at, entry }) => entryOf(entry, at - ahead) ?? []);
      for (const entry of entries) known.add(entry);
      if (entries.length > 0) source.recall(place, entries);
    },
    stop: () => {
      stop();
      known = new WeakSet();
    },
  };
};
