import type { DatabaseSync } from 'node:sqlite';
import { defined } from '../../../domain/base/defined.ts';
import type { Millis } from '../../../domain/base/fault.ts';
import {
  environmentId,
  findEnvironmentId,
  graceSlots,
  maxDeletedSlots,
  retainedSlots,
  slotOf,
} from './schema.ts';

/**
 * Snapshot of an environment at a wall-clock time: complete (keyframe), or as a delta to an earlier keyframe.
 */
export interface SnapshotRecord {
  readonly system: string;
  readonly env: string;
  readonly at: Millis;
  /** Offset in ms of the wall clock against the clock of the facts' timestamps. */
  readonly ahead: Millis;
  readonly packed:
    | { readonly is: 'whole'; readonly bytes: Uint8Array }
    /** `keyframe`: the id that `insertSnapshot` returned for the keyframe. */
    | { readonly is: 'delta'; readonly bytes: Uint8Array; readonly keyframe: number };
}

/** A snapshot as read back: its keyframe and, unless it is the keyframe itself, a delta. */
export interface HistorySnapshot {
  readonly at: Millis;
  readonly ahead: Millis;
  readonly whole: Uint8Array;
  readonly delta?: Uint8Array;
}

/** Times of the snapshots before and after a time. */
export interface NeighborTimes {
  readonly before?: Millis;
  readonly after?: Millis;
}

const insertWhole = (db: DatabaseSync, slot: number, bytes: Uint8Array): number => {
  const { lastInsertRowid } = db
    .prepare('INSERT INTO keyframes (slot, whole) VALUES (?, ?)')
    .run(slot, bytes);
  return Number(lastInsertRowid);
};

const hasKeyframe = (db: DatabaseSync, id: number): boolean =>
  db.prepare('SELECT 1 AS there FROM keyframes WHERE id = ?').get(id) !== undefined;

/**
 * Stores one snapshot per environment and 15 s slot; the newest one wins, also across processes. Returns the
 * keyframe's id; undefined, with nothing written, if the keyframe was deleted.
 */
export const insertSnapshot = (db: DatabaseSync, record: SnapshotRecord): number | undefined => {
  const { at, ahead, packed } = record;
  const slot = slotOf(at);
  if (packed.is === 'delta' && !hasKeyframe(db, packed.keyframe)) return undefined;
  const keyframe = packed.is === 'whole' ? insertWhole(db, slot, packed.bytes) : packed.keyframe;
  db.prepare(`
    INSERT INTO moments (slot, place, at, ahead, keyframe, delta) VALUES (?, ?, ?, ?, ?, ?)
    ON CONFLICT (slot, place) DO UPDATE
    SET at = excluded.at, ahead = excluded.ahead, keyframe = excluded.keyframe, delta = excluded.delta
    WHERE excluded.at >= moments.at`).run(
    slot,
    environmentId(db, record.system, record.env),
    Math.round(at),
    Math.round(ahead),
    keyframe,
    packed.is === 'delta' ? packed.bytes : null,
  );
  return keyframe;
};

const numberOf = (value: unknown): number | undefined => (typeof value === 'number' ? value : undefined);

const oldestSlot = (db: DatabaseSync): number | undefined =>
  numberOf(db.prepare('SELECT min(slot) AS slot FROM moments').get()?.slot);

/** Maximum age of a keyframe, in slots, relative to its last delta; larger than any recorder uses. */
const keyframeSlots = 80;

const deleteBefore = (db: DatabaseSync, slot: number): void => {
  db.prepare('DELETE FROM moments WHERE slot < ?').run(slot);
  db.prepare('DELETE FROM keyframes WHERE slot < ?').run(slot - keyframeSlots);
};

/** Deletes the oldest snapshots, whatever their age; returns false when the table is empty. */
export const deleteOldestSnapshots = (db: DatabaseSync): boolean => {
  const oldest = oldestSlot(db);
  if (oldest !== undefined) deleteBefore(db, oldest + maxDeletedSlots);
  return oldest !== undefined;
};

/** Returns the size of all snapshots in bytes. Reads only the header of each row. */
const bytesOf = (db: DatabaseSync): number => {
  const { deltas, wholes } = db
    .prepare(`
      SELECT (SELECT total(length(delta)) FROM moments) AS deltas,
             (SELECT total(length(whole)) FROM keyframes) AS wholes`)
    .get() ?? { deltas: 0, wholes: 0 };
  return (numberOf(deltas) ?? 0) + (numberOf(wholes) ?? 0);
};

/**
 * Deletes snapshots older than 24 h, a bounded number at a time, and the oldest ones while the total exceeds
 * `maxBytes`.
 */
export const expireSnapshots = (db: DatabaseSync, now: Millis, maxBytes: number): void => {
  const due = slotOf(now) - retainedSlots;
  const oldest = oldestSlot(db);
  if (oldest !== undefined && oldest < due) deleteBefore(db, Math.min(due, oldest + maxDeletedSlots));
  const future = slotOf(now) + graceSlots;
  db.prepare('DELETE FROM moments WHERE slot > ?').run(future);
  db.prepare('DELETE FROM keyframes WHERE slot > ? OR slot < ?').run(future, due - keyframeSlots);
  if (bytesOf(db) > maxBytes) deleteOldestSnapshots(db);
};

/** Returns the newest snapshot of an environment in (after, until], or undefined. */
export const readSnapshot = (
  db: DatabaseSync,
  system: string,
  env: string,
  after: Millis,
  until: Millis,
): HistorySnapshot | undefined => {
  const place = findEnvironmentId(db, system, env);
  if (place === undefined) return undefined;
  const row = db
    .prepare(`
      SELECT moments.at AS at, ahead, delta, whole
      FROM moments JOIN keyframes ON keyframes.id = moments.keyframe
      WHERE place = ? AND at > ? AND at <= ? ORDER BY at DESC LIMIT 1`)
    .get(place, after, until);
  const time = numberOf(row?.at);
  const ahead = numberOf(row?.ahead);
  if (time === undefined || ahead === undefined || !(row?.whole instanceof Uint8Array)) return undefined;
  const delta = row.delta instanceof Uint8Array ? { delta: row.delta } : {};
  return { at: time, ahead, whole: row.whole, ...delta };
};

/** Returns the times of the neighboring snapshots of an environment. */
export const neighborTimes = (db: DatabaseSync, system: string, env: string, time: Millis): NeighborTimes => {
  const place = findEnvironmentId(db, system, env);
  if (place === undefined) return {};
  const find = (order: string): number | undefined =>
    numberOf(
      db.prepare(`SELECT at FROM moments WHERE place = ? AND at ${order} LIMIT 1`).get(place, time)?.at,
    );
  const before = find('<= ? ORDER BY at DESC');
  const after = find('> ? ORDER BY at');
  return { ...defined({ before, after }) };
};
