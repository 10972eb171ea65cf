import type { Millis } from '../../domain/fault.ts';
import type { OperationCall, Pin } from '../../domain/operation.ts';

/** A step that is taken back, and what its targets showed before it. */
export interface PutBack extends Pick<OperationCall, 'use' | 'with'> {
  readonly id: string;
  readonly title: string;
  readonly before: readonly Pin[];
  /** True: the run made its targets, and they must not exist any more. */
  readonly gone?: true;
}

/** What an undo takes back, as it was written down. */
export interface Undoing {
  readonly system: string;
  readonly env: string;
  /** When the earlier values were read. */
  readonly capturedAt: Millis;
  /** By the id of the undo's step: what the run left there. Absent: nobody could read it. */
  readonly left: Readonly<Record<string, readonly Pin[]>>;
  /** What can be seen to be as it was before. */
  readonly back: readonly PutBack[];
  /** Titles of what is put back and cannot be seen to be. */
  readonly unseen: readonly string[];
}
