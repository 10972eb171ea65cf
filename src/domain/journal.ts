import type { Millis } from './fault.ts';
import type { Level } from './level.ts';

/** Category of a change. `ack`: an acknowledgement. */
export type JournalKind = 'verdict' | 'rollout' | 'image' | 'config' | 'alert' | 'source' | 'run' | 'ack';

/** One observed change of an environment: an answer to "what changed?". */
export interface JournalEntry {
  /** Time of the observation, on the engine's clock. */
  readonly at: Millis;
  readonly kind: JournalKind;
  /** The level after the change. */
  readonly level: Level;
  /** The changed object: 'breaker billing-0 · psp', 'deployment billing'. */
  readonly what: string;
  /** The change: 'CLOSED → OPEN', 'image 1.4.2 → 1.4.3'. */
  readonly change: string;
  /** The key of its row, if there is one. */
  readonly row?: string;
  /** The source that reported it; '' for actions of opsdeck itself. */
  readonly source: string;
}
