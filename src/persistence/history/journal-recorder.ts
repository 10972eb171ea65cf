import type { Millis } from '../../domain/fault.ts';
import type { JournalEntry } from '../../domain/journal.ts';
import type { Clock } from '../../platform/clock.ts';
import { type DocMask, maskedText } from '../../store/past/snapshot-doc.ts';
import type { HistoryDb } from './database/db.ts';
import type { JournalRecord } from './database/values.ts';

interface Place {
  readonly system: string;
  readonly env: string;
}

/** Where the journal of the open environment is. */
export interface JournalSource {
  /** Whose it is and its entries, oldest first; undefined while nothing is open. */
  now(): (Place & { readonly entries: readonly JournalEntry[] }) | undefined;
  /** Tells when it has changed; returns how to stop. */
  onChange(listener: () => void): () => void;
  /** Puts entries of before in front. */
  recall(place: Place, entries: readonly JournalEntry[]): void;
}

interface JournalRecorder {
  /** Writes what is new. Throws what the database throws, and tries the same again the next time. */
  keep(db: HistoryDb): void;
  /** Puts what was kept of the last day in front of the journal, if it is still that of this environment. */
  recall(db: HistoryDb, place: Place): void;
  stop(): void;
}

const dayMs: Millis = 24 * 3_600_000;
/** Two cockpits see the same change so far apart, at most. */
const sameChangeMs: Millis = 30_000;

const textOf = ({ at: _, ...entry }: JournalEntry): string => JSON.stringify(entry);

const isEntry = (value: unknown): value is Omit<JournalEntry, 'at'> =>
  typeof value === 'object' &&
  value !== null &&
  ['kind', 'level', 'what', 'change', 'source'].every((name) => typeof Reflect.get(value, name) === 'string');

const entryOf = (text: string, at: Millis): JournalEntry | undefined => {
  try {
    const value: unknown = JSON.parse(text);
    return isEntry(value) ? { ...value, at } : undefined;
  } catch {
    return undefined;
  }
};

/** Each change once, whoever saw it first. `entries`: oldest first. */
const distinct = (entries: readonly JournalEntry[]): readonly JournalEntry[] => {
  const seen = new Map<string, Millis>();
  return entries.filter((entry) => {
    const text = textOf(entry);
    const before = seen.get(text);
    seen.set(text, entry.at);
    return before === undefined || entry.at - before > sameChangeMs;
  });
};

/** The journal with entries of before, each once. */
export const mergeJournals = (
  journal: readonly JournalEntry[],
  earlier: readonly JournalEntry[],
): readonly JournalEntry[] => distinct([...earlier, ...journal].toSorted((a, b) => a.at - b.at));

/** Keeps the entries of a journal as they come, where `isKept` says so, and recalls them. */
export const createJournalRecorder = (
  door: JournalSource,
  { clock, mask }: { readonly clock: Pick<Clock, 'now' | 'wallOffset'>; readonly mask: DocMask },
  isKept: (place: Place) => boolean,
): JournalRecorder => {
  /** Entries that are written, wait to be, or were read from there. */
  let known = new WeakSet<JournalEntry>();
  let waiting: readonly JournalRecord[] = [];

  const collect = (): void => {
    const journal = door.now();
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
  const stop = door.onChange(collect);

  return {
    keep: (db) => {
      if (waiting.length === 0) return;
      db.note(waiting, clock.now() + clock.wallOffset());
      waiting = [];
    },
    recall: (db, place) => {
      const ahead = clock.wallOffset();
      const until = clock.now() + ahead;
      const found = db
        .entries(place.system, place.env, until - dayMs, until)
        .flatMap(({ at, entry }) => entryOf(entry, at - ahead) ?? []);
      for (const entry of found) known.add(entry);
      if (found.length > 0) door.recall(place, found);
    },
    stop: () => {
      stop();
      known = new WeakSet();
    },
  };
};
