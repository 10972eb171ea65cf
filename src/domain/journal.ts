import type { Millis } from './fault.ts';
import type { Level } from './level.ts';

/** What sort of change it was. */
export type JournalKind = 'verdict' | 'rollout' | 'image' | 'config' | 'alert' | 'source' | 'run';

/** One change of an environment, as it was seen: the answer to "what changed?". */
export interface JournalEntry {
  /** When it was seen, on the engine's clock. */
  readonly at: Millis;
  readonly kind: JournalKind;
  /** How it stands after the change. */
  readonly level: Level;
  /** What changed: 'breaker billing-0 · psp', 'deployment billing'. */
  readonly what: string;
  /** How: 'CLOSED → OPEN', 'image 1.4.2 → 1.4.3'. */
  readonly change: string;
  /** The key of the row that it is about, where there is one. */
  readonly row?: string;
  /** The source that said so; '' for what opsdeck itself did. */
  readonly source: string;
}
