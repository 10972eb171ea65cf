import { createHash } from 'node:crypto';
import { defined } from '../../domain/base/defined.ts';
import { pluralize } from '../../domain/text/count-text.ts';
import type { LedgerEntry, LedgerRecord } from './ledger-record.ts';
import { parseLedgerRecord } from './ledger-record.ts';

/**
 * Returns canonical JSON, after RFC 8785: keys sorted by code unit, no whitespace, absent values omitted,
 * 64-bit integers as decimal strings, NaN and infinities as null. It is the format of ledger lines and the
 * input of their hashes.
 */
export const canonicalJson = (value: unknown): string => {
  if (typeof value === 'bigint') return JSON.stringify(value.toString());
  if (Array.isArray(value)) return `[${value.map((element) => canonicalJson(present(element))).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(present(value));
  const fields = Object.entries(value)
    .filter(([, field]) => field !== undefined && typeof field !== 'function')
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, field]) => `${JSON.stringify(key)}:${canonicalJson(field)}`);
  return `{${fields.join(',')}}`;
};

/** Replaces values without a JSON representation by null. */
const present = (value: unknown): unknown =>
  value === undefined || typeof value === 'function' || typeof value === 'symbol' ? null : value;

/** Position in the chain: the number of records and the hash of the last one. */
export interface ChainPosition {
  readonly count: number;
  readonly hash: string;
}

/** Position before the first record. */
export const chainStart: ChainPosition = { count: 0, hash: '0'.repeat(64) };

/** Placeholder for the previous hash when a lost head left it unknown. Never verifies. */
export const unknownPreviousHash = 'unknown';

const hashOf = (record: Omit<LedgerRecord, 'hash'>): string =>
  createHash('sha256').update(canonicalJson(record)).digest('hex');

/** Returns the line (without newline) that appends an entry after `after`, and the new position. */
export const chainRecord = (
  entry: LedgerEntry,
  after: ChainPosition,
): { readonly line: string; readonly link: ChainPosition } => {
  const { who } = entry;
  const open = {
    seq: after.count + 1,
    prev: after.hash,
    at: new Date(entry.at).toISOString(),
    who: who.user,
    host: who.host,
    pid: who.pid,
    ...defined({ start: who.start, place: who.place }),
    system: entry.system,
    env: entry.env,
    entry: entry.entry,
    ...defined({ proof: entry.proof, merged: entry.merged }),
  };
  const hash = hashOf(open);
  return { line: canonicalJson({ ...open, hash }), link: { count: open.seq, hash } };
};

/**
 * Result of checking a line as the next of a chain: a valid record, not a record (torn), or a record that
 * does not belong there.
 */
export type ChainStep =
  | { readonly is: 'next'; readonly link: ChainPosition; readonly record: LedgerRecord }
  | { readonly is: 'torn' }
  | { readonly is: 'broken'; readonly what: string };

/** Why a line is not the next record. */
export const stepProblem = (step: Exclude<ChainStep, { readonly is: 'next' }>): string =>
  step.is === 'broken' ? step.what : 'the line is not a record that opsdeck has written';

const broken = (what: string): ChainStep => ({ is: 'broken', what });

/** Verifies one line after the position `after`. */
export const verifyNext = (after: ChainPosition, line: string): ChainStep => {
  const record = parseLedgerRecord(line);
  if (record === undefined) return { is: 'torn' };
  const { hash, ...rest } = record;
  if (record.prev === unknownPreviousHash)
    return broken(
      'audit.head was missing when this record was written, so earlier records may have been cut off',
    );
  if (hashOf(rest) !== hash) return broken(`record ${record.seq} has been changed: the hash does not match`);
  if (canonicalJson(record) !== line)
    return broken(`record ${record.seq} has been changed: the record is not in canonical form`);
  const missing = record.seq - after.count - 1;
  if (missing > 0 && record.prev !== after.hash)
    return broken(
      `${pluralize(missing, 'record')} before record ${record.seq} ${missing === 1 ? 'is' : 'are'} missing`,
    );
  if (record.seq !== after.count + 1 || record.prev !== after.hash)
    return broken(`record ${record.seq} does not follow record ${after.count}`);
  return { is: 'next', link: { count: record.seq, hash }, record };
};
