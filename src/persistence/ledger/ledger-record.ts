import type { Millis } from '../../domain/fault.ts';
import type { RunEvent } from '../../domain/run.ts';

/** Where the chain stands: how many records, the last one's hash, and the file's size then. */
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

const texts = ['prev', 'hash', 'at', 'who', 'host', 'system', 'env'] as const;

const isEvent = (value: unknown): value is RunEvent =>
  typeof value === 'object' && value !== null && 'event' in value && 'run' in value;

/** One line of the ledger; undefined when it is none (a torn line is half a record). Its hash is not checked here. */
export const parseLedgerRecord = (line: string): LedgerRecord | undefined => {
  const found = objectIn(line);
  if (found === undefined) return undefined;
  if (texts.some((name) => typeof found[name] !== 'string')) return undefined;
  if (!Number.isSafeInteger(found.seq) || typeof found.pid !== 'number') return undefined;
  if (found.start !== undefined && typeof found.start !== 'string') return undefined;
  if (found.place !== undefined && typeof found.place !== 'string') return undefined;
  return isEvent(found.entry) ? (found as unknown as LedgerRecord) : undefined;
};

/** The content of `audit.head`: there is one spelling. */
export const formatLedgerHead = ({ count, hash, bytes }: LedgerHead): string =>
  `${JSON.stringify({ count, hash, bytes })}\n`;

/** The head in the content of `audit.head`; undefined when it is none, or is not spelled as it is written. */
export const parseLedgerHead = (text: string): LedgerHead | undefined => {
  const { count, hash, bytes } = objectIn(text) ?? {};
  if (typeof count !== 'number' || typeof hash !== 'string' || typeof bytes !== 'number') return undefined;
  if (![count, bytes].every((n) => Number.isSafeInteger(n) && n >= 0)) return undefined;
  const head = { count, hash, bytes };
  return formatLedgerHead(head) === text ? head : undefined;
};

/** Who acts, from where: told by the operating system, not proven. */
export interface LedgerActor {
  readonly user: string;
  readonly host: string;
  readonly pid: number;
  /** Tells the process from a later one with its id; a text to compare. */
  readonly start?: string;
  /** The machine, its boot and its pid namespace; a text to compare. */
  readonly place?: string;
}

/** One thing to be written down. Secrets are already masked. */
export interface LedgerEntry {
  /** Wall-clock ms. */
  readonly at: Millis;
  readonly who: LedgerActor;
  readonly system: string;
  readonly env: string;
  readonly entry: RunEvent;
}

/** One line of the ledger, as read back. */
export interface LedgerRecord {
  /** 1 for the first. */
  readonly seq: number;
  /** Hash of the record before; 64 zeros for the first. */
  readonly prev: string;
  /** SHA-256 (hex) over the canonical JSON of this record without `hash`. */
  readonly hash: string;
  /** ISO 8601 UTC. */
  readonly at: string;
  readonly who: string;
  readonly host: string;
  readonly pid: number;
  /** Absent: not known. */
  readonly start?: string;
  readonly place?: string;
  readonly system: string;
  readonly env: string;
  readonly entry: RunEvent;
}
