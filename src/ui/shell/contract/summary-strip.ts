import type { Level } from '../../../domain/facts/level.ts';
import type { StyledLine } from '../../kit/text/line.ts';

/** Rows in place of the situation: what a pane is about. */
export interface SummaryStrip {
  /** The level of its tint. */
  readonly level: Level;
  readonly lines: readonly StyledLine[];
  /** The same for a screen reader. */
  readonly spoken: string;
}
