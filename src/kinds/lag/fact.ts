import type { Fact } from '../../domain/facts.ts';

export type LagMotion = 'gaining' | 'steady' | 'falling-behind' | 'stalled' | 'stopped' | 'unknown';

/**
 * Consumer lag of one partition. Offsets are 64 bit. Absent `lag`: nothing is committed; without `committed` and `end`,
 * neither can be read.
 */
export interface Lag extends Fact {
  readonly cluster: string;
  readonly group: string;
  readonly topic: string;
  readonly partition: number;
  readonly committed?: bigint;
  readonly end?: bigint;
  readonly lag?: number;
  /** Messages of the lag that retention has deleted: the log begins behind the committed offset. */
  readonly lost?: number;
  /** Messages per second that the lag grows (+) or shrinks (-). */
  readonly rate?: number;
  readonly motion: LagMotion;
  readonly etaSeconds?: number;
  /** Of the whole group. */
  readonly members?: number;
  /** Who has this partition: the client's id. */
  readonly member?: string;
}

declare module '../../domain/facts.ts' {
  interface FactTypes {
    readonly lag: Lag;
  }
}
