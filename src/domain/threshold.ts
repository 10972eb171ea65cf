import type { Millis } from './fault.ts';
import type { Level } from './level.ts';

export type Comparison = '=' | '!=' | '<' | '<=' | '>' | '>=';

/** 'OP NUMBER' or 'OP WORD': `>=500`, `<95`, `!= closed`. */
export interface Bound {
  readonly op: Comparison;
  readonly value: number | string;
}

/** Value → level, with memory. */
export interface Threshold {
  readonly warn?: Bound;
  readonly crit?: Bound;
  /** Pending: must hold this long before it is raised; counted per level. */
  readonly forMs?: Millis;
  /** Hysteresis: a raised level is left only once its own bound here is met. */
  readonly clear?: { readonly warn?: Bound; readonly crit?: Bound };
  /** What silence means; default `unknown`. */
  readonly noData?: Level;
  readonly staleMs?: Millis;
}

export interface Verdict {
  readonly level: Level;
  readonly since: Millis;
  readonly pending?: { readonly level: Level; readonly since: Millis };
  readonly why: string;
}
