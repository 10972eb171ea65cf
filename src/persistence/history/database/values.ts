import type { DatabaseSync } from 'node:sqlite';
import type { Millis } from '../../../domain/base/fault.ts';
import {
  environmentId,
  findEnvironmentId,
  graceSlots,
  maxDeletedSlots,
  meanMs,
  retainedMeans,
  retainedSlots,
  slotOf,
  slotsPerMean,
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

/** Maximum means deleted by one call, by age: 2 h. */
const maxDeletedMeans = 12;

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
  // Every value counts, so two cockpits give a mean of both.
  const mean = db.prepare(`
    INSERT INTO means (bucket, series, sum, count) VALUES (?, ?, ?, 1)
    ON CONFLICT (bucket, series) DO UPDATE SET sum = sum + excluded.sum, count = count + 1`);
  for (const { system, env, key, at, value } of values) {
    const slot = slotOf(at);
    const id = series.get(system, env, key, slot)?.id;
    if (typeof id !== 'number') continue;
    point.run(slot, id, Math.round(at), value);
    mean.run(Math.floor(slot / slotsPerMean), id, value);
  }
};

const oldestSlot = (db: DatabaseSync): number | undefined => {
  const slot = db.prepare('SELECT min(slot) AS slot FROM points').get()?.slot;
  return typeof slot === 'number' ? slot : undefined;
};

const oldestBucket = (db: DatabaseSync): number | undefined => {
  const bucket = db.prepare('SELECT min(bucket) AS bucket FROM means').get()?.bucket;
  return typeof bucket === 'number' ? bucket : undefined;
};

/** Deletes means older than 8 d, a bounded number at a time. */
const expireMeans = (db: DatabaseSync, now: Millis): void => {
  const current = Math.floor(slotOf(now) / slotsPerMean);
  const due = current - retainedMeans;
  const oldest = oldestBucket(db);
  if (oldest !== undefined && oldest < due)
    db.prepare('DELETE FROM means WHERE bucket < ?').run(Math.min(due, oldest + maxDeletedMeans));
  db.prepare('DELETE FROM means WHERE bucket > ?').run(current + Math.ceil(graceSlots / slotsPerMean));
};

/** Deletes values older than 24 h, a bounded number at a time, and the names of series without values and means. */
export const expireValues = (db: DatabaseSync, now: Millis): void => {
  const due = slotOf(now) - retainedSlots;
  const oldest = oldestSlot(db);
  if (oldest !== undefined && oldest < due)
    db.prepare('DELETE FROM points WHERE slot < ?').run(Math.min(due, oldest + maxDeletedSlots));
  // Values in the future come from a clock that was set back since.
  db.prepare('DELETE FROM points WHERE slot > ?').run(slotOf(now) + graceSlots);
  expireMeans(db, now);
  const dueSeries = slotOf(now) - retainedMeans * slotsPerMean;
  db.prepare('DELETE FROM series WHERE last < ?').run(dueSeries - graceSlots);
};

/** Deletes the oldest values and means, whatever their age. */
export const deleteOldestValues = (db: DatabaseSync): void => {
  const bucket = oldestBucket(db);
  if (bucket !== undefined) db.prepare('DELETE FROM means WHERE bucket < ?').run(bucket + maxDeletedMeans);
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

/** Returns the 10 min means of a signal's series in [from, to), oldest first, by key; `at` is the middle of the 10 min. */
export const readMeans = (
  db: DatabaseSync,
  { system, env, signal }: { readonly system: string; readonly env: string; readonly signal: string },
  from: Millis,
  to: Millis,
): ReadonlyMap<string, readonly { readonly at: Millis; readonly value: number }[]> => {
  const keys = new Map<number, string>();
  for (const { id, key } of db
    .prepare(`
      SELECT id, key FROM series
      WHERE system = ? AND env = ? AND (key = ? OR substr(key, 1, ?) = ?)`)
    .all(system, env, signal, signal.length + 1, `${signal}{`))
    if (typeof id === 'number' && typeof key === 'string') keys.set(id, key);
  // Scans the time range once: a join would look up the series of every row in it.
  const rows = db
    .prepare(`
      SELECT bucket, series, sum / count AS value FROM means
      WHERE bucket >= ? AND bucket < ? AND series IN (SELECT value FROM json_each(?))
      ORDER BY bucket`)
    .all(Math.floor(from / meanMs), Math.ceil(to / meanMs), JSON.stringify([...keys.keys()]));
  const values = new Map<string, { readonly at: Millis; readonly value: number }[]>();
  for (const { bucket, series, value } of rows) {
    const key = typeof series === 'number' ? keys.get(series) : undefined;
    if (key === undefined || typeof bucket !== 'number' || typeof value !== 'number') continue;
    const point = { at: (bucket + 0.5) * meanMs, value };
    const had = values.get(key);
    if (had === undefined) values.set(key, [point]);
    else had.push(point);
  }
  return values;
};
