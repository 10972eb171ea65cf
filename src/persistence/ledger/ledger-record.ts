import type { Millis } from '../../domain/base/fault.ts';
import type { RunEvent } from '../../domain/runs/run.ts';
import { malformedPlace } from './event-shape.ts';

/** Content of `audit.head`: number of records, hash of the last one, and size of the file in bytes. */
export interface LedgerHead {
  readonly count: number;
  readonly hash: string;
  readonly bytes: number;
}

type Fields = { readonly [K in keyof LedgerRecord]?: unknown } & {
  readonly [K in keyof LedgerHead]?: unknown;
};

const objectIn = (text: string): Fields | undefined => {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Fields)
      : undefined;
  } catch {
    return undefined;
  }
};

/** No record has more levels: code that walks through one would run out of stack. */
const mostLevels = 256;

const isDeeper = (value: unknown, levels: number): boolean =>
  typeof value === 'object' &&
  value !== null &&
  (levels === 0 || Object.values(value).some((inner) => isDeeper(inner, levels - 1)));

const texts = ['prev', 'hash', 'at', 'who', 'host', 'system', 'env'] as const;

const isEvent = (value: unknown): value is RunEvent =>
  typeof value === 'object' && value !== null && 'event' in value && 'run' in value;

/**
 * Parses one line of the ledger; undefined when it is not a record (a torn line is part of one). Checks neither the
 * hash nor the form of the event.
 */
export const parseLedgerRecord = (line: string): LedgerRecord | undefined => {
  const fields = objectIn(line);
  if (fields === undefined || isDeeper(fields, mostLevels)) return undefined;
  if (texts.some((name) => typeof fields[name] !== 'string')) return undefined;
  if (Number.isNaN(Date.parse(String(fields.at)))) return undefined;
  if (!Number.isSafeInteger(fields.seq) || typeof fields.pid !== 'number') return undefined;
  if (fields.start !== undefined && typeof fields.start !== 'string') return undefined;
  if (fields.place !== undefined && typeof fields.place !== 'string') return undefined;
  if (fields.proof !== undefined && typeof fields.proof !== 'string') return undefined;
  return isEvent(fields.entry) ? (fields as unknown as LedgerRecord) : undefined;
};

/**
 * The record as readers of runs take it. Whoever may write records chooses their content: an event that has not the form of its
 * kind becomes a note which says so, and ends neither a command nor a screen.
 */
export const readableRecord = (record: LedgerRecord): LedgerRecord => {
  const place = malformedPlace(record.entry);
  if (place === undefined) return record;
  const { run, at } = record.entry;
  const entry: RunEvent = {
    run: typeof run === 'string' ? run : `record ${record.seq}`,
    at: typeof at === 'number' ? at : 0,
    event: 'noted',
    text: `record ${record.seq} cannot be read: ${place} is not in the form that opsdeck writes`,
  };
  return { ...record, entry };
};

/** Formats the content of `audit.head` in its only valid form. */
export const formatLedgerHead = ({ count, hash, bytes }: LedgerHead): string =>
  `${JSON.stringify({ count, hash, bytes })}\n`;

/** Parses the content of `audit.head`; undefined when it is invalid or not in its canonical form. */
export const parseLedgerHead = (text: string): LedgerHead | undefined => {
  const { count, hash, bytes } = objectIn(text) ?? {};
  if (typeof count !== 'number' || typeof hash !== 'string' || typeof bytes !== 'number') return undefined;
  if (![count, bytes].every((n) => Number.isSafeInteger(n) && n >= 0)) return undefined;
  const head = { count, hash, bytes };
  return formatLedgerHead(head) === text ? head : undefined;
};

/** User, host and process as reported by the operating system; not authenticated. */
export interface LedgerActor {
  readonly user: string;
  readonly host: string;
  readonly pid: number;
  /**
   * Start time of the process as comparable text, which distinguishes it from a later process with the same
   * id.
   */
  readonly start?: string;
  /** Machine, boot and pid namespace, as comparable text. */
  readonly place?: string;
}

/** The place that a record had in another chain, from which it was merged: its own number, previous hash and hash there. */
export interface MergedFrom {
  readonly seq: number;
  readonly prev: string;
  readonly hash: string;
}

/** One entry to be recorded. Secrets are already masked. */
export interface LedgerEntry {
  /** Wall-clock ms. */
  readonly at: Millis;
  readonly who: LedgerActor;
  readonly system: string;
  readonly env: string;
  readonly entry: RunEvent;
  /** Made with the secret of the run, which only its process has. Absent: not recorded by the process of the run. */
  readonly proof?: string;
  readonly merged?: MergedFrom;
}

/** One line of the ledger, parsed. */
export interface LedgerRecord {
  /** Sequence number, starting at 1. */
  readonly seq: number;
  /** Hash of the previous record; 64 zeros for the first. */
  readonly prev: string;
  /** SHA-256 (hex) over the canonical JSON of this record without `hash`. */
  readonly hash: string;
  /** ISO 8601 UTC. */
  readonly at: string;
  readonly who: string;
  readonly host: string;
  readonly pid: number;
  /** Absent: unknown. */
  readonly start?: string;
  readonly place?: string;
  readonly system: string;
  readonly env: string;
  readonly entry: RunEvent;
  /** Keyed hash of run and event; only the process that recorded it can make or check it. */
  readonly proof?: string;
  /** Set when it was recorded while the state database was not available. */
  readonly merged?: MergedFrom;
}
