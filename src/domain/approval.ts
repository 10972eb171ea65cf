import type { RunEvent } from './run.ts';

/** A record of a run in the shared ledger, with the database user that wrote it. */
export interface ApprovalRecord {
  readonly seq: number;
  /** As the operating system of its machine reports it. */
  readonly user: string;
  readonly host: string;
  /** The session user of the database, as the database recorded it. */
  readonly role: string;
  readonly system: string;
  readonly env: string;
  /** True: it was recorded while the state database was away, and merged later. */
  readonly merged: boolean;
  readonly entry: RunEvent;
}
