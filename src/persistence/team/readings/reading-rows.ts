import type { Millis } from '../../../domain/base/fault.ts';
import { type AskState, fromHex } from '../database/database.ts';

/** A row is removed when nothing has polled its call for this long. */
const keptMs: Millis = 10 * 60_000;

/** A published reading as the database has it; nothing in it has been verified. */
export interface ReadingRow {
  readonly key: string;
  /** µs since the epoch by the clock of the database: when its reader was given the claim. */
  readonly began: string;
  readonly ageMs: Millis;
  /** Duration from the claim to the response. */
  readonly tookMs: Millis;
  readonly reader: string;
  readonly digest: string;
  readonly stamp: string;
}

/** A call to claim: for how long, and the age from which its reading has to be replaced. */
export interface ClaimRequest {
  readonly key: string;
  readonly forMs: Millis;
  readonly freshMs: Millis;
}

const micros = (time: string): string => `(extract(epoch FROM ${time}) * 1000000)::bigint`;

const selectRows = `SELECT key, ${micros('began_at')} AS began, took_ms, digest, stamp,
    encode(convert_to(left(reader, 1000), 'UTF8'), 'hex') AS reader,
    floor(extract(epoch FROM clock_timestamp() - began_at) * 1000)::bigint AS age_ms
  FROM opsdeck.reading WHERE key = ANY($1::text[]) AND began_at IS NOT NULL`;

/** Takes the claims that are free, in the order of the keys: two processes must not wait for each other. */
const takeClaims = `INSERT INTO opsdeck.reading AS known (key, claim, claimed_at, claimed_until, fresh_ms)
  SELECT requested.key, $2, clock_timestamp(), clock_timestamp() + requested.for_ms * interval '1 millisecond', requested.fresh_ms
    FROM unnest($1::text[], $3::bigint[], $4::bigint[]) AS requested (key, for_ms, fresh_ms) ORDER BY requested.key
  ON CONFLICT (key) DO UPDATE SET claim = excluded.claim, claimed_at = excluded.claimed_at,
    claimed_until = excluded.claimed_until, fresh_ms = excluded.fresh_ms
  WHERE known.claimed_until <= clock_timestamp()
    AND (known.began_at IS NULL OR known.began_at <= clock_timestamp() - excluded.fresh_ms * interval '1 millisecond')
  RETURNING key, ${micros('claimed_at')} AS claimed`;

/** A claim that has expired, or that another process has taken over, publishes nothing. */
const isHeld = 'key = $1 AND claim = $2 AND claimed_until > clock_timestamp()';

const extend = `UPDATE opsdeck.reading SET began_at = claimed_at, claimed_until = clock_timestamp(),
    reader = $3, took_ms = $4, stamp = $5 WHERE ${isHeld} AND digest = $6 RETURNING key`;
const replace = `UPDATE opsdeck.reading SET began_at = claimed_at, claimed_until = clock_timestamp(),
    reader = $3, took_ms = $4, stamp = $5, digest = $6, sealed = $7 WHERE ${isHeld}`;

/** Reads the salt of the database. Undefined: it has no tables for readings. */
export const readSalt = async (ask: AskState): Promise<string | undefined> => {
  const [found] = await ask("SELECT to_regclass('opsdeck.reading_salt') IS NOT NULL AS found");
  if (found?.found !== 't') return undefined;
  const [row] = await ask('SELECT salt FROM opsdeck.reading_salt');
  return row?.salt ?? undefined;
};

/** The clock of the database, in ms since the epoch. */
export const readDatabaseTime = async (ask: AskState): Promise<number> => {
  const [row] = await ask('SELECT extract(epoch FROM clock_timestamp()) * 1000 AS now');
  return Number(row?.now);
};

/** The readings of these calls. */
export const readRows = async (ask: AskState, keys: readonly string[]): Promise<readonly ReadingRow[]> =>
  (await ask(selectRows, [keys])).map((row) => ({
    key: row.key ?? '',
    began: row.began ?? '',
    ageMs: Number(row.age_ms),
    tookMs: Number(row.took_ms),
    reader: fromHex(row.reader),
    digest: row.digest ?? '',
    stamp: row.stamp ?? '',
  }));

/** The sealed text of a reading; undefined when it was replaced in the meantime. */
export const readSealed = async (ask: AskState, { key, stamp }: ReadingRow): Promise<string | undefined> => {
  const [row] = await ask('SELECT sealed FROM opsdeck.reading WHERE key = $1 AND stamp = $2', [key, stamp]);
  return row?.sealed ?? undefined;
};

/** Claims calls. Returns the time of each claim that was given, in µs by the clock of the database. */
export const claimCalls = async (
  ask: AskState,
  id: string,
  requested: readonly ClaimRequest[],
): Promise<ReadonlyMap<string, string>> => {
  if (requested.length === 0) return new Map();
  const rows = await ask(takeClaims, [
    requested.map(({ key }) => key),
    id,
    requested.map(({ forMs }) => String(Math.ceil(forMs))),
    requested.map(({ freshMs }) => String(Math.ceil(freshMs))),
  ]);
  return new Map(rows.map((row) => [row.key ?? '', row.claimed ?? '']));
};

/** A reading to publish. */
interface NewReading {
  readonly key: string;
  readonly claim: string;
  readonly reader: string;
  readonly tookMs: Millis;
  readonly stamp: string;
  readonly digest: string;
}

/** Publishes a reading while its claim is held: an unchanged one only gets a new time. */
export const publishReading = async (
  ask: AskState,
  { key, claim, reader, tookMs, stamp, digest }: NewReading,
  sealed: () => string,
): Promise<void> => {
  const values = [key, claim, reader, Math.ceil(tookMs), stamp, digest];
  if ((await ask(extend, values)).length === 0) await ask(replace, [...values, sealed()]);
};

/** Ends a claim: another process may read now. */
export const releaseClaim = async (ask: AskState, key: string, claim: string): Promise<void> => {
  await ask('UPDATE opsdeck.reading SET claimed_until = clock_timestamp() WHERE key = $1 AND claim = $2', [
    key,
    claim,
  ]);
};

/** Removes calls that nothing polls any more. */
export const removeOldReadings = async (ask: AskState): Promise<void> => {
  await ask(
    `DELETE FROM opsdeck.reading WHERE key IN (SELECT key FROM opsdeck.reading
      WHERE claimed_until < clock_timestamp() - $1 * interval '1 millisecond' FOR UPDATE SKIP LOCKED)`,
    [keptMs],
  );
};
