import type { Millis } from '../../domain/fault.ts';
import type { RunEvent } from '../../domain/run.ts';

/** Who acts, from where: told by the operating system, not proven. */
export interface Who {
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
  readonly who: Who;
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
