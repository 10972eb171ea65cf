import type { DatabaseSync } from 'node:sqlite';
import type { Millis } from '../../../domain/fault.ts';
import { placeIfAny, placeOf } from './schema.ts';

/** One entry of a journal as text, at a moment of the machine's clock. */
export interface KeptEntry {
  readonly system: string;
  readonly env: string;
  readonly at: Millis;
  readonly entry: string;
}

/** Entries of all environments; then the oldest go first. */
const entriesKept = 20_000;
const keptMs: Millis = 24 * 3_600_000;

/** Keeps entries, each once, and lets go of what is too old. */
export const insertEntries = (db: DatabaseSync, entries: readonly KeptEntry[], now: Millis): void => {
  const insert = db.prepare('INSERT INTO journal (place, at, entry) VALUES (?, ?, ?) ON CONFLICT DO NOTHING');
  for (const { system, env, at, entry } of entries)
    insert.run(placeOf(db, system, env), Math.round(at), entry);
  db.prepare('DELETE FROM journal WHERE id <= (SELECT max(id) FROM journal) - ?').run(entriesKept);
  db.prepare('DELETE FROM journal WHERE at < ? OR at > ?').run(now - keptMs, now + keptMs);
};

/** The entries of an environment in [from, to), oldest first. */
export const readEntries = (
  db: DatabaseSync,
  system: string,
  env: string,
  from: Millis,
  to: Millis,
): readonly { readonly at: Millis; readonly entry: string }[] => {
  const place = placeIfAny(db, system, env);
  if (place === undefined) return [];
  return db
    .prepare('SELECT at, entry FROM journal WHERE place = ? AND at >= ? AND at < ? ORDER BY at, id')
    .all(place, from, to)
    .flatMap(({ at, entry }) => (typeof at === 'number' && typeof entry === 'string' ? [{ at, entry }] : []));
};
