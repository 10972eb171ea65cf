import type { DatabaseSync } from 'node:sqlite';
import type { Millis } from '../../../domain/fault.ts';
import {
  environmentId,
  findEnvironmentId,
  graceSlots,
  maxDeletedSlots,
  retainedSlots,
  slotOf,
} from './schema.ts';

/** One journal entry as text, at a wall-clock time. */
export interface JournalRecord {
  readonly system: string;
  readonly env: string;
  readonly at: Millis;
  readonly entry: string;
}

/** Maximum entries of all environments; beyond it, the oldest are deleted. */
const maxEntries = 20_000;
const retentionMs: Millis = 24 * 3_600_000;

/** Stores entries, each once, and deletes expired ones. */
export const insertJournal = (db: DatabaseSync, entries: readonly JournalRecord[], now: Millis): void => {
  const insert = db.prepare('INSERT INTO journal (place, at, entry) VALUES (?, ?, ?) ON CONFLICT DO NOTHING');
  for (const { system, env, at, entry } of entries)
    insert.run(environmentId(db, system, env), Math.round(at), entry);
  db.prepare('DELETE FROM journal WHERE id <= (SELECT max(id) FROM journal) - ?').run(maxEntries);
  db.prepare('DELETE FROM journal WHERE at < ? OR at > ?').run(now - retentionMs, now + retentionMs);
};

/** Returns the journal entries of an environment in [from, to), oldest first. */
export const readJournal = (
  db: DatabaseSync,
  system: string,
  env: string,
  from: Millis,
  to: Millis,
): readonly { readonly at: Millis; readonly entry: string }[] => {
  const place = findEnvironmentId(db, system, env);
  if (place === undefined) return [];
  return db
    .prepare('SELECT at, entry FROM journal WHERE place = ? AND at >= ? AND at < ? ORDER BY at, id')
    .all(place, from, to)
    .flatMap(({ at, entry }) => (typeof at === 'number' && typeof entry === 'string' ? [{ at, entry }] : []));
};

/** A value of one series at a wall-clock time. */
export interface ValueRecord {
  readonly system: string;
  readonly env: string;
  /** Signal row key. */
  readonly key: string;
  readonly at: Millis;
  readonly value: number;
}

/** Stores one value per series and slot; the newest one wins, also across processes. */
export const insertValues = (db: DatabaseSync, values: readonly ValueRecord[]): void => {
  const series = db.prepare(`
    INSERT INTO series (system, env, key, last) VALUES (?, ?, ?, ?)
    ON CONFLICT (system, env, key) DO UPDATE SET last = max(last, excluded.last) RETURNING id`);
  const point = db.prepare(`
    INSERT INTO points (slot, series, at, value) VALUES (?, ?, ?, ?)
    ON CONFLICT (slot, series) DO UPDATE SET at = excluded.at, value = excluded.value WHERE excluded.at > points.at`);
  for (const { system, env, key, at, value } of values) {
    const slot = slotOf(at);
    const id = series.get(system, env, key, slot)?.id;
    if (typeof id === 'number') point.run(slot, id, Math.round(at), value);
  }
};

const oldestSlot = (db: DatabaseSync): number | undefined => {
  const slot = db.prepare('SELECT min(slot) AS slot FROM points').get()?.slot;
  return typeof slot === 'number' ? slot : undefined;
};

/** Deletes values older than 24 h, a bounded number at a time, and the names of series without values. */
export const expireValues = (db: DatabaseSync, now: Millis): void => {
  const due = slotOf(now) - retainedSlots;
  const oldest = oldestSlot(db);
  if (oldest !== undefined && oldest < due)
    db.prepare('DELETE FROM points WHERE slot < ?').run(Math.min(due, oldest + maxDeletedSlots));
  // Values in the future come from a clock that was set back since.
  db.prepare('DELETE FROM points WHERE slot > ?').run(slotOf(now) + graceSlots);
  db.prepare('DELETE FROM series WHERE last < ?').run(due - graceSlots);
};

/** Deletes the oldest values, whatever their age. */
export const deleteOldestValues = (db: DatabaseSync): void => {
  const oldest = oldestSlot(db);
  if (oldest !== undefined) db.prepare('DELETE FROM points WHERE slot < ?').run(oldest + maxDeletedSlots);
};

/** Returns the values of an environment in [from, to), oldest first, by key. */
export const readValues = (
  db: DatabaseSync,
  system: string,
  env: string,
  from: Millis,
  to: Millis,
): ReadonlyMap<string, readonly { readonly at: Millis; readonly value: number }[]> => {
  // CROSS JOIN fixes the join order: SQLite scans the time range first, then looks up the series.
  const rows = db
    .prepare(`
      SELECT series.key AS key, points.at AS at, points.value AS value
      FROM points CROSS JOIN series ON series.id = points.series
      WHERE points.slot >= ? AND points.slot <= ? AND points.at >= ? AND points.at < ?
        AND series.system = ? AND series.env = ?
      ORDER BY points.slot`)
    .all(slotOf(from), slotOf(to), from, to, system, env);
  const values = new Map<string, { readonly at: Millis; readonly value: number }[]>();
  for (const { key, at, value } of rows) {
    if (typeof key !== 'string' || typeof at !== 'number' || typeof value !== 'number') continue;
    const had = values.get(key);
    if (had === undefined) values.set(key, [{ at, value }]);
    else had.push({ at, value });
  }
  return values;
};
