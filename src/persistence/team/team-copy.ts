import { errorMessage } from '../../domain/text/error-message.ts';
import type { ResetFile } from '../files/reset-file.ts';
import { StateDatabaseError } from '../files/state-database-error.ts';
import type { StateDatabase } from './database/database.ts';
import type { Mirror } from './mirror.ts';
import type { PendingRecords } from './pending-records.ts';

interface Parts {
  readonly database: StateDatabase;
  readonly mirror: Mirror;
  readonly pending: PendingRecords;
  /** The pending resets of the team. */
  readonly resets: ResetFile;
  /** Those of this machine, from the time in which the database was unavailable. */
  readonly keptResets: ResetFile;
  readonly mask: (text: string) => string;
}

/** Keeps the copy of this machine equal to the state of the team, and adds to that what was recorded without it. */
export class TeamCopy {
  readonly #parts: Parts;
  /** True once the database has answered, or has failed to. */
  isAsked = false;
  /** Rows that are not copied. They have no reader, so they permit and refuse nothing. */
  foreign: string | undefined;
  /** Why the copy may be out of date. */
  problem: { readonly why: string; readonly isAway: boolean } | undefined;
  #merging: Promise<void> | undefined;
  #syncing: Promise<void> | undefined;
  /** Calls at the same time share one reading that begins after all of them. */
  #next: Promise<void> | undefined;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** Adds the records of this machine to those of the team. */
  readonly merge = (): Promise<void> => {
    const { pending, database } = this.#parts;
    this.#merging ??= pending
      .merge(database)
      .then(() => this.#mergeResets())
      .finally(() => {
        this.#merging = undefined;
      });
    return this.#merging;
  };

  sync(): Promise<void> {
    if (this.#syncing === undefined) {
      this.#syncing = this.#synchronize().finally(() => {
        this.#syncing = undefined;
      });
      return this.#syncing;
    }
    this.#next ??= this.#syncing.then(() => {
      this.#next = undefined;
      return this.sync();
    });
    return this.#next;
  }

  /** Resolves when the reading in progress has ended. */
  async settled(): Promise<void> {
    await this.#syncing;
  }

  /** Temporary changes that were made while the database was unavailable. */
  async #mergeResets(): Promise<void> {
    const { resets, keptResets } = this.#parts;
    const kept = await keptResets.read();
    if (kept.length === 0) return;
    await resets.update((known) => [
      ...known,
      ...kept.filter(
        ({ run, step }) =>
          !known.some((pendingReset) => pendingReset.run === run && pendingReset.step === step),
      ),
    ]);
    await keptResets.update(() => []);
  }

  async #synchronize(): Promise<void> {
    const { database, mirror, mask } = this.#parts;
    try {
      await database.read(mirror.pull);
      // With tables of a newer program this is the refusal.
      await database.transaction(async () => {});
      await this.merge();
      await database.read(mirror.pull);
      this.foreign = await mirror.foreign();
      this.problem = undefined;
    } catch (error) {
      const isAway = error instanceof StateDatabaseError && error.isAway;
      this.problem = { why: mask(errorMessage(error)), isAway };
    } finally {
      this.isAsked = true;
    }
  }
}
