import type { Millis } from '../../domain/base/fault.ts';
import type { Fact } from '../../domain/facts/facts.ts';

export type LagMotion = 'gaining' | 'steady' | 'falling-behind' | 'stalled' | 'stopped' | 'unknown';

/**
 * Consumer lag of one partition. Offsets are 64 bit. `lag` absent: nothing is committed; with `committed` and `end`
 * absent too: neither is readable.
 */
export interface Lag extends Fact {
  readonly cluster: string;
  readonly group: string;
  readonly topic: string;
  readonly partition: number;
  readonly committed?: bigint;
  readonly end?: bigint;
  readonly lag?: number;
  /** Messages of the lag that retention deleted: the log starts after the committed offset. */
  readonly lost?: number;
  /** Change of the lag in messages per second: growing (+) or shrinking (-). */
  readonly rate?: number;
  readonly motion: LagMotion;
  readonly etaSeconds?: number;
  /** Members of the whole group. */
  readonly members?: number;
  /** When its offset was last seen to be set forward while the group had no members: messages were skipped. Absent: it was not seen. */
  readonly setAt?: Millis;
  /** When messages were last seen to be deleted that the group had not read in the reading before. Absent: it was not seen. */
  readonly deletedAt?: Millis;
  /** Client ID of the member that owns the partition. */
  readonly member?: string;
}

declare module '../../domain/facts/facts.ts' {
  interface FactTypes {
    readonly lag: Lag;
  }
}
